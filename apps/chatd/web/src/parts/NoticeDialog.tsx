import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Id } from "../client/wire";
import { t } from "../i18n";
import { lengthOf } from "../state/actions";
import { changeNotice, room } from "../state/rooms";
import { reasonText } from "../state/toasts";
import { Dialog } from "../components/Dialog";
import { closeDialog } from "../components/dialogs";

const NOTICE_MAX = 1000;

export function NoticeDialog({ roomId }: { roomId: Id }) {
    const before = room(roomId)?.peek().notice?.content ?? "";
    const [text, setText] = useState(before);
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const area = useRef<HTMLTextAreaElement>(null);
    useLayoutEffect(() => area.current?.focus(), []);
    const save = (content: string): void => {
        if (lengthOf(content) > NOTICE_MAX) return setProblem(t("error.too_long"));
        if (content === before) return closeDialog();
        changeNotice(roomId, content).then(closeDialog, (error: unknown) =>
            setProblem(reasonText(error)),
        );
    };
    return (
        <Dialog title={t("notice.title")} onClose={closeDialog}>
            <form
                class="stack"
                onSubmit={(event) => {
                    event.preventDefault();
                    save(text.trim());
                }}
            >
                <label class="field">
                    <span class="sr-only">{t("notice.title")}</span>
                    <textarea
                        ref={area}
                        rows={4}
                        value={text}
                        aria-invalid={problem !== undefined}
                        onInput={(event) => setText(event.currentTarget.value)}
                    />
                    <span class={problem ? "problem" : "hint"} {...(problem && { role: "alert" })}>
                        {problem ?? t("notice.hint")}
                    </span>
                </label>
                <div class="buttons">
                    {before && (
                        <button
                            type="button"
                            class="button button-quiet-danger"
                            onClick={() => save("")}
                        >
                            {t("notice.remove")}
                        </button>
                    )}
                    <button type="submit" class="button button-primary">
                        {t("common.save")}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
