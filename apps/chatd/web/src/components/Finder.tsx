// Ctrl/Cmd+K: from anywhere to any chat or person by a few letters.

import { useEffect, useMemo, useState } from "preact/hooks";
import { findGroups, findPeople, searchMessages } from "../api";
import type { Message, Room, User } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { goToMessage } from "../state/app";
import { rememberPerson } from "../state/people";
import { joinRoom, loadAllRooms, openDirect, room, roomsTitled, titleOf } from "../state/rooms";
import { goToRoom } from "../state/route";
import { reasonText, showError } from "../state/toasts";
import { showLeft, searchedText } from "../state/views";
import { Avatar } from "./Avatar";
import { Dialog } from "./Dialog";
import { closeDialog } from "./dialogs";
import { Icon } from "./Icon";
import { Picker, type PickerItem } from "./Picker";
import { quoteName, quoteText, senderName } from "./quoteText";
import { RoomAvatar } from "./RoomRow";
import { useSearch } from "./useSearch";

const ROOMS_MAX = 8;
const MESSAGES_MAX = 4;

async function findMessages(query: string): Promise<Message[]> {
    const { items } = await searchMessages(query, undefined, undefined, MESSAGES_MAX);
    for (const { senderId, senderNickname } of items) rememberPerson(senderId, senderNickname);
    return items;
}

export function Finder() {
    const [query, setQuery] = useState("");
    const people = useSearch(query, findPeople);
    const groups = useSearch(query, findGroups);
    const messages = useSearch(query, findMessages);
    useEffect(() => void loadAllRooms(), []);
    const mine = roomsTitled(query);
    const items = useMemo(() => {
        const known = new Set(mine.map(({ peer }) => peer?.id));
        const strangers = people.items.filter(({ id }) => id !== myId() && !known.has(id));
        const inside = new Set(mine.map(({ id }) => id));
        const open = groups.items.filter(({ id, open: may }) => may && !inside.has(id));
        const wanted = query.trim();
        return [
            ...withSection(t("finder.rooms"), mine.slice(0, ROOMS_MAX).map(roomItem)),
            ...withSection(t("finder.people"), strangers.map(personItem)),
            ...withSection(t("finder.groups"), open.map(groupItem)),
            ...withSection(t("finder.messages"), [
                ...messages.items.map(messageItem),
                ...(messages.items.length === MESSAGES_MAX ? [allMessages(wanted)] : []),
            ]),
        ];
    }, [mine, people.items, groups.items, messages.items, query]);
    const nothing = query ? t("finder.nothing", { query }) : t("rooms.empty");
    return (
        <Dialog title={t("finder.title")} onClose={closeDialog} class="dialog-finder" bare>
            <Picker
                label={t("finder.title")}
                query={query}
                onQuery={setQuery}
                items={items}
                busy={people.busy || groups.busy || messages.busy}
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

/// An open group that one is not in: choosing it joins it.
function groupItem(group: Room): PickerItem {
    return {
        key: `group${group.id}`,
        avatar: <RoomAvatar room={group} size="small" />,
        label: titleOf(group),
        note: t("room.members", { count: group.participantCount }),
        tag: t("finder.join"),
        choose: () => go(joinRoom(group.id)),
    };
}

function messageItem(message: Message): PickerItem {
    const where = room(message.roomId)?.peek();
    const name = quoteName(message);
    return {
        key: `message${message.id}`,
        avatar: <Avatar id={message.senderId} name={senderName(message)} size="small" />,
        label: quoteText(message),
        note: where ? `${name} · ${titleOf(where)}` : name,
        choose: () => {
            closeDialog();
            goToMessage(message.roomId, message.id);
        },
    };
}

function allMessages(query: string): PickerItem {
    return {
        key: "all",
        avatar: (
            <span class="picker-sign">
                <Icon name="search" />
            </span>
        ),
        label: t("finder.allMessages", { query }),
        choose: () => {
            closeDialog();
            searchedText.value = query;
            showLeft("search");
        },
    };
}
