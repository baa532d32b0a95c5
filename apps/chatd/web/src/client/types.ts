// What a user of the client gives to it and hears from it.

import type { ChatError } from "./errors";
import type { OutboxEntry, OutboxStore } from "./outbox";
import type { Upload } from "./uploads";
import type * as Wire from "./wire";

export const SUBPROTOCOL = "chat.v1";
export const CloseCode = {
    tokenRefused: 4001,
    tooLateToAuthenticate: 4002,
    malformed: 4003,
    tooSlow: 4008,
    tooManyConnections: 4009,
} as const;

export interface AccessToken {
    token: string;
    /// When it ends, in milliseconds since 1970; a fresh one is given to the server before that.
    expiresAt?: number;
}

/// The part of a browser's WebSocket that is used; tests bring their own.
export interface Socket {
    onopen: ((event: never) => void) | null;
    onmessage: ((event: { data: unknown }) => void) | null;
    onclose: ((event: { code: number; reason: string }) => void) | null;
    send(text: string): void;
    close(code?: number): void;
}

export interface ChatClientOptions {
    /// `ws:` or `wss:` address of the native front door.
    url: string;
    /// Whose posts are in the outbox.
    userId: Wire.Id;
    /// Gives a valid access token; with `fresh`, a newer one than before, as that one was refused.
    /// Throws SessionEnded where only a new log-in helps; any other error is tried again later.
    token: (wish: { fresh: boolean }) => Promise<AccessToken>;
    outbox?: OutboxStore;
    /// How the files of a post are uploaded; without it posts have none.
    upload?: Upload;
    openSocket?: (url: string, subprotocol: string) => Socket;
    random?: () => number;
}

export type Connection =
    | { phase: "idle" }
    | { phase: "connecting" }
    /// `retryAt` in milliseconds since 1970.
    | { phase: "waiting"; retryAt: number; reason: "lost" | "server_full" }
    | { phase: "open" }
    /// The session is over; only a new log-in, and a new client, helps.
    | { phase: "ended" };

export interface ClientEvents {
    connection: Connection;
    /// The server knows us; `resumed` is false for the first time. Passing events may have been
    /// missed.
    ready: { user: Wire.User; limits: Wire.Limits; resumed: boolean };
    /// A change in an attached room, in order.
    room: Wire.RoomEvent;
    /// Too much happened in an attached room to be told one by one: read its history anew.
    truncated: { roomId: Wire.Id };
    /// The server no longer lets us follow this room.
    detached: { roomId: Wire.Id; error: ChatError };
    passing: Wire.PassingEvent;
    /// The posts without an answer, oldest first.
    outbox: readonly OutboxEntry[];
    posted: { clientKey: string; message: Wire.Message };
    /// How many bytes of a file of the outbox have gone.
    upload: { fileId: string; sent: number };
}
