import type { Message, Room } from "../client/wire";
import { t } from "../i18n";
import { setPinned } from "../state/actions";
import { isBookmarked, setBookmark } from "../state/bookmarks";
import { myId } from "../state/connection";
import { aim } from "../state/drafts";
import { shownReactions, toggleReaction } from "../state/reactions";
import { showError, showToast } from "../state/toasts";
import { openPanel } from "../state/views";
import { IconButton } from "./controls";
import { dialog } from "./dialogs";
import { focusComposer } from "./focus";
import { chooseEmoji, type MenuItem, openMenu } from "./popovers";

interface Props {
    message: Message;
    room: Room;
    /// Beside the log, in the message's thread.
    inThread?: boolean | undefined;
}

export function leads({ role }: Room): boolean {
    return role === "owner" || role === "admin";
}

/// What can be done with a message; shown while the pointer or the focus is on it.
export function MessageActions({ message, room, inThread }: Props) {
    const answer = (): void => {
        aim(room.id).value = { kind: "reply", message };
        focusComposer();
    };
    const rootId = message.parentId ?? message.id;
    return (
        <div class="actions" role="toolbar" aria-label={t("message.actions")}>
            {!inThread && (
                <IconButton
                    icon="reply"
                    label={t("message.reply")}
                    tabIndex={-1}
                    onClick={answer}
                />
            )}
            <IconButton
                icon="smile"
                label={t("message.react")}
                tabIndex={-1}
                onClick={(event) =>
                    chooseEmoji(
                        event.currentTarget as HTMLElement,
                        t("emoji.title"),
                        (emoji) => void toggleReaction(message, emoji),
                    )
                }
            />
            {!inThread && (
                <IconButton
                    icon="thread"
                    label={t("message.thread")}
                    tabIndex={-1}
                    onClick={() => openPanel({ kind: "thread", roomId: room.id, rootId })}
                />
            )}
            <IconButton
                icon="more"
                label={t("message.more")}
                tabIndex={-1}
                onClick={(event) =>
                    openMenu(
                        event.currentTarget as HTMLElement,
                        t("message.more"),
                        menuOf(message, room),
                    )
                }
            />
        </div>
    );
}

function menuOf(message: Message, room: Room): MenuItem[] {
    const own = message.senderId === myId();
    const arranges = room.kind === "direct" || leads(room);
    const text = message.content || message.forwardedFrom?.content;
    const copy = (): void => {
        navigator.clipboard
            .writeText(text ?? "")
            .then(() => showToast(t("message.copied")))
            .catch(showError);
    };
    const items: Array<MenuItem | false> = [
        own &&
            message.type !== "system" &&
            !!message.content && {
                icon: "edit",
                label: t("message.edit"),
                choose: () => {
                    aim(room.id).value = { kind: "edit", message };
                    focusComposer();
                },
            },
        window.isSecureContext &&
            !!text && { icon: "copy", label: t("message.copy"), choose: copy },
        {
            icon: "forward",
            label: t("message.forward"),
            choose: () => (dialog.value = { kind: "forward", message }),
        },
        {
            icon: "bookmark",
            label: t(isBookmarked(message.id) ? "message.unbookmark" : "message.bookmark"),
            choose: () => void setBookmark(message, !isBookmarked(message.id)),
        },
        arranges && {
            icon: message.pinned ? "unpin" : "pin",
            label: t(message.pinned ? "message.unpin" : "message.pin"),
            choose: () => void setPinned(message, !message.pinned),
        },
        shownReactions(message).length > 0 && {
            icon: "smile",
            label: t("message.reactions"),
            choose: () => (dialog.value = { kind: "reactions", message }),
        },
        (own || leads(room)) && {
            icon: "trash",
            label: t("message.delete"),
            grave: true,
            choose: () => (dialog.value = { kind: "delete", message }),
        },
    ];
    return items.filter((item) => item !== false);
}
