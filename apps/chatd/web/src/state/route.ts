// Which room is open, kept in the address (`#/room/17`), so that back, reload and links work.

import { signal } from "@preact/signals";
import type { Id } from "../client/wire";

function read(): Id | undefined {
    const match = /^#\/room\/(\d+)$/.exec(location.hash);
    return match ? Number(match[1]) : undefined;
}

export const openRoomId = signal<Id | undefined>(read());

window.addEventListener("hashchange", () => {
    openRoomId.value = read();
});

export function addressOf(roomId: Id): string {
    return `#/room/${roomId}`;
}

export function goToRoom(roomId: Id): void {
    if (openRoomId.peek() === roomId) return;
    location.hash = addressOf(roomId);
}

/// Closes the room without leaving an entry that "back" would open again.
export function goToList(): void {
    history.replaceState(null, "", location.pathname);
    openRoomId.value = undefined;
}
