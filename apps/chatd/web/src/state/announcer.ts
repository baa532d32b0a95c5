// What a screen reader is told politely: new messages of the open room. The log itself is a window
// of a longer list whose rows come and go as one scrolls, so it cannot be the one that announces.

import { signal } from "@preact/signals";

/// Long enough to be taken up; then it is gone from the document, as the message may be.
const KEPT_MS = 4000;

export const announcement = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
    announcement.value = text;
    clearTimeout(timer);
    timer = setTimeout(() => {
        announcement.value = "";
    }, KEPT_MS);
}
