// What stands at a message beside its text: where it was forwarded from, who reacted, its thread,
// and why something about it was refused.

import type { Id, Message, Reaction } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { dropNote, note } from "../state/notes";
import { person, personAsked } from "../state/people";
import { hasReacted, shownReactions, toggleReaction } from "../state/reactions";
import { openPanel } from "../state/views";
import { IconButton } from "./controls";
import { Icon } from "./Icon";
import { chooseEmoji } from "./popovers";
import { RichText } from "./RichText";

const NAMED_MAX = 8;

export function nameOfPerson(id: Id): string {
    return id === myId() ? t("common.you") : (person(id)?.nickname ?? "…");
}

export function Forwarded({ message }: { message: Message }) {
    const from = message.forwardedFrom;
    if (!from) return null;
    const name = from.senderId === myId() ? t("common.you") : personAsked(from.senderId)?.nickname;
    return (
        <div class="forwarded">
            <span class="forwarded-from">
                <Icon name="forward" />
                {name ? t("message.forwardedFrom", { name }) : t("message.forwarded")}
            </span>
            {from.content && <RichText text={from.content} />}
        </div>
    );
}

export function Reactions({ message }: { message: Message }) {
    const shown = shownReactions(message);
    if (shown.length === 0) return null;
    return (
        <div class="reactions">
            {shown.map((item) => (
                <ReactionChip key={item.reaction} message={message} item={item} />
            ))}
            <IconButton
                icon="smile"
                class="reaction-add"
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
        </div>
    );
}

function ReactionChip({ message, item }: { message: Message; item: Reaction }) {
    const { reaction, count, userIds } = item;
    const named = userIds.slice(0, NAMED_MAX).map(nameOfPerson).join(", ");
    const names = userIds.length > NAMED_MAX ? `${named}, …` : named;
    return (
        <button
            type="button"
            class="reaction"
            tabIndex={-1}
            aria-pressed={hasReacted(item)}
            aria-label={t("message.reaction", { emoji: reaction, count, names })}
            title={names}
            onClick={() => void toggleReaction(message, reaction)}
        >
            <span class="reaction-emoji">{reaction}</span>
            <span>{count}</span>
        </button>
    );
}

export function ThreadChip({ message }: { message: Message }) {
    const count = message.threadCount ?? 0;
    if (count === 0) return null;
    return (
        <button
            type="button"
            class="thread-chip"
            tabIndex={-1}
            onClick={() =>
                openPanel({ kind: "thread", roomId: message.roomId, rootId: message.id })
            }
        >
            <Icon name="thread" />
            {t("message.replies", { count })}
        </button>
    );
}

export function Note({ message }: { message: Message }) {
    const shown = note.value;
    if (shown?.messageId !== message.id) return null;
    return (
        <p class="refused" role="alert">
            <Icon name="alert" />
            <span>{shown.text}</span>
            <IconButton icon="close" label={t("common.close")} onClick={dropNote} />
        </p>
    );
}
