// Why something that was asked of a message was refused, shown under that message for a while.

import { signal } from "@preact/signals";
import type { Id } from "../client/wire";
import { reasonText } from "./toasts";

const SHOWN_MS = 8000;

interface Note {
    messageId: Id;
    text: string;
}

/// One at a time: the latest.
export const note = signal<Note | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

export function noteError(messageId: Id, error: unknown): void {
    note.value = { messageId, text: reasonText(error) };
    clearTimeout(timer);
    timer = setTimeout(dropNote, SHOWN_MS);
}

export function dropNote(): void {
    clearTimeout(timer);
    note.value = undefined;
}
