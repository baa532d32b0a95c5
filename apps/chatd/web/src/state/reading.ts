// Marks messages as read: those that have been on the screen of a window that somebody looks at.

import { computed, effect, signal } from "@preact/signals";
import type { Id } from "../client/wire";
import { client, isOnline } from "./connection";
import { readUpTo } from "./inbox";
import { openRoomId } from "./route";
import { room, setOwnRead } from "./rooms";

const TOLD_AFTER_MS = 250;

const visible = signal(document.visibilityState === "visible");
const focused = signal(document.hasFocus());
document.addEventListener("visibilitychange", () => {
    visible.value = document.visibilityState === "visible";
});
window.addEventListener("focus", () => {
    focused.value = true;
});
window.addEventListener("blur", () => {
    focused.value = false;
});

export const isLookedAt = computed(() => visible.value && focused.value);

interface Seen {
    roomId: Id;
    messageId: Id;
    isNewest: boolean;
}

/// The lowest message on the screen, told by the log.
const seen = signal<Seen | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

export function setSeen(roomId: Id, messageId: Id, isNewest: boolean): void {
    const before = seen.peek();
    if (before?.roomId === roomId && before.messageId >= messageId) return;
    seen.value = { roomId, messageId, isNewest };
}

/// True while the person is looking at the newest message of that room: its badge would only flash.
export function isWatched(roomId: Id): boolean {
    const { value } = seen;
    return (
        isLookedAt.value &&
        openRoomId.value === roomId &&
        value?.roomId === roomId &&
        value.isNewest
    );
}

effect(() => {
    const latest = seen.value;
    if (!latest || !isLookedAt.value || !isOnline.value || openRoomId.value !== latest.roomId)
        return;
    const shown = room(latest.roomId)?.value;
    if (!shown || (shown.readPosition ?? 0) >= latest.messageId) return;
    clearTimeout(timer);
    timer = setTimeout(() => tell(latest), TOLD_AFTER_MS);
});

function tell({ roomId, messageId, isNewest }: Seen): void {
    const request = client().request("read", { roomId, messageId });
    request.then(
        () => {
            setOwnRead(roomId, messageId, isNewest ? 0 : undefined);
            readUpTo(roomId, messageId);
        },
        () => undefined,
    );
}

export function forgetSeen(): void {
    clearTimeout(timer);
    seen.value = undefined;
}
