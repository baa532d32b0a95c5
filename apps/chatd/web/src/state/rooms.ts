// The person's rooms: what the list shows, newest activity first.

import { batch, computed, type Signal, signal } from "@preact/signals";
import { readRoom, setFavorite, setMuted, setNotice } from "../api";
import type { Id, ListEvent, Message, Page, Room, RoomReply } from "../client/wire";
import { t } from "../i18n";
import { keepRooms, keptRooms } from "./cache";
import { client, myId } from "./connection";
import { rememberPerson, rememberUser } from "./people";

export type ListStatus = "loading" | "ready" | "failed";

const PAGE = 50;
const ALL_PAGES_MAX = 20;
const KEEP_AFTER_MS = 2000;

const known = new Map<Id, Signal<Room>>();
/// Rooms in the list, in its order; others may be known (one that was left and is still open).
export const roomOrder = signal<readonly Id[]>([]);
export const listStatus = signal<ListStatus>("loading");
export const listError = signal<unknown>(undefined);
export const hasMoreRooms = signal(false);

let nextCursor: string | number | null = null;
let loadingMore = false;
let keepTimer: ReturnType<typeof setTimeout> | undefined;

export function room(roomId: Id): Signal<Room> | undefined {
    return known.get(roomId);
}

export const totalUnread = computed(() =>
    roomOrder.value.reduce((sum, id) => sum + (known.get(id)?.value.unreadCount ?? 0), 0),
);

export function titleOf(shown: Room): string {
    if (shown.kind === "direct") return shown.peer?.nickname ?? shown.title ?? t("room.unnamed");
    return shown.title || t("room.unnamed");
}

function order(ids: Iterable<Id>): Id[] {
    const rooms = [...new Set(ids)].flatMap((id) => known.get(id)?.peek() ?? []);
    rooms.sort((a, b) => {
        const byTime = Date.parse(b.lastActivityAt) - Date.parse(a.lastActivityAt);
        return byTime || b.id - a.id;
    });
    return rooms.map(({ id }) => id);
}

function reorder(ids: Iterable<Id>): void {
    const ordered = order(ids);
    const before = roomOrder.peek();
    const same = ordered.length === before.length && ordered.every((id, i) => id === before[i]);
    if (!same) roomOrder.value = ordered;
    clearTimeout(keepTimer);
    keepTimer = setTimeout(() => {
        void keepRooms(
            myId(),
            ordered.flatMap((id) => known.get(id)?.peek() ?? []),
        );
    }, KEEP_AFTER_MS);
}

/// Merges what is newly known of a room; `listed` puts it into the list.
export function putRoom(news: Room, listed = true): Signal<Room> {
    let existing = known.get(news.id);
    batch(() => {
        if (news.peer) rememberUser(news.peer);
        if (news.lastMessage) {
            rememberPerson(news.lastMessage.senderId, news.lastMessage.senderNickname);
        }
        if (existing) existing.value = { ...existing.peek(), ...news };
        else known.set(news.id, (existing = signal(news)));
        if (listed) reorder([...roomOrder.peek(), news.id]);
    });
    return existing as Signal<Room>;
}

function change(roomId: Id, news: Partial<Room>): void {
    const existing = known.get(roomId);
    if (existing) existing.value = { ...existing.peek(), ...news };
}

export async function showKeptRooms(): Promise<void> {
    const rooms = await keptRooms(myId());
    if (listStatus.peek() === "ready" || rooms.length === 0) return;
    batch(() => {
        for (const kept of rooms) putRoom(kept);
        listStatus.value = "ready";
    });
}

/// Reads the list's beginning anew. Rooms that it no longer contains, though they would stand
/// before its end, are no longer mine.
export async function loadRooms(): Promise<void> {
    if (listStatus.peek() !== "ready") listStatus.value = "loading";
    try {
        const page = await client().request<Page<Room>>("rooms", { limit: PAGE });
        batch(() => {
            const fresh = new Set(page.items.map(({ id }) => id));
            const last = page.items.at(-1);
            const end = page.hasMore && last ? Date.parse(last.lastActivityAt) : -Infinity;
            const beyond = roomOrder.peek().filter((id) => {
                const at = Date.parse(known.get(id)?.peek().lastActivityAt ?? "");
                return !fresh.has(id) && at < end;
            });
            for (const item of page.items) putRoom(item, false);
            if (beyond.length === 0) {
                nextCursor = page.nextCursor;
                hasMoreRooms.value = page.hasMore;
            }
            reorder([...fresh, ...beyond]);
            listStatus.value = "ready";
        });
    } catch (error) {
        listError.value = error;
        if (listStatus.peek() !== "ready") listStatus.value = "failed";
    }
}

export async function loadMoreRooms(): Promise<void> {
    if (loadingMore || !hasMoreRooms.peek() || nextCursor === null) return;
    loadingMore = true;
    try {
        const fields = { limit: PAGE, cursor: nextCursor };
        const page = await client().request<Page<Room>>("rooms", fields);
        batch(() => {
            for (const item of page.items) putRoom(item, false);
            reorder([...roomOrder.peek(), ...page.items.map(({ id }) => id)]);
            nextCursor = page.nextCursor;
            hasMoreRooms.value = page.hasMore;
        });
    } catch {
        // The end of the list is still in sight, so the next scrolling asks again.
    } finally {
        loadingMore = false;
    }
}

