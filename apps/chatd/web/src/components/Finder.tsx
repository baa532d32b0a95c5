// Ctrl/Cmd+K: from anywhere to any chat or person by a few letters.

import { useEffect, useMemo, useState } from "preact/hooks";
import { findPeople } from "../api";
import type { Room, User } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { loadAllRooms, openDirect, roomsTitled, titleOf } from "../state/rooms";
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
    useEffect(() => void loadAllRooms(), []);
    const mine = roomsTitled(query);
    const items = useMemo(() => {
        const known = new Set(mine.map(({ peer }) => peer?.id));
        const strangers = people.items.filter(({ id }) => id !== myId() && !known.has(id));
        return [
            ...withSection(t("finder.rooms"), mine.slice(0, ROOMS_MAX).map(roomItem)),
            ...withSection(t("finder.people"), strangers.map(personItem)),
        ];
    }, [mine, people.items]);
    const nothing = query ? t("finder.nothing", { query }) : t("rooms.empty");
    return (
        <Dialog title={t("finder.title")} onClose={closeDialog} class="dialog-finder" bare>
            <Picker
                label={t("finder.title")}
                query={query}
                onQuery={setQuery}
                items={items}
                busy={people.busy}
                empty={people.error ? reasonText(people.error) : nothing}
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
        note:
            room.kind === "group" ? t("room.members", { count: room.participantCount }) : undefined,
        choose: () => go(Promise.resolve(room)),
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
