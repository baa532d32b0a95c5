// Passing a message on to other rooms, with a comment.

import { useEffect, useState } from "preact/hooks";
import { forward } from "../api";
import { newClientKey } from "../client";
import type { Id, Message } from "../client/wire";
import { t } from "../i18n";
import { contentMax, lengthOf } from "../state/actions";
import { takeMessage } from "../state/messages";
import { loadAllRooms, roomsTitled, titleOf } from "../state/rooms";
import { reasonText, showToast } from "../state/toasts";
import { Dialog } from "../components/Dialog";
import { closeDialog } from "../components/dialogs";
import { Picker } from "../components/Picker";
import { quoteName, quoteText } from "../components/quoteText";
import { RoomAvatar } from "../components/RoomRow";

const ROOMS_MAX = 20;
const OFFERED_MAX = 50;

export function Forward({ message }: { message: Message }) {
    const [query, setQuery] = useState("");
    const [chosen, setChosen] = useState<readonly Id[]>([]);
    const [comment, setComment] = useState("");
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const [busy, setBusy] = useState(false);
    // One key for every try, so that none of them arrives twice.
    const [clientKey, setClientKey] = useState(newClientKey);
    useEffect(() => void loadAllRooms(), []);
    const toggle = (id: Id): void => {
        const others = chosen.filter((other) => other !== id);
        setClientKey(newClientKey());
        setChosen(others.length === chosen.length ? [...chosen, id] : others);
    };
    const tooLong = lengthOf(comment) > contentMax();
    const ready = chosen.length > 0 && chosen.length <= ROOMS_MAX && !tooLong;
    const send = async (event: Event): Promise<void> => {
        event.preventDefault();
        if (!ready || busy) return;
        setBusy(true);
        setProblem(undefined);
        try {
            const posted = await forward(message.id, [...chosen], comment.trim(), clientKey);
            for (const item of posted) takeMessage(item, true);
            closeDialog();
            showToast(t("forward.done", { count: posted.length }));
        } catch (error) {
            setProblem(reasonText(error));
            setBusy(false);
        }
    };
    return (
        <Dialog title={t("forward.title")} onClose={closeDialog}>
            <form class="stack" onSubmit={(event) => void send(event)}>
                <div class="aim-text forward-what">
                    <span class="quote-name ellipsis">{quoteName(message)}</span>
                    <span class="quote-text ellipsis">{quoteText(message)}</span>
                </div>
                <Picker
                    label={t("forward.find")}
                    query={query}
                    onQuery={setQuery}
                    busy={false}
                    multiple
                    empty={t("finder.nothing", { query })}
                    items={roomsTitled(query)
                        .slice(0, OFFERED_MAX)
                        .map((room) => ({
                            key: String(room.id),
                            avatar: <RoomAvatar room={room} size="small" />,
                            label: titleOf(room),
                            checked: chosen.includes(room.id),
                            choose: () => toggle(room.id),
                        }))}
                />
                <label class="field">
                    <span class="field-label">{t("forward.comment")}</span>
                    <input
                        type="text"
                        value={comment}
                        aria-invalid={tooLong}
                        onInput={(event) => {
                            setClientKey(newClientKey());
                            setComment(event.currentTarget.value);
                        }}
                    />
                </label>
                {(problem || tooLong) && (
                    <p class="problem" role="alert">
                        {problem ?? t("error.too_long")}
                    </p>
                )}
                <button
                    type="submit"
                    class="button button-primary button-wide"
                    disabled={!ready}
                    aria-busy={busy}
                >
                    {chosen.length > 0
                        ? t("forward.action", { count: chosen.length })
                        : t("forward.none")}
                </button>
            </form>
        </Dialog>
    );
}
