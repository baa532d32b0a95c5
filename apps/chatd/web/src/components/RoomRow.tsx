import type { Id, Room } from "../client/wire";
import { t } from "../i18n";
import { fullText, shortText } from "../i18n/dates";
import { myId } from "../state/connection";
import { draft } from "../state/drafts";
import { person } from "../state/people";
import { isWatched } from "../state/reading";
import { room, titleOf } from "../state/rooms";
import { addressOf } from "../state/route";
import { typingIn } from "../state/typing";
import { Avatar } from "./Avatar";
import { Icon } from "./Icon";
import { previewText } from "./quoteText";
import { typingText } from "./typingText";

const BADGE_MAX = 999;

interface Props {
    roomId: Id;
    isOpen: boolean;
    isTabStop: boolean;
}

export function RoomRow({ roomId, isOpen, isTabStop }: Props) {
    const shown = room(roomId)?.value;
    if (!shown) return null;
    const title = titleOf(shown);
    const unread = isWatched(roomId) ? 0 : (shown.unreadCount ?? 0);
    return (
        <li class="room-row">
            <a
                href={addressOf(roomId)}
                class={isOpen ? "open" : ""}
                tabIndex={isTabStop ? 0 : -1}
                {...(isOpen && { "aria-current": "page" })}
            >
                <RoomAvatar room={shown} />
                <span class="room-lines">
                    <span class="room-line">
                        <span class="room-title">
                            <span class="ellipsis">{title}</span>
                            {shown.muted && <Icon name="mute" label={t("rooms.muted")} />}
                            {shown.favorite && <Icon name="star" label={t("rooms.favorite")} />}
                        </span>
                        {shown.lastMessage && <Time at={shown.lastActivityAt} />}
                    </span>
                    <span class="room-line">
                        <span class="room-preview ellipsis">
                            <Preview room={shown} isOpen={isOpen} />
                        </span>
                        {unread > 0 && <Badge unread={unread} muted={shown.muted ?? false} />}
                    </span>
                </span>
            </a>
        </li>
    );
}

function Time({ at }: { at: string }) {
    return (
        <time class="room-time" dateTime={at} title={fullText(at)}>
            {shortText(at)}
        </time>
    );
}

function Badge({ unread, muted }: { unread: number; muted: boolean }) {
    return (
        <span class={`badge ${muted ? "badge-muted" : ""}`}>
            <span aria-hidden="true">{unread > BADGE_MAX ? `${BADGE_MAX}+` : unread}</span>
            <span class="sr-only">{t("rooms.unread", { count: unread })}</span>
        </span>
    );
}

export function RoomAvatar({
    room: shown,
    size,
}: {
    room: Room;
    size?: "small" | "medium" | "large";
}) {
    const { peer } = shown;
    return (
        <Avatar
            id={peer?.id ?? shown.id}
            name={titleOf(shown)}
            image={peer?.profileImageUrl}
            presenceOf={peer?.id}
            {...(size && { size })}
        />
    );
}

function Preview({ room: shown, isOpen }: { room: Room; isOpen: boolean }) {
    const typing = typingText(typingIn(shown.id).value, shown.kind);
    if (typing) return <span class="typing">{typing}</span>;
    const unsent = isOpen ? "" : draft(shown.id).value.trim();
    if (unsent) {
        return (
            <>
                <span class="draft">{t("rooms.draft")}</span> {unsent}
            </>
        );
    }
    const last = shown.lastMessage;
    if (!last) return <>{t("rooms.noMessages")}</>;
    const text = previewText(last);
    if (last.type === "system") return <>{text}</>;
    if (last.senderId === myId()) return <>{t("rooms.you", { text })}</>;
    if (shown.kind === "direct") return <>{text}</>;
    const name = person(last.senderId)?.nickname ?? last.senderNickname;
    return <>{t("rooms.sender", { name, text })}</>;
}
