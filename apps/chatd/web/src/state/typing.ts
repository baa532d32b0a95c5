// Who is typing where, and telling others that we are.

import { type Signal, signal } from "@preact/signals";
import type { Id, TypingEvent } from "../client/wire";
import { client, myId } from "./connection";

/// A writer repeats "typing" at most this often, and is forgotten after twice as long without a
/// word.
const REPEAT_MS = 3000;
const FORGET_MS = 7000;

const rooms = new Map<Id, Signal<readonly Id[]>>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

export function typingIn(roomId: Id): Signal<readonly Id[]> {
    let known = rooms.get(roomId);
    if (!known) rooms.set(roomId, (known = signal<readonly Id[]>([])));
    return known;
}

export function onTyping({ roomId, userId, isTyping }: TypingEvent): void {
    if (userId === myId()) return;
    const key = `${roomId}:${userId}`;
    clearTimeout(timers.get(key));
    const known = typingIn(roomId);
    if (!isTyping) return stopped(known, userId);
    if (!known.peek().includes(userId)) known.value = [...known.peek(), userId];
    timers.set(
        key,
        setTimeout(() => stopped(known, userId), FORGET_MS),
    );
}

/// A message of a person ends their typing, whether or not they have said so.
export function onPosted(roomId: Id, userId: Id): void {
    stopped(typingIn(roomId), userId);
}

function stopped(known: Signal<readonly Id[]>, userId: Id): void {
    if (known.peek().includes(userId)) known.value = known.peek().filter((id) => id !== userId);
}

export function forgetTyping(): void {
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    for (const known of rooms.values()) known.value = [];
}

let told: { roomId: Id; at: number } | undefined;

export function tellTyping(roomId: Id): void {
    const now = Date.now();
    if (told?.roomId === roomId && now - told.at < REPEAT_MS) return;
    if (told && told.roomId !== roomId) tellStopped();
    told = { roomId, at: now };
    client().tell("typing", { roomId, isTyping: true });
}

export function tellStopped(): void {
    if (!told) return;
    client().tell("typing", { roomId: told.roomId, isTyping: false });
    told = undefined;
}
