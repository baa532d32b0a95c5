// Ctrl/Cmd+K: from anywhere to any chat or person by a few letters.

import { useMemo, useState } from "preact/hooks";
import { findPeople } from "../api";
import type { Room, User } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { joinRoom, openDirect, roomsTitled, searchRooms, titleOf } from "../state/rooms";
import { goToRoom } from "../state/route";
import { reasonText, showError } from "../state/toasts";
import { Avatar } from "./Avatar";
import { Dialog } from "./Dialog";
import { closeDialog } from "./dialogs";
import { Picker, type PickerItem } from "./Picker";
import { RoomAvatar } from "./RoomRow";
import { useSearch } from "./useSearch";

const ROOMS_MAX = 8;

export function Finder() {
    const [query, setQuery] = useState("");
    const people = useSearch(query, findPeople);
    const found = useSearch(query, searchRooms);
    const mine = roomsTitled(query);
    const items = useMemo(() => {
        const listed = new Set(mine.map(({ id }) => id));
        const others = found.items.filter(({ id }) => !listed.has(id));
        const known = new Set(mine.map(({ peer }) => peer?.id));
        const strangers = people.items.filter(({ id }) => id !== myId() && !known.has(id));
        return [
            ...withSection(t("finder.rooms"), mine.slice(0, ROOMS_MAX).map(roomItem)),
            ...withSection(t("finder.openRooms"), others.map(openRoomItem)),
            ...withSection(t("finder.people"), strangers.map(personItem)),
        ];
    }, [mine, found.items, people.items]);
    const error = people.error ?? found.error;
    const nothing = query ? t("finder.nothing", { query }) : t("rooms.empty");
    return (
        <Dialog title={t("finder.title")} onClose={closeDialog} class="dialog-finder" bare>
            <Picker
                label={t("finder.title")}
                query={query}
                onQuery={setQuery}
                items={items}
                busy={people.busy || found.busy}
                empty={error ? reasonText(error) : nothing}
            />
        </Dialog>
    );
}

function withSection(section: string, items: PickerItem[]): PickerItem[] {
    return items.map((item, index) => (index === 0 ? { ...item, section } : item));
}

function go(opening: Promise<Room>): void {
    closeDialog();
    opening.then(({ id }) => goToRoom(id)).catch(showError);
}

function roomItem(room: Room): PickerItem {
    return {
        key: `room${room.id}`,
        avatar: <RoomAvatar room={room} size="small" />,
        label: titleOf(room),
        note: room.kind === "group" ? t("room.members", { count: room.participantCount }) : undefined,
        choose: () => go(Promise.resolve(room)),
    };
}

function openRoomItem(room: Room): PickerItem {
    // The search also answers with my own rooms beyond the part of the list that is loaded.
    const isMine = !!room.role;
    return {
        ...roomItem(room),
        tag: isMine ? undefined : t("finder.join"),
        choose: () => go(isMine ? Promise.resolve(room) : joinRoom(room.id)),
    };
}

function personItem(user: User): PickerItem {
    return {
        key: `person${user.id}`,
        avatar: (
            <Avatar id={user.id} name={user.nickname} image={user.profileImageUrl} size="small" />
        ),
        label: user.nickname,
        note: user.statusText ?? undefined,
        choose: () => go(openDirect(user.id)),
    };
}
