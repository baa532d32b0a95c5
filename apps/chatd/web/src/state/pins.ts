// What is pinned in each room, the newest pin first.

import { type Signal, signal } from "@preact/signals";
import { readPins } from "../api";
import type { Id, Message } from "../client/wire";
import { rememberPerson } from "./people";

const rooms = new Map<Id, Signal<readonly Message[]>>();

export function pinsOf(roomId: Id): Signal<readonly Message[]> {
    let known = rooms.get(roomId);
    if (!known) rooms.set(roomId, (known = signal<readonly Message[]>([])));
    return known;
}

/// What cannot be read now is read when the room is opened the next time.
export async function loadPins(roomId: Id): Promise<void> {
    const items = await readPins(roomId).catch(() => undefined);
    if (!items) return;
    for (const { senderId, senderNickname } of items) rememberPerson(senderId, senderNickname);
    pinsOf(roomId).value = items;
}

export function takeIntoPins(message: Message): void {
    const known = rooms.get(message.roomId);
    if (!known) return;
    const before = known.peek();
    const was = before.find(({ id }) => id === message.id);
    if (was && was.changedAt > message.changedAt) return;
    if (!was && !message.pinned) return;
    const others = before.filter(({ id }) => id !== message.id);
    const pinned = message.pinned && !message.deletedAt ? [...others, message] : others;
    known.value = pinned.sort((a, b) => pinnedAt(b) - pinnedAt(a));
}

function pinnedAt({ pinned }: Message): number {
    return Date.parse(pinned?.at ?? "") || 0;
}

export function forgetPins(): void {
    rooms.clear();
}
