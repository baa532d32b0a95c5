// The replies to a message, read when somebody opens its thread and followed from then on.

import { type Signal, signal } from "@preact/signals";
import { type Cursor, readReplies } from "../api";
import type { Id, Message } from "../client/wire";
import { noteBookmarks } from "./bookmarks";
import { rememberPerson } from "./people";
import { merge } from "./timelines";

export type ThreadStatus = "loading" | "ready" | "failed";

/// Pages of 100 that are read at once; a longer thread has a button for the rest.
const PAGES_MAX = 5;
/// Threads that are kept up to date; the longest unseen is forgotten first.
const THREADS_MAX = 30;

export class Thread {
    readonly root: Signal<Message | undefined> = signal(undefined);
    readonly replies: Signal<readonly Message[]> = signal([]);
    readonly status: Signal<ThreadStatus> = signal("loading");
    readonly error: Signal<unknown> = signal(undefined);
    readonly hasMore = signal(false);
    private cursor: Cursor;
    private loading = false;

    constructor(
        readonly roomId: Id,
        readonly rootId: Id,
    ) {}

    /// Reads the thread from its beginning. Safe to repeat.
    async load(): Promise<void> {
        this.cursor = undefined;
        await this.loadMore();
    }

    async loadMore(): Promise<void> {
        if (this.loading) return;
        this.loading = true;
        try {
            let read: Message[] = [];
            for (let page = 0; page < PAGES_MAX; page += 1) {
                const { items, nextCursor, hasMore } = await readReplies(this.rootId, this.cursor);
                read = [...read, ...items];
                this.cursor = nextCursor;
                this.hasMore.value = hasMore;
                if (!hasMore) break;
            }
            for (const { senderId, senderNickname } of read)
                rememberPerson(senderId, senderNickname);
            noteBookmarks(read);
            this.replies.value = merge(this.replies.peek(), read);
            this.status.value = "ready";
        } catch (error) {
            this.error.value = error;
            if (this.status.peek() !== "ready") this.status.value = "failed";
        } finally {
            this.loading = false;
        }
    }

    take(message: Message): void {
        if (message.id === this.rootId) {
            const before = this.root.peek();
            if (!before || before.changedAt <= message.changedAt) this.root.value = message;
        } else if (message.parentId === this.rootId) {
            // A new one stands at the end, also where what lies between is not loaded yet.
            this.replies.value = merge(this.replies.peek(), [message]);
        }
    }
}

const threads = new Map<Id, Thread>();

export function thread(roomId: Id, rootId: Id): Thread {
    const known = threads.get(rootId) ?? new Thread(roomId, rootId);
    threads.delete(rootId);
    threads.set(rootId, known);
    for (const oldest of threads.keys()) {
        if (threads.size <= THREADS_MAX) break;
        threads.delete(oldest);
    }
    return known;
}

export function takeIntoThreads(message: Message): void {
    threads.get(message.id)?.take(message);
    if (message.parentId) threads.get(message.parentId)?.take(message);
}

/// More happened in the room than was told.
export function reloadThreads(roomId: Id): void {
    for (const known of threads.values()) if (known.roomId === roomId) void known.load();
}

export function forgetThreads(): void {
    threads.clear();
}
