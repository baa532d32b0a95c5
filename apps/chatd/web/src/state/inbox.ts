// The person's inbox: what others did that concerns them, newest first.

import { batch, signal } from "@preact/signals";
import { ask, at, type Cursor } from "../api";
import type { Id, Notification, Page } from "../client/wire";
import { rememberPerson } from "./people";

export type InboxStatus = "unknown" | "loading" | "ready" | "failed";

export const unreadInbox = signal(0);
export const inbox = signal<readonly Notification[]>([]);
export const inboxStatus = signal<InboxStatus>("unknown");
export const inboxError = signal<unknown>(undefined);
export const hasMoreInbox = signal(false);
let cursor: Cursor;
let loading = false;

export async function loadUnreadInbox(): Promise<void> {
    const read = ask<{ unreadCount: number }>("GET", "/notifications/unread");
    const answer = await read.catch(() => undefined);
    if (answer) unreadInbox.value = answer.unreadCount;
}

/// Reads the newest page; what was loaded below it stays.
export function loadInbox(): Promise<void> {
    return load(undefined);
}

export async function loadMoreInbox(): Promise<void> {
    if (hasMoreInbox.peek()) await load(cursor);
}

async function load(from: Cursor): Promise<void> {
    if (loading) return;
    loading = true;
    if (inboxStatus.peek() !== "ready") inboxStatus.value = "loading";
    try {
        const path = at("/notifications", { limit: 30, cursor: from });
        const page = await ask<Page<Notification>>("GET", path);
        batch(() => {
            const isFirst = inbox.peek().length === 0;
            put(page.items);
            if (from !== undefined || isFirst) {
                cursor = page.nextCursor;
                hasMoreInbox.value = page.hasMore;
            }
            inboxStatus.value = "ready";
        });
    } catch (error) {
        inboxError.value = error;
        if (inboxStatus.peek() !== "ready") inboxStatus.value = "failed";
    } finally {
        loading = false;
    }
}

function put(items: readonly Notification[]): void {
    for (const { actor } of items)
        rememberPerson(actor.id, actor.nickname, actor.profileImageUrl ?? null);
    const byId = new Map([...inbox.peek(), ...items].map((item) => [item.id, item]));
    inbox.value = [...byId.values()].sort((a, b) => b.id - a.id);
}

/// Answers whether it was news: the same one may be told twice.
export function onNotification(notification: Notification): boolean {
    if (inbox.peek().some(({ id }) => id === notification.id)) return false;
    if (!notification.read) unreadInbox.value += 1;
    // Before the list was read there is nothing to add to; reading it brings this one too.
    if (inboxStatus.peek() === "ready") put([notification]);
    return true;
}

export async function markRead(id: Id): Promise<void> {
    const known = inbox.peek().find((item) => item.id === id);
    if (known?.read) return;
    if (known) put([{ ...known, read: true }]);
    unreadInbox.value = Math.max(0, unreadInbox.peek() - 1);
    try {
        await ask("POST", `/notifications/${id}/read`);
    } catch {
        // The next look at the count tells how it stands.
        if (known) put([known]);
        await loadUnreadInbox();
    }
}

/// Who has read the message itself needs no notification of it any more.
export function readUpTo(roomId: Id, messageId: Id): void {
    for (const item of inbox.peek()) {
        const about = item.kind === "mention" || item.kind === "reply";
        const isSeen = item.roomId === roomId && (item.messageId ?? Infinity) <= messageId;
        if (about && isSeen && !item.read) void markRead(item.id);
    }
}

export async function markAllRead(): Promise<void> {
    const before = inbox.peek();
    const count = unreadInbox.peek();
    batch(() => {
        put(before.map((item) => ({ ...item, read: true })));
        unreadInbox.value = 0;
    });
    try {
        await ask("POST", "/notifications/read-all");
    } catch (error) {
        batch(() => {
            put(before);
            unreadInbox.value = count;
        });
        throw error;
    }
}

export function forgetInbox(): void {
    inbox.value = [];
    inboxStatus.value = "unknown";
    unreadInbox.value = 0;
    hasMoreInbox.value = false;
    cursor = undefined;
}
