// The rooms and their newest messages as last seen, so that the page opens with content and then
// refreshes it. Nothing depends on it: every failure reads as "nothing kept".

import type { Id, Message, Room } from "../client/wire";

const NAME = "chatd-cache";
const STORE = "kept";
const ROOMS_MAX = 50;
const MESSAGES_MAX = 50;

let database: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
    database ??= new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return database;
}

async function read<T>(key: string): Promise<T | undefined> {
    try {
        const request = (await open()).transaction(STORE).objectStore(STORE).get(key);
        return await new Promise<T | undefined>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result as T | undefined);
            request.onerror = () => reject(request.error);
        });
    } catch {
        return undefined;
    }
}

async function write(change: (store: IDBObjectStore) => void): Promise<void> {
    try {
        change((await open()).transaction(STORE, "readwrite").objectStore(STORE));
    } catch {
        // Without a place to keep things the page only opens a little later.
    }
}

export async function keptRooms(userId: Id): Promise<Room[]> {
    return (await read<Room[]>(`rooms:${userId}`)) ?? [];
}

export function keepRooms(userId: Id, rooms: Room[]): Promise<void> {
    return write((store) => store.put(rooms.slice(0, ROOMS_MAX), `rooms:${userId}`));
}

export async function keptMessages(userId: Id, roomId: Id): Promise<Message[]> {
    return (await read<Message[]>(`messages:${userId}:${roomId}`)) ?? [];
}

export function keepMessages(userId: Id, roomId: Id, messages: Message[]): Promise<void> {
    const newest = messages.slice(-MESSAGES_MAX);
    return write((store) => store.put(newest, `messages:${userId}:${roomId}`));
}

export function forgetKept(): Promise<void> {
    return write((store) => store.clear());
}
