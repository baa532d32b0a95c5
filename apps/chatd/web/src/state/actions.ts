// What a person does with messages: post, edit, delete, answer.

import type { Id, Message, MessageReply } from "../client/wire";
import { client } from "./connection";
import { aim, draft, setDraft } from "./drafts";
import { timeline } from "./timelines";
import { showError } from "./toasts";
import { tellStopped } from "./typing";

/// The server's default; a longer text is refused before it is sent.
export const CONTENT_MAX = 1000;

export function lengthOf(text: string): number {
    return [...text].length;
}

/// The caller has emptied the draft on the screen; what is written there meanwhile stays.
export async function post(roomId: Id, content: string): Promise<void> {
    const aimed = aim(roomId).peek();
    aim(roomId).value = undefined;
    tellStopped();
    const known = timeline(roomId);
    known.unreadFrom.value = undefined;
    void known.showNewest();
    const answered = aimed?.kind === "reply" ? aimed.message : undefined;
    const parentId = answered && (answered.parentId ?? answered.id);
    // The draft is let go when the outbox holds the text, so that a reload finds one of the two.
    await client().post({ roomId, content, ...(parentId && { parentId }) });
    setDraft(roomId, draft(roomId).peek());
}

/// Shows the change at once, and takes it back if it is refused.
export async function edit(message: Message, content: string): Promise<void> {
    aim(message.roomId).value = undefined;
    tellStopped();
    if (content === message.content) return;
    const known = timeline(message.roomId);
    known.apply({ ...message, content, editedAt: new Date().toISOString() }, false);
    await settle(message, "edit", { messageId: message.id, content });
}

export async function remove(message: Message): Promise<void> {
    await settle(message, "delete", { messageId: message.id });
}

async function settle(before: Message, type: string, fields: object): Promise<void> {
    const known = timeline(before.roomId);
    try {
        const reply = await client().request<Partial<MessageReply>>(type, fields);
        if (reply.message) known.apply(reply.message, false);
    } catch (error) {
        known.apply(before, false);
        showError(error);
    }
}
