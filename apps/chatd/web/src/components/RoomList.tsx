import { useRef } from "preact/hooks";
import { t } from "../i18n";
import {
    hasMoreRooms,
    listError,
    listStatus,
    loadMoreRooms,
    loadRooms,
    roomOrder,
} from "../state/rooms";
import { openRoomId } from "../state/route";
import { reasonText } from "../state/toasts";
import { Empty, IconButton, Skeleton } from "./controls";
import { dialog } from "./dialogs";
import { Icon } from "./Icon";
import { FINDER_KEYS } from "./keys";
import { RoomRow } from "./RoomRow";

const NEAR_END_PX = 400;

export function RoomList() {
    return (
        <nav class="rooms" aria-label={t("rooms.title")}>
            <header class="rooms-head">
                <h1>{t("rooms.title")}</h1>
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
            <RoomListBody />
        </nav>
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
    return <Rows />;
}

function Rows() {
    const list = useRef<HTMLUListElement>(null);
    const ids = roomOrder.value;
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
