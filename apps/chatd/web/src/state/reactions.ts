// Reactions as they are shown: those that the server has told, with one's own changes that are on
// their way laid over them, so that a click shows at once and a refusal takes back that click only.

import { signal } from "@preact/signals";
import type { Id, Message, MessageReply, Reaction } from "../client/wire";
import { client, myId } from "./connection";
import { takeMessage } from "./messages";
import { noteError } from "./notes";
import { type Wishes, withWishes } from "./wishes";

/// Per message what this person wants of each emoji and the server has not answered yet.
const wishes = signal<ReadonlyMap<Id, Wishes>>(new Map());

export function shownReactions(message: Message): Reaction[] {
    const reactions = message.reactions ?? [];
    const wanted = wishes.value.get(message.id);
    return wanted ? withWishes(reactions, wanted, myId()) : reactions;
}

export function hasReacted({ userIds }: Reaction): boolean {
    return userIds.includes(myId());
}

/// Adds this person's emoji, or takes it away where it is there.
export async function toggleReaction(message: Message, reaction: string): Promise<void> {
    const known = shownReactions(message).find((item) => item.reaction === reaction);
    const present = !(known && hasReacted(known));
    wish(message.id, reaction, present);
    try {
        const type = present ? "react" : "unreact";
        const reply = await client().request<Partial<MessageReply>>(type, {
            messageId: message.id,
            reaction,
        });
        if (reply.message) takeMessage(reply.message);
    } catch (error) {
        noteError(message.id, error);
    } finally {
        // A later click on the same emoji has a wish of its own by now.
        if (wishes.peek().get(message.id)?.get(reaction) === present) {
            wish(message.id, reaction, undefined);
        }
    }
}

function wish(messageId: Id, reaction: string, present: boolean | undefined): void {
    const wanted = new Map(wishes.peek().get(messageId));
    if (present === undefined) wanted.delete(reaction);
    else wanted.set(reaction, present);
    const all = new Map(wishes.peek());
    if (wanted.size > 0) all.set(messageId, wanted);
    else all.delete(messageId);
    wishes.value = all;
}

const RECENT_KEY = "chatd.emoji";
const RECENT_MAX = 24;
export const USUAL = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

export function recentEmoji(): string[] {
    try {
        const kept = JSON.parse(localStorage.getItem(RECENT_KEY) ?? "[]") as unknown;
        return Array.isArray(kept) ? kept.filter((item) => typeof item === "string") : [];
    } catch {
        return [];
    }
}

export function rememberEmoji(emoji: string): void {
    const kept = [emoji, ...recentEmoji().filter((item) => item !== emoji)].slice(0, RECENT_MAX);
    localStorage.setItem(RECENT_KEY, JSON.stringify(kept));
}
