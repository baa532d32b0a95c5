// A scripted WebSocket: a test plays the server, frame by frame.

import { ChatClient, type ChatClientOptions, type Socket } from "../src/client";
import { MemoryOutbox } from "../src/client/outbox";
import type { Message, RoomEvent } from "../src/client/wire";

export interface Frame {
    id: number;
    type: string;
    [field: string]: unknown;
}

export class FakeSocket implements Socket {
    onopen: ((event: never) => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: ((event: { code: number; reason: string }) => void) | null = null;
    readonly sent: Frame[] = [];
    closed = false;

    send(text: string): void {
        this.sent.push(JSON.parse(text) as Frame);
    }

    close(): void {
        this.closed = true;
    }

    // ---- what the server does -------------------------------------------------------------------

    open(): void {
        this.onopen?.(undefined as never);
    }

    give(frame: object): void {
        this.onmessage?.({ data: JSON.stringify(frame) });
    }

    break(code: number): void {
        this.onclose?.({ code, reason: "" });
    }

    requests(type: string): Frame[] {
        return this.sent.filter((frame) => frame.type === type);
    }

    /// Answers the latest request of that type.
    answer(type: string, fields: object = {}): void {
        this.give({ id: this.latest(type).id, type: "ok", ...fields });
    }

    refuse(type: string, code: string, details: object = {}): void {
        this.give({
            id: this.latest(type).id,
            type: "error",
            error: { code, message: code, details },
        });
    }

    latest(type: string): Frame {
        const frame = this.requests(type).at(-1);
        if (!frame) throw new Error(`no ${type} was sent`);
        return frame;
    }
}

export interface Stage {
    client: ChatClient;
    sockets: FakeSocket[];
    socket: () => FakeSocket;
    outbox: MemoryOutbox;
    wishes: boolean[];
    heard: RoomEvent[];
}

export const ME = 7;

export function stage(options: Partial<ChatClientOptions> = {}): Stage {
    const sockets: FakeSocket[] = [];
    const wishes: boolean[] = [];
    const outbox = (options.outbox as MemoryOutbox | undefined) ?? new MemoryOutbox();
    const client = new ChatClient({
        url: "ws://server/ws",
        userId: ME,
        token: async ({ fresh }) => {
            wishes.push(fresh);
            return { token: `token-${wishes.length}` };
        },
        openSocket: () => {
            const socket = new FakeSocket();
            sockets.push(socket);
            return socket;
        },
        random: () => 0,
        ...options,
        outbox,
    });
    const heard: RoomEvent[] = [];
    client.on("room", (event) => heard.push(event));
    const socket = (): FakeSocket => {
        const latest = sockets.at(-1);
        if (!latest) throw new Error("no socket was opened");
        return latest;
    };
    return { client, sockets, socket, outbox, wishes, heard };
}

/// Lets everything that waits for nothing but a promise happen.
export async function settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

export async function greet(staged: Stage): Promise<FakeSocket> {
    await settle();
    const socket = staged.socket();
    socket.open();
    socket.answer("hello", {
        user: { id: ME, nickname: "me" },
        session: "s",
        heartbeatSeconds: 25,
    });
    await settle();
    return socket;
}

export async function connected(options: Partial<ChatClientOptions> = {}): Promise<Stage> {
    const staged = stage(options);
    staged.client.start();
    await greet(staged);
    return staged;
}

export function message(id: number, more: Partial<Message> = {}): Message {
    return {
        id,
        roomId: 1,
        senderId: 9,
        senderNickname: "other",
        type: "text",
        content: `text ${id}`,
        changedAt: id,
        createdAt: "2026-01-01T00:00:00.000Z",
        ...more,
    };
}

export function posted(position: number, prev: number, more: Partial<Message> = {}): object {
    return { type: "message", roomId: 1, position, prev, message: message(position, more) };
}
