// The messages that replies quote. Mostly they are in the loaded window; the others are read once.

import { type Signal, signal } from "@preact/signals";
import { readMessage } from "../api";
import type { Id, Message } from "../client/wire";
import { noteBookmarks } from "./bookmarks";
import { knownTimeline } from "./timelines";

/// Null stands for one that cannot be read.
type Quote = Message | null | undefined;

const fetched = new Map<Id, Signal<Quote>>();

/// What is at hand of a message, without asking.
export function atHand(roomId: Id, messageId: Id): Message | undefined {
    const loaded = knownTimeline(roomId)?.messages.value.find(({ id }) => id === messageId);
    return loaded ?? fetched.get(messageId)?.value ?? undefined;
}

export function quoted(roomId: Id, messageId: Id): Quote {
    const loaded = knownTimeline(roomId)?.messages.value.find(({ id }) => id === messageId);
    if (loaded) return loaded;
    let known = fetched.get(messageId);
    if (!known) {
        const fresh = signal<Quote>(undefined);
        fetched.set(messageId, (known = fresh));
        readMessage(messageId).then(
            (message) => {
                noteBookmarks([message]);
                fresh.value = message;
            },
            () => (fresh.value = null),
        );
    }
    return known.value;
}

/// An edited original is quoted as it is now.
export function takeIntoQuotes(message: Message): void {
    const known = fetched.get(message.id);
    if (known && (known.peek()?.changedAt ?? 0) <= message.changedAt) known.value = message;
}

export function forgetQuotes(): void {
    fetched.clear();
}
