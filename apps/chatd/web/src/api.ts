// What the page asks over HTTP: what `chat.v1` has no request for.

import { ChatError } from "./client";
import type { Id, Member, Message, Page, Room, User } from "./client/wire";
import { requestJson } from "./http";
import { accessToken } from "./session";

async function get<T>(path: string): Promise<T> {
    const { token } = await accessToken();
    try {
        return await requestJson<T>("GET", path, undefined, token);
    } catch (error) {
        if (!(error instanceof ChatError) || !error.aboutToken) throw error;
        const renewed = await accessToken(token);
        return requestJson<T>("GET", path, undefined, renewed.token);
    }
}

export async function findPeople(query: string, limit = 20): Promise<User[]> {
    const page = await get<Page<User>>(`/users?query=${encodeURIComponent(query)}&limit=${limit}`);
    return page.items;
}

export function readRoom(roomId: Id): Promise<Room> {
    return get<Room>(`/chatrooms/${roomId}`);
}

export function readMembers(roomId: Id, cursor?: string | number | null): Promise<Page<Member>> {
    const from = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    return get<Page<Member>>(`/chatrooms/${roomId}/participants?limit=100${from}`);
}

export async function readOnline(roomId: Id): Promise<Id[]> {
    const page = await get<{ items: Array<Id | { userId: Id }> }>(`/chatrooms/${roomId}/online`);
    return page.items.map((item) => (typeof item === "number" ? item : item.userId));
}

export function readMessage(messageId: Id): Promise<Message> {
    return get<Message>(`/message/${messageId}`);
}
