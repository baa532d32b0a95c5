// What is being written in each room: the text (kept across reloads), and whether it answers or
// changes a message (not kept).

import { type Signal, signal } from "@preact/signals";
import type { Id, Message } from "../client/wire";

export interface Aim {
    kind: "reply" | "edit";
    message: Message;
}

const KEY = "chatd.drafts";
const DRAFTS_MAX = 100;

/// Whom the writer has chosen from the list behind an `@`; it decides between people of one name.
const picked = new Map<Id, Id[]>();
const PICKED_MAX = 50;

export function pickedIn(roomId: Id): Id[] {
    const known = picked.get(roomId) ?? [];
    picked.set(roomId, known.slice(-PICKED_MAX));
    return picked.get(roomId) ?? [];
}

const texts = new Map<Id, Signal<string>>();
const aims = new Map<Id, Signal<Aim | undefined>>();
let stored: Record<string, string> | undefined;

function load(): Record<string, string> {
    if (!stored) {
        try {
            stored = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, string>;
        } catch {
            stored = {};
        }
    }
    return stored;
}

export function draft(roomId: Id): Signal<string> {
    let known = texts.get(roomId);
    if (!known) texts.set(roomId, (known = signal(load()[roomId] ?? "")));
    return known;
}

export function setDraft(roomId: Id, text: string): void {
    draft(roomId).value = text;
    const { [String(roomId)]: _previous, ...others } = load();
    // Ids ascend; beyond the limit the drafts of the oldest rooms are given up.
    const entries = Object.entries(text ? { ...others, [roomId]: text } : others);
    stored = Object.fromEntries(entries.slice(-DRAFTS_MAX));
    localStorage.setItem(KEY, JSON.stringify(stored));
}

export function aim(roomId: Id): Signal<Aim | undefined> {
    let known = aims.get(roomId);
    if (!known) aims.set(roomId, (known = signal(undefined)));
    return known;
}

export function forgetDrafts(): void {
    texts.clear();
    aims.clear();
    picked.clear();
    stored = undefined;
    localStorage.removeItem(KEY);
}
