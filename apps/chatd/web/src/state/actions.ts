// What a person does with messages: post, edit, delete, answer, pin.

import type { OutboxFile } from "../client";
import type { Id, Mention, Message, MessageReply } from "../client/wire";
import { client, limits } from "./connection";
import { aim, draft, setDraft } from "./drafts";
import { takeMessage } from "./messages";
import { noteError } from "./notes";
import { knownTimeline, timeline } from "./timelines";
import { tellStopped } from "./typing";

const CONTENT_MAX_USUAL = 1000;

/// In code points; a longer text is refused before it is sent.
export function contentMax(): number {
    return limits.value.content ?? CONTENT_MAX_USUAL;
}

export function lengthOf(text: string): number {
    return [...text].length;
}

/// The caller has emptied the draft on the screen; what is written there meanwhile stays.
export async function post(
    roomId: Id,
    content: string,
    mentions: Mention[] = [],
    files: OutboxFile[] = [],
): Promise<void> {
    const aimed = aim(roomId).peek();
    aim(roomId).value = undefined;
    tellStopped();
    const known = timeline(roomId);
    known.unreadFrom.value = undefined;
    void known.showNewest();
    const answered = aimed?.kind === "reply" ? aimed.message : undefined;
    const parentId = answered && (answered.parentId ?? answered.id);
    // The draft is let go when the outbox holds the text, so that a reload finds one of the two.
    await enqueue(roomId, content, mentions, files, parentId);
    setDraft(roomId, draft(roomId).peek());
}

/// Into a thread, from beside the log: that stays where it is.
export async function reply(
    roomId: Id,
    parentId: Id,
    content: string,
    mentions: Mention[],
    files: OutboxFile[],
): Promise<void> {
    tellStopped();
    await enqueue(roomId, content, mentions, files, parentId);
}

async function enqueue(
    roomId: Id,
    content: string,
    mentions: Mention[],
    files: OutboxFile[],
    parentId: Id | undefined,
): Promise<void> {
    const fields = {
        roomId,
        content,
        ...(parentId !== undefined && { parentId }),
        ...(mentions.length > 0 && { mentions }),
    };
    await client().post(fields, files);
}

/// Shows the change at once, and takes it back if it is refused.
export async function edit(message: Message, content: string): Promise<void> {
    aim(message.roomId).value = undefined;
    tellStopped();
    if (content === message.content) return;
    takeMessage({ ...message, content, editedAt: new Date().toISOString() });
    await settle(message, "edit", { messageId: message.id, content });
}

export async function remove(message: Message): Promise<void> {
    await settle(message, "delete", { messageId: message.id });
}

/// The refusal, for there may be too many already, stands under the message.
export async function setPinned(message: Message, pinned: boolean): Promise<void> {
    await settle(message, pinned ? "pin" : "unpin", { messageId: message.id });
}

async function settle(before: Message, type: string, fields: object): Promise<void> {
    try {
        const answer = await client().request<Partial<MessageReply>>(type, fields);
        if (answer.message) takeMessage(answer.message);
    } catch (error) {
        // Only what is still as it was shown optimistically goes back.
        const shown = knownTimeline(before.roomId)?.find(before.id);
        if (!shown || shown.changedAt === before.changedAt) takeMessage(before);
        noteError(before.id, error);
    }
}
