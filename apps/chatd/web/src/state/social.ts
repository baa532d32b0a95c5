// Friends, requests to be one, people one may know, and people one has blocked.

import { batch, computed, signal } from "@preact/signals";
import { ask, at, type Cursor } from "../api";
import type { Id, Page, User } from "../client/wire";
import { rememberUser } from "./people";

export interface FriendRequest {
    id: Id;
    senderId: Id;
    receiverId: Id;
    status: "pending" | "accepted" | "rejected";
    createdAt: string;
    /// The other of the two.
    user: User | null;
}

export interface Recommendation {
    id: Id;
    nickname: string;
    profileImageUrl?: string | null;
    mutualFriends: number;
    depth: number;
}

export type Friend = User & { friendsSince?: string };
export type SocialStatus = "unknown" | "loading" | "ready" | "failed";
export type Bond = "none" | "friend" | "asked" | "asks" | "blocked";

export const socialStatus = signal<SocialStatus>("unknown");
export const socialError = signal<unknown>(undefined);
export const friends = signal<readonly Friend[]>([]);
export const requestsIn = signal<readonly FriendRequest[]>([]);
export const requestsOut = signal<readonly FriendRequest[]>([]);
export const suggestions = signal<readonly Recommendation[]>([]);
export const blocked = signal<readonly User[]>([]);

/// Lists are read whole, within reason: 1,000 of each.
const PAGES_MAX = 10;

async function all<T>(path: string, values: Record<string, Cursor> = {}): Promise<T[]> {
    const items: T[] = [];
    let cursor: Cursor;
    for (let page = 0; page < PAGES_MAX; page += 1) {
        const read: Page<T> = await ask("GET", at(path, { ...values, limit: 100, cursor }));
        items.push(...read.items);
        if (!read.hasMore) break;
        cursor = read.nextCursor;
    }
    return items;
}

export async function loadSocial(): Promise<void> {
    if (socialStatus.peek() !== "ready") socialStatus.value = "loading";
    try {
        const [known, incoming, outgoing, barred, maybe] = await Promise.all([
            all<Friend>("/users/friends"),
            all<FriendRequest>("/users/friends/requests", { direction: "in" }),
            all<FriendRequest>("/users/friends/requests", { direction: "out" }),
            all<User>("/users/blocks"),
            ask<{ items: Recommendation[] }>("GET", "/users/recommendations?limit=20"),
        ]);
        batch(() => {
            for (const user of [...known, ...barred]) rememberUser(user);
            for (const { user } of [...incoming, ...outgoing]) if (user) rememberUser(user);
            friends.value = known;
            requestsIn.value = incoming;
            requestsOut.value = outgoing;
            blocked.value = barred;
            suggestions.value = maybe.items;
            socialStatus.value = "ready";
        });
    } catch (error) {
        socialError.value = error;
        if (socialStatus.peek() !== "ready") socialStatus.value = "failed";
    }
}

/// Looks anew, where somebody has looked before.
export function refreshSocial(): void {
    if (socialStatus.peek() === "ready") void loadSocial();
}

const bonds = computed(() => {
    const known = new Map<Id, Bond>();
    for (const { id } of friends.value) known.set(id, "friend");
    for (const { senderId } of requestsIn.value) known.set(senderId, "asks");
    for (const { receiverId } of requestsOut.value) known.set(receiverId, "asked");
    for (const { id } of blocked.value) known.set(id, "blocked");
    return known;
});

export function bondWith(userId: Id): Bond {
    return bonds.value.get(userId) ?? "none";
}

export async function askToBeFriends(user: Pick<User, "id">): Promise<void> {
    const request = await ask<FriendRequest>("POST", "/users/friends/requests", {
        userId: user.id,
    });
    suggestions.value = suggestions.peek().filter(({ id }) => id !== user.id);
    if (request.status !== "pending") return loadSocial();
    if (!requestsOut.peek().some(({ id }) => id === request.id)) {
        requestsOut.value = [request, ...requestsOut.peek()];
    }
}

export async function answerRequest(request: FriendRequest, accept: boolean): Promise<void> {
    const verb = accept ? "accept" : "reject";
    await ask("POST", `/users/friends/requests/${request.id}/${verb}`);
    batch(() => {
        requestsIn.value = requestsIn.peek().filter(({ id }) => id !== request.id);
        if (accept && request.user) friends.value = [...friends.peek(), request.user];
    });
}

/// Answers the request of this person, wherever it was seen.
export async function answerPerson(userId: Id, accept: boolean): Promise<void> {
    const request = requestsIn.peek().find(({ senderId }) => senderId === userId);
    if (request) await answerRequest(request, accept);
}

export async function endFriendship(userId: Id): Promise<void> {
    await ask("DELETE", `/users/friends/${userId}`);
    friends.value = friends.peek().filter(({ id }) => id !== userId);
}

/// A block ends a friendship, and takes back requests of either.
export async function block(user: User): Promise<void> {
    await ask("POST", "/users/blocks", { userId: user.id });
    batch(() => {
        blocked.value = [...blocked.peek().filter(({ id }) => id !== user.id), user];
        friends.value = friends.peek().filter(({ id }) => id !== user.id);
        suggestions.value = suggestions.peek().filter(({ id }) => id !== user.id);
        requestsIn.value = requestsIn.peek().filter(({ senderId }) => senderId !== user.id);
        requestsOut.value = requestsOut.peek().filter(({ receiverId }) => receiverId !== user.id);
    });
}

export async function unblock(userId: Id): Promise<void> {
    await ask("DELETE", `/users/blocks/${userId}`);
    blocked.value = blocked.peek().filter(({ id }) => id !== userId);
}

export function forgetSocial(): void {
    socialStatus.value = "unknown";
    friends.value = [];
    requestsIn.value = [];
    requestsOut.value = [];
    suggestions.value = [];
    blocked.value = [];
}