export function onList(event: ListEvent): void {
    const { roomId, unreadCount, lastMessage, lastActivityAt } = event;
    if (event.room) putRoom({ ...event.room, unreadCount, lastMessage, lastActivityAt });
    else if (known.has(roomId)) {
        batch(() => {
            change(roomId, { unreadCount, lastMessage, lastActivityAt });
            if (lastMessage) rememberPerson(lastMessage.senderId, lastMessage.senderNickname);
            reorder([...roomOrder.peek(), roomId]);
        });
    } else
        void readRoom(roomId).then(
            (read) => putRoom(read),
            () => undefined,
        );
}

/// An event about a room carries none of the personal fields; those that are known stay.
export function onRoomChanged(news: Room): void {
    const { unreadCount: _1, readPosition: _2, role: _3, peer: _4, ...shared } = news;
    change(news.id, shared);
}

/// The preview follows a change of the message that it shows.
export function onMessageChanged(message: Message): void {
    const shown = known.get(message.roomId)?.peek();
    if (shown?.lastMessage?.id !== message.id) return;
    const words = message.content || message.attachments?.[0]?.name || message.content;
    const content = message.deletedAt ? null : words;
    change(message.roomId, { lastMessage: { ...shown.lastMessage, content } });
}

export function setOwnRead(roomId: Id, position: number, unreadCount?: number): void {
    const shown = known.get(roomId)?.peek();
    if (!shown || (shown.readPosition ?? 0) >= position) return;
    change(roomId, { readPosition: position, ...(unreadCount !== undefined && { unreadCount }) });
}

export function setOwnRole(roomId: Id, role: Room["role"]): void {
    change(roomId, { role: role ?? null });
}

export function unlist(roomId: Id): void {
    reorder(roomOrder.peek().filter((id) => id !== roomId));
}

/// Makes sure that a room which was opened by its address is known.
export async function ensureRoom(roomId: Id): Promise<Room> {
    const existing = known.get(roomId);
    if (existing) return existing.peek();
    return putRoom(await readRoom(roomId), false).peek();
}

export async function openDirect(userId: Id): Promise<Room> {
    const reply = await client().request<RoomReply>("open", { userId });
    return putRoom(reply.room).peek();
}

export async function createGroup(title: string, memberIds: Id[], open: boolean): Promise<Room> {
    const reply = await client().request<RoomReply>("create", { title, memberIds, open });
    return putRoom(reply.room).peek();
}

export async function joinRoom(roomId: Id): Promise<Room> {
    const reply = await client().request<RoomReply>("join", { roomId });
    return putRoom(reply.room ?? (await readRoom(roomId))).peek();
}

/// `silent`: hear no more of it, also when somebody writes.
export async function leaveRoom(roomId: Id, silent: boolean): Promise<void> {
    await client().request("leave", { roomId, ...(silent && { silent }) });
}

export async function invite(roomId: Id, userIds: Id[]): Promise<void> {
    takeRoom(await client().request<Partial<RoomReply>>("invite", { roomId, userIds }));
}

export async function removeMember(roomId: Id, userId: Id, ban: boolean): Promise<void> {
    takeRoom(await client().request<Partial<RoomReply>>("remove", { roomId, userId, ban }));
}

export async function renameRoom(roomId: Id, title: string): Promise<void> {
    takeRoom(await client().request<Partial<RoomReply>>("rename", { roomId, title }));
}

/// Shown at once, and taken back if it is refused.
export async function changePersonal(
    roomId: Id,
    what: "favorite" | "muted",
    on: boolean,
): Promise<void> {
    change(roomId, { [what]: on });
    try {
        await (what === "favorite" ? setFavorite : setMuted)(roomId, on);
    } catch (error) {
        change(roomId, { [what]: !on });
        throw error;
    }
}

export async function changeNotice(roomId: Id, content: string): Promise<void> {
    change(roomId, { notice: await setNotice(roomId, content) });
}

function takeRoom(reply: Partial<RoomReply>): void {
    if (reply.room) onRoomChanged(reply.room);
}

/// Who looks for a room by its title looks in the whole list, within reason.
export async function loadAllRooms(): Promise<void> {
    for (let page = 0; page < ALL_PAGES_MAX && hasMoreRooms.peek(); page += 1)
        await loadMoreRooms();
}

/// My rooms by title, of those that are loaded.
export function roomsTitled(query: string): Room[] {
    const wanted = query.trim().toLocaleLowerCase();
    const rooms = roomOrder.value.flatMap((id) => known.get(id)?.value ?? []);
    if (!wanted) return rooms;
    return rooms.filter((item) => titleOf(item).toLocaleLowerCase().includes(wanted));
}

export type RoomFilter = "all" | "unread" | "favorite";
export const roomFilter = signal<RoomFilter>("all");

/// Of the loaded rooms at once, then of all that the server knows.
export async function filterRooms(filter: RoomFilter): Promise<void> {
    roomFilter.value = filter;
    if (filter === "all") return;
    const fields = { limit: 100, filter: { [filter]: true } };
    const page = await client().request<Page<Room>>("rooms", fields);
    batch(() => {
        for (const item of page.items) putRoom(item, false);
        reorder([...roomOrder.peek(), ...page.items.map(({ id }) => id)]);
    });
}

export const shownRooms = computed(() => {
    const filter = roomFilter.value;
    if (filter === "all") return roomOrder.value;
    return roomOrder.value.filter((id) => {
        const shown = known.get(id)?.value;
        return filter === "unread" ? (shown?.unreadCount ?? 0) > 0 : shown?.favorite === true;
    });
});

export function forgetRooms(): void {
    clearTimeout(keepTimer);
    roomFilter.value = "all";
    known.clear();
    roomOrder.value = [];
    listStatus.value = "loading";
    hasMoreRooms.value = false;
    nextCursor = null;
}
