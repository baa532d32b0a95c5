import type { Message, Room } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { aim } from "../state/drafts";
import { showError, showToast } from "../state/toasts";
import { IconButton } from "./controls";
import { dialog } from "./dialogs";
import { focusComposer } from "./focus";

/// What can be done with a message; shown while the pointer or the focus is on it.
export function MessageActions({ message, room }: { message: Message; room: Room }) {
    const own = message.senderId === myId();
    const mayDelete = own || room.role === "owner" || room.role === "admin";
    const take = (kind: "reply" | "edit"): void => {
        aim(room.id).value = { kind, message };
        focusComposer();
    };
    const copy = (): void => {
        navigator.clipboard
            .writeText(message.content ?? "")
            .then(() => showToast(t("message.copied")))
            .catch(showError);
    };
    return (
        <div class="actions" role="toolbar" aria-label={t("message.actions")}>
            <IconButton icon="reply" label={t("message.reply")} onClick={() => take("reply")} />
            {window.isSecureContext && message.content && (
                <IconButton icon="copy" label={t("message.copy")} onClick={copy} />
            )}
            {own && message.type === "text" && (
                <IconButton icon="edit" label={t("message.edit")} onClick={() => take("edit")} />
            )}
            {mayDelete && (
                <IconButton
                    icon="trash"
                    label={t("message.delete")}
                    onClick={() => (dialog.value = { kind: "delete", message })}
                />
            )}
        </div>
    );
}
