// What the page asks over HTTP: what `chat.v1` has no request for.

import { ChatError } from "./client";
import type { Id, Member, MemberRole, Message, Notice, Page, Room, User } from "./client/wire";
import { type Method, requestJson } from "./http";
import { accessToken } from "./session";

export type Cursor = string | number | null | undefined;

/// Asks as the person who is logged in, once more where only the access token was refused.
export async function ask<T>(method: Method, path: string, body?: object): Promise<T> {
    const { token } = await accessToken();
    try {
        return await requestJson<T>(method, path, body, token);
    } catch (error) {
        if (!(error instanceof ChatError) || !error.aboutToken) throw error;
        const renewed = await accessToken(token);
        return requestJson<T>(method, path, body, renewed.token);
    }
}

/// An address with the values that are there.
export function at(path: string, values: Record<string, Cursor>): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
        if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
    }
    const text = query.toString();
    return text ? `${path}?${text}` : path;
}

// ---- people ---------------------------------------------------------------------------------

export async function findPeople(query: string, limit = 20): Promise<User[]> {
    return (await ask<Page<User>>("GET", at("/users", { query, limit }))).items;
}

export function readUser(userId: Id): Promise<User> {
    return ask<User>("GET", `/users/${userId}`);
}

export interface Profile {
    nickname: string;
    profileImageUrl: string;
    statusText: string;
}

export function saveProfile(profile: Partial<Profile>): Promise<User> {
    return ask<User>("PUT", "/users/me", profile);
}

// ---- rooms ----------------------------------------------------------------------------------

export function readRoom(roomId: Id): Promise<Room> {
    return ask<Room>("GET", `/chatrooms/${roomId}`);
}

/// My groups and open ones, by a part of their title.
export async function findGroups(query: string, limit = 8): Promise<Room[]> {
    return (await ask<Page<Room>>("GET", at("/chatrooms/search", { query, limit }))).items;
}

export function readMembers(roomId: Id, cursor?: Cursor): Promise<Page<Member>> {
    return ask("GET", at(`/chatrooms/${roomId}/participants`, { limit: 100, cursor }));
}

export async function readOnline(roomId: Id): Promise<Id[]> {
    const page = await ask<{ items: Array<Id | { userId: Id }> }>(
        "GET",
        `/chatrooms/${roomId}/online`,
    );
    return page.items.map((item) => (typeof item === "number" ? item : item.userId));
}

export function setFavorite(roomId: Id, on: boolean): Promise<Room> {
    return ask(on ? "POST" : "DELETE", `/chatrooms/${roomId}/favorite`);
}

export function setMuted(roomId: Id, on: boolean): Promise<Room> {
    return ask(on ? "POST" : "DELETE", `/chatrooms/${roomId}/mute`);
}

/// An empty text takes the notice away.
export function setNotice(roomId: Id, content: string): Promise<Notice | null> {
    const path = `/chatrooms/${roomId}/notice`;
    return content ? ask("POST", path, { content }) : ask("DELETE", path);
}

export function setRole(roomId: Id, userId: Id, role: MemberRole): Promise<Member> {
    return ask("PUT", `/chatrooms/${roomId}/participants/${userId}`, { role });
}

/// An empty time lets the member post again.
export function muteMember(roomId: Id, userId: Id, mutedUntil: string): Promise<Member> {
    return ask("PUT", `/chatrooms/${roomId}/participants/${userId}`, { mutedUntil });
}

// ---- messages -------------------------------------------------------------------------------

export function readMessage(messageId: Id): Promise<Message> {
    return ask<Message>("GET", `/message/${messageId}`);
}

export async function readPins(roomId: Id): Promise<Message[]> {
    return (await ask<{ items: Message[] }>("GET", `/messages/pins/${roomId}`)).items;
}

export function readReplies(parentMessageId: Id, cursor?: Cursor): Promise<Page<Message>> {
    return ask("GET", at("/messages/thread", { parentMessageId, limit: 100, cursor }));
}

export interface ThreadSummary {
    parent: Message;
    replyCount: number;
    lastReply: Message;
    participantIds: Id[];
}

export function readThreads(roomId: Id, cursor?: Cursor): Promise<Page<ThreadSummary>> {
    return ask("GET", at("/messages/threads", { roomId, limit: 30, cursor }));
}

export function searchMessages(
    query: string,
    roomId?: Id,
    cursor?: Cursor,
    limit = 30,
): Promise<Page<Message>> {
    return ask("GET", at("/messages/search", { query, roomId, cursor, limit }));
}

export function readBookmarks(query: string, roomId?: Id, cursor?: Cursor): Promise<Page<Message>> {
    return ask("GET", at("/messages/bookmarks", { query, roomId, cursor, limit: 30 }));
}

/// The same key again goes on where an earlier try has stopped.
export async function forward(
    messageId: Id,
    targetRoomIds: Id[],
    additionalContent: string,
    clientKey: string,
): Promise<Message[]> {
    const body = { messageId, targetRoomIds, additionalContent, clientKey };
    return (await ask<{ items: Message[] }>("POST", "/messages/forward", body)).items;
}
