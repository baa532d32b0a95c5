import { useLayoutEffect, useRef } from "preact/hooks";
import { t, type TextKey } from "../i18n";
import {
    hasMoreRooms,
    listError,
    listStatus,
    loadMoreRooms,
    loadRooms,
    filterRooms,
    type RoomFilter,
    roomFilter,
    roomOrder,
    shownRooms,
} from "../state/rooms";
import { openRoomId } from "../state/route";
import { unreadInbox } from "../state/inbox";
import { requestsIn } from "../state/social";
import { reasonText, showError } from "../state/toasts";
import { leftBefore, showLeft } from "../state/views";
import { Empty, IconButton, Skeleton } from "./controls";
import { dialog } from "./dialogs";
import { Icon, type IconName } from "./Icon";
import { FINDER_KEYS } from "./keys";
import { RoomRow } from "./RoomRow";

const NEAR_END_PX = 400;
const COUNT_MAX = 99;

export function RoomList() {
    const head = useRef<HTMLElement>(null);
    useLayoutEffect(() => {
        const lost = document.activeElement === document.body;
        if (!lost || leftBefore === "rooms") return;
        const index = { inbox: 0, people: 1, bookmarks: 2, search: 0 }[leftBefore];
        head.current?.querySelectorAll("button")[index]?.focus();
    }, []);
    return (
        <nav class="rooms" aria-label={t("rooms.title")}>
            <header class="rooms-head" ref={head}>
                <h1>{t("rooms.title")}</h1>
                <Counted
                    icon="bell"
                    count={unreadInbox.value}
                    label={t("rooms.inbox")}
                    countedLabel={t("rooms.inboxUnread", { count: unreadInbox.value })}
                    onClick={() => showLeft("inbox")}
                />
                <Counted
                    icon="person"
                    count={requestsIn.value.length}
                    label={t("rooms.people")}
                    countedLabel={t("rooms.peopleAsked", { count: requestsIn.value.length })}
                    onClick={() => showLeft("people")}
                />
                <IconButton
                    icon="bookmark"
                    label={t("rooms.bookmarks")}
                    onClick={() => showLeft("bookmarks")}
                />
                <IconButton
                    icon="settings"
                    label={t("rooms.settings")}
                    onClick={() => (dialog.value = { kind: "settings" })}
                />
                <IconButton
                    icon="compose"
                    label={t("rooms.new")}
                    onClick={() => (dialog.value = { kind: "new" })}
                />
            </header>
            <button
                type="button"
                class="rooms-search"
                title={t("rooms.searchLabel")}
                onClick={() => (dialog.value = { kind: "finder" })}
            >
                <Icon name="search" />
                <span>{t("rooms.search")}</span>
                <kbd aria-hidden="true">{FINDER_KEYS}</kbd>
            </button>
            {roomOrder.value.length > 0 && <Filters />}
            <RoomListBody />
        </nav>
    );
}

interface CountedProps {
    icon: IconName;
    count: number;
    label: string;
    countedLabel: string;
    onClick: () => void;
}

function Counted({ icon, count, label, countedLabel, onClick }: CountedProps) {
    return (
        <span class="counted">
            <IconButton icon={icon} label={count > 0 ? countedLabel : label} onClick={onClick} />
            {count > 0 && (
                <span class="badge" aria-hidden="true">
                    {count > COUNT_MAX ? `${COUNT_MAX}+` : count}
                </span>
            )}
        </span>
    );
}

const FILTERS = [
    { value: "all", label: "rooms.filterAll" },
    { value: "unread", label: "rooms.filterUnread" },
    { value: "favorite", label: "rooms.filterFavorite" },
] as const satisfies ReadonlyArray<{ value: RoomFilter; label: TextKey }>;

function Filters() {
    return (
        <div class="filters" role="group" aria-label={t("rooms.filter")}>
            {FILTERS.map(({ value, label }) => (
                <button
                    type="button"
                    key={value}
                    class="filter"
                    aria-pressed={roomFilter.value === value}
                    onClick={() => void filterRooms(value).catch(showError)}
                >
                    {t(label)}
                </button>
            ))}
        </div>
    );
}

function RoomListBody() {
    const status = listStatus.value;
    const ids = roomOrder.value;
    if (status === "failed") {
        return (
            <Empty icon="alert" title={t("rooms.failed")}>
                <p class="quiet">{reasonText(listError.value)}</p>
                <button type="button" class="button" onClick={() => void loadRooms()}>
                    {t("common.retry")}
                </button>
            </Empty>
        );
    }
    if (status === "loading") return <Skeleton kind="room" rows={8} />;
    if (ids.length === 0) {
        return (
            <Empty icon="chat" title={t("rooms.empty")}>
                <p class="quiet">{t("rooms.emptyHint")}</p>
                <button
                    type="button"
                    class="button button-primary"
                    onClick={() => (dialog.value = { kind: "new" })}
                >
                    {t("rooms.new")}
                </button>
            </Empty>
        );
    }
    if (shownRooms.value.length === 0) return <NoneOfThese filter={roomFilter.value} />;
    return <Rows />;
}

function NoneOfThese({ filter }: { filter: RoomFilter }) {
    if (filter === "unread") return <Empty icon="ticks" title={t("rooms.noneUnread")} />;
    return (
        <Empty icon="star" title={t("rooms.noneFavorite")}>
            <p class="quiet">{t("rooms.noneFavoriteHint")}</p>
        </Empty>
    );
}

function Rows() {
    const list = useRef<HTMLUListElement>(null);
    const ids = shownRooms.value;
    const open = openRoomId.value;
    // One stop for the Tab key: the open room, or the first.
    const stop = open !== undefined && ids.includes(open) ? open : ids[0];

    const onKeyDown = (event: KeyboardEvent): void => {
        const rows = [...(list.current?.querySelectorAll<HTMLAnchorElement>("a") ?? [])];
        const at = rows.indexOf(document.activeElement as HTMLAnchorElement);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus();
    };
    const onScroll = (): void => {
        const box = list.current;
        if (!box || !hasMoreRooms.peek()) return;
        if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX) void loadMoreRooms();
    };
    return (
        <ul class="rooms-list" ref={list} onKeyDown={onKeyDown} onScroll={onScroll}>
            {ids.map((id) => (
                <RoomRow key={id} roomId={id} isOpen={id === open} isTabStop={id === stop} />
            ))}
        </ul>
    );
}
