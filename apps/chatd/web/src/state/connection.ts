// The one client of this window, and whom it belongs to.

import { computed, signal } from "@preact/signals";
import { ChatClient, type Connection, type OutboxEntry } from "../client";
import type { Id, Limits, User } from "../client/wire";
import { accessToken } from "../session";
import { upload } from "../upload";

export const me = signal<User | undefined>(undefined);
export const connection = signal<Connection>({ phase: "idle" });
export const outbox = signal<readonly OutboxEntry[]>([]);
/// True from the second `ready` on, for a moment: "connected again".
export const everConnected = signal(false);
export const isOnline = computed(() => connection.value.phase === "open");

/// What the server takes, as it said when it last greeted us.
export const limits = signal<Limits>({});

let current: ChatClient | undefined;

export function client(): ChatClient {
    if (!current) throw new Error("There is no client before somebody is logged in.");
    return current;
}

export function myId(): Id {
    return me.peek()?.id ?? 0;
}

export function createClient(user: User): ChatClient {
    let lastToken: string | undefined;
    const address = new URL("/ws", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    current = new ChatClient({
        url: address.href,
        userId: user.id,
        upload,
        token: async ({ fresh }) => {
            const access = await accessToken(fresh ? lastToken : undefined);
            lastToken = access.token;
            return access;
        },
    });
    me.value = user;
    current.on("ready", (told) => {
        limits.value = told.limits;
    });
    current.on("connection", (state) => {
        connection.value = state;
        if (state.phase === "open") everConnected.value = true;
    });
    current.on("outbox", (entries) => {
        outbox.value = entries;
    });
    return current;
}

export function dropClient(): void {
    current?.stop();
    current = undefined;
    me.value = undefined;
    everConnected.value = false;
    outbox.value = [];
    connection.value = { phase: "idle" };
}
