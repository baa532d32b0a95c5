// What is shown beside the conversation: the column on the left, the panel on the right.

import { computed, signal } from "@preact/signals";
import type { Id } from "../client/wire";
import { openRoomId } from "./route";

export type LeftView = "rooms" | "inbox" | "people" | "bookmarks" | "search";
export const leftView = signal<LeftView>("rooms");
/// From where one came back to the rooms; the focus goes back with one.
export let leftBefore: LeftView = "rooms";

export function showLeft(view: LeftView): void {
    leftBefore = leftView.peek();
    leftView.value = view;
}

/// What the search in all chats begins with.
export const searchedText = signal("");

export type Panel =
    | { kind: "details" }
    | { kind: "search" }
    | { kind: "threads" }
    | { kind: "bookmarks" }
    | { kind: "thread"; roomId: Id; rootId: Id };

const wanted = signal<Panel | undefined>(undefined);

/// A thread belongs to its room; what is about any room stays when another one is opened.
export const panel = computed<Panel | undefined>(() => {
    const { value } = wanted;
    const room = openRoomId.value;
    if (room === undefined || !value) return undefined;
    return value.kind === "thread" && value.roomId !== room ? undefined : value;
});

export function openPanel(next: Panel): void {
    wanted.value = next;
}

export function closePanel(): void {
    wanted.value = undefined;
}

export function forgetViews(): void {
    wanted.value = undefined;
    leftView.value = "rooms";
    leftBefore = "rooms";
    searchedText.value = "";
}
