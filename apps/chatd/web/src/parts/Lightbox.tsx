// A picture by itself, with those before and after it in the room as far as they are loaded.

import { useMemo, useState } from "preact/hooks";
import { useSource } from "../components/Attachments";
import { mediaOf } from "../client/media";
import type { Attachment, Message } from "../client/wire";
import { t } from "../i18n";
import { momentText } from "../i18n/dates";
import { download, isOwn } from "../state/files";
import { knownTimeline } from "../state/timelines";
import { showError } from "../state/toasts";
import { IconButton } from "../components/controls";
import { Dialog } from "../components/Dialog";
import { closeDialog } from "../components/dialogs";
import { Icon } from "../components/Icon";
import { quoteName } from "../components/quoteText";

interface Shown {
    message: Message;
    attachment: Attachment;
}

export function Lightbox({ message, url }: { message: Message; url: string }) {
    const all = useMemo(() => picturesBeside(message), []);
    const [at, setAt] = useState(
        all.findIndex((one) => one.message.id === message.id && one.attachment.url === url),
    );
    const shown = all[at];
    if (!shown) return null;
    const step = (by: number): void => {
        if (all[at + by]) setAt(at + by);
    };
    const { attachment } = shown;
    return (
        <Dialog title={t("files.picture")} onClose={closeDialog} class="lightbox" bare>
            <div
                class="lightbox-body"
                onKeyDown={(event) => {
                    if (event.key === "ArrowLeft") step(-1);
                    else if (event.key === "ArrowRight") step(1);
                    else return;
                    event.preventDefault();
                }}
                onClick={(event) => {
                    if (event.target === event.currentTarget) closeDialog();
                }}
            >
                <header class="lightbox-head">
                    <span class="lightbox-text" role="status">
                        <span class="ellipsis">
                            {quoteName(shown.message)} · {momentText(shown.message.createdAt)}
                        </span>
                        <span class="ellipsis">
                            {attachment.name}
                            {all.length > 1 &&
                                ` · ${t("files.position", { index: at + 1, count: all.length })}`}
                        </span>
                    </span>
                    <IconButton
                        icon="download"
                        label={t("files.download", { name: attachment.name })}
                        onClick={() => void download(attachment).catch(showError)}
                    />
                    <IconButton icon="close" label={t("common.close")} onClick={closeDialog} />
                </header>
                <Large key={attachment.url} attachment={attachment} />
                {all.length > 1 && (
                    <>
                        <IconButton
                            icon="back"
                            class="lightbox-step lightbox-before"
                            label={t("files.before")}
                            disabled={at === 0}
                            onClick={() => step(-1)}
                        />
                        <IconButton
                            icon="next"
                            class="lightbox-step lightbox-after"
                            label={t("files.after")}
                            disabled={at === all.length - 1}
                            onClick={() => step(1)}
                        />
                    </>
                )}
            </div>
        </Dialog>
    );
}

function Large({ attachment: { url, name } }: { attachment: Attachment }) {
    const { src, failed, onError, again } = useSource(url);
    if (failed) {
        return (
            <p class="lightbox-failed" role="alert">
                <Icon name="alert" />
                {t("files.failed")}
                <button type="button" class="button" onClick={again}>
                    {t("common.retry")}
                </button>
            </p>
        );
    }
    return src ? <img class="lightbox-picture" src={src} alt={name} onError={onError} /> : null;
}

function picturesBeside(message: Message): Shown[] {
    const loaded = knownTimeline(message.roomId)?.messages.peek() ?? [];
    // A reply is seen in its thread, and may stand outside of what is loaded of the room.
    const messages = loaded.some(({ id }) => id === message.id) ? loaded : [message];
    return messages.flatMap((one) =>
        (one.attachments ?? [])
            .filter(({ url, contentType }) => isOwn(url) && mediaOf(contentType) === "image")
            .map((attachment) => ({ message: one, attachment })),
    );
}
