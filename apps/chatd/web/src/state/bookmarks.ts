// One's own bookmarks, as far as this page has read of them: nobody tells of those that another
// device puts, so each read of a message for oneself says it anew.

import { signal } from "@preact/signals";
import type { Id, Message, MessageReply } from "../client/wire";
import { client } from "./connection";
import { noteError } from "./notes";

const marked = signal<ReadonlySet<Id>>(new Set());
/// Raised when one has been put, so that an open list reads anew.
export const bookmarksPut = signal(0);

export function isBookmarked(messageId: Id): boolean {
    return marked.value.has(messageId);
}

export function noteBookmarks(messages: readonly Message[]): void {
    const before = marked.peek();
    const after = new Set(before);
    for (const { id, bookmarked } of messages) {
        if (bookmarked === true) after.add(id);
        else if (bookmarked === false) after.delete(id);
    }
    const same = after.size === before.size && [...after].every((id) => before.has(id));
    if (!same) marked.value = after;
}

/// Shows it at once, and takes it back if it is refused.
export async function setBookmark(message: Message, wanted: boolean): Promise<void> {
    const { id } = message;
    noteBookmarks([{ ...message, bookmarked: wanted }]);
    try {
        // The request turns what is there. Where another device has turned it before, it turned the
        // wrong way, and is asked once more.
        for (let asked = 0; asked < 2; asked += 1) {
            const reply = await client().request<MessageReply>("bookmark", { messageId: id });
            noteBookmarks([reply.message]);
            if (reply.message.bookmarked === wanted) break;
        }
        if (wanted) bookmarksPut.value += 1;
    } catch (error) {
        noteBookmarks([{ ...message, bookmarked: !wanted }]);
        noteError(id, error);
    }
}

export function forgetBookmarks(): void {
    marked.value = new Set();
}
