// What others did that concerns this person.

import { useEffect, useRef } from "preact/hooks";
import type { Notification, NotificationKind } from "../client/wire";
import { t } from "../i18n";
import { fullText, shortText } from "../i18n/dates";
import { openNotification } from "../state/app";
import {
    hasMoreInbox,
    inbox,
    inboxError,
    inboxStatus,
    loadInbox,
    loadMoreInbox,
    markAllRead,
    unreadInbox,
} from "../state/inbox";
import { notificationText } from "../state/notificationText";
import { personAsked } from "../state/people";
import { atHand } from "../state/quotes";
import { ensureRoom } from "../state/rooms";
import { reasonText, showError } from "../state/toasts";
import { showLeft } from "../state/views";
import { Avatar } from "../components/Avatar";
import { Empty, IconButton, Skeleton } from "../components/controls";
import { Icon, type IconName } from "../components/Icon";
import { quoteText } from "../components/quoteText";
import { LeftFrame } from "./LeftFrame";

const NEAR_END_PX = 300;
const SIGNS: Record<NotificationKind, IconName> = {
    mention: "chat",
    reply: "reply",
    reaction: "smile",
    friend_request: "addPerson",
    friend_accepted: "person",
    invitation: "group",
    consultation: "clock",
};

export function InboxView() {
    const list = useRef<HTMLUListElement>(null);
    useEffect(() => void loadInbox(), []);
    const items = inbox.value;
    const status = inboxStatus.value;
    const onScroll = (): void => {
        const box = list.current;
        if (!box || !hasMoreInbox.peek()) return;
        if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX) void loadMoreInbox();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
        const rows = [...(list.current?.querySelectorAll("button") ?? [])];
        const at = rows.indexOf(document.activeElement as HTMLButtonElement);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus();
    };
    return (
        <LeftFrame
            title={t("inbox.title")}
            onBack={() => showLeft("rooms")}
            tools={
                unreadInbox.value > 0 && (
                    <IconButton
                        icon="ticks"
                        label={t("inbox.readAll")}
                        onClick={() => void markAllRead().catch(showError)}
                    />
                )
            }
        >
            {status === "failed" && (
                <Empty icon="alert" title={t("inbox.failed")}>
                    <p class="quiet">{reasonText(inboxError.value)}</p>
                    <button type="button" class="button" onClick={() => void loadInbox()}>
                        {t("common.retry")}
                    </button>
                </Empty>
            )}
            {status !== "failed" && status !== "ready" && <Skeleton kind="room" rows={6} />}
            {status === "ready" && items.length === 0 && (
                <Empty icon="bell" title={t("inbox.empty")}>
                    <p class="quiet">{t("inbox.emptyHint")}</p>
                </Empty>
            )}
            {status === "ready" && items.length > 0 && (
                <ul class="rooms-list" ref={list} onScroll={onScroll} onKeyDown={onKeyDown}>
                    {items.map((item) => (
                        <Row key={item.id} item={item} />
                    ))}
                </ul>
            )}
        </LeftFrame>
    );
}

function Row({ item }: { item: Notification }) {
    const { actor, at, read, roomId, messageId, kind } = item;
    const about =
        roomId !== undefined && messageId !== undefined ? atHand(roomId, messageId) : undefined;
    useEffect(() => {
        if (roomId !== undefined) void ensureRoom(roomId).catch(() => undefined);
    }, []);
    const known = personAsked(actor.id);
    return (
        <li>
            <button
                type="button"
                class={`found ${read ? "" : "unread"}`}
                onClick={() => openNotification(item)}
            >
                <span class="inbox-face">
                    <Avatar
                        id={actor.id}
                        name={known?.nickname ?? actor.nickname}
                        image={known?.profileImageUrl}
                        size="small"
                    />
                    <span class="inbox-sign">
                        <Icon name={SIGNS[kind]} />
                    </span>
                </span>
                <span class="found-text">
                    <span class="found-lines">{notificationText(item)}</span>
                    {about && <span class="ellipsis inbox-about">{quoteText(about)}</span>}
                    <time class="quiet" title={fullText(at)}>
                        {shortText(at)}
                    </time>
                </span>
                {!read && <span class="dot" role="img" aria-label={t("inbox.isUnread")} />}
            </button>
        </li>
    );
}
