// A client of `chat.v1`, fit to be taken into another page: it depends on nothing but ./client/*.
//
//     const client = new ChatClient({ url: "wss://host/ws", userId, token: async () => ({ token }) });
//     client.on("room", (event) => …);        // every change of an attached room, in order, no gap
//     client.start();
//     await client.attach(roomId);
//     await client.post({ roomId, content: "hello" });
//
// It keeps one connection alive, tells the server after a break how far each room was followed,
// asks for what is missing where an event does not follow the one before, and posts what is in the
// outbox until the server has answered, across reloads too.

import { Backoff } from "./client/backoff";
import { Emitter } from "./client/emitter";
import { ChatError, offline, SessionEnded } from "./client/errors";
import { RoomFeed } from "./client/feed";
import { newClientKey } from "./client/keys";
import { fieldsOf, IndexedDbOutbox, type OutboxFile } from "./client/outbox";
import { Poster } from "./client/poster";
import { type Reply, Requests } from "./client/requests";
import {
    type AccessToken,
    type ChatClientOptions,
    type ClientEvents,
    CloseCode,
    type Connection,
    type Socket,
    SUBPROTOCOL,
} from "./client/types";
import type * as Wire from "./client/wire";

export { ChatError, SessionEnded } from "./client/errors";
export { newClientKey } from "./client/keys";
export type { OutboxEntry, OutboxFile, OutboxStore } from "./client/outbox";
export type { Upload } from "./client/uploads";
export * from "./client/types";

const HELLO_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 10_000;
const PROBE_TIMEOUT_MS = 5_000;
const REPAIR_PAGES_MAX = 20;
const REPAIR_PAGE = 100;
const FULL_SERVER_DELAY_MS = 5_000;
const REAUTHENTICATE_BEFORE_MS = 60_000;
const TIMER_MAX_MS = 2_147_000_000;

type Incoming =
    | Reply
    | (Wire.RoomEvent & { id?: undefined })
    | (Wire.PassingEvent & { id?: undefined })
    | (Wire.ResumedEvent & { id?: undefined })
    | (Wire.ByeEvent & { id?: undefined });

export class ChatClient extends Emitter<ClientEvents> {
    private socket: Socket | undefined;
    private state: Connection = { phase: "idle" };
    private readonly requests = new Requests();
    private readonly feeds = new Map<Wire.Id, RoomFeed>();
    private readonly poster: Poster;
    private readonly backoff: Backoff;
    private retryTimer: ReturnType<typeof setTimeout> | undefined;
    private authTimer: ReturnType<typeof setTimeout> | undefined;
    private openWaiters: Array<{ resolve: () => void; reject: (error: ChatError) => void }> = [];
    private refusedTokens = 0;
    private byeDelayMs: number | undefined;
    private everReady = false;

    constructor(private readonly options: ChatClientOptions) {
        super();
        this.backoff = new Backoff(options.random);
        this.poster = new Poster({
            store: options.outbox ?? new IndexedDbOutbox(),
            userId: options.userId,
            isOpen: () => this.state.phase === "open",
            send: (entry) => this.send("post", fieldsOf(entry)),
            upload: options.upload,
            progress: (fileId, sent) => this.emit("upload", { fileId, sent }),
            changed: (entries) => this.emit("outbox", entries),
            posted: (clientKey, message) => this.emit("posted", { clientKey, message }),
        });
    }

    get connection(): Connection {
        return this.state;
    }

    start(): void {
        if (this.state.phase !== "idle") return;
        void this.poster.load();
        void this.connect();
    }

    /// Closes for good. What is in the outbox stays there for the next client of this person.
    stop(): void {
        this.poster.stop();
        this.drop();
        this.become({ phase: "idle" });
        this.rejectWaiters();
    }

    /// Tries at once instead of waiting on; call it when the network or the window is back. On an
    /// open connection it finds out whether the other side is still there.
    wake(): void {
        if (this.state.phase === "waiting") void this.connect();
        else if (this.state.phase === "open") {
            void this.send("rooms", { limit: 1 }, PROBE_TIMEOUT_MS).catch(() => undefined);
        }
    }

    /// Sends a request and answers with its reply, or rejects with a ChatError. Without a
    /// connection it waits for one as long as for a reply.
    async request<T>(
        type: string,
        fields: object = {},
        timeoutMs = REQUEST_TIMEOUT_MS,
    ): Promise<T> {
        if (this.state.phase !== "open") await this.whenOpen(timeoutMs);
        return this.send<T>(type, fields, timeoutMs);
    }

    /// Sends without expecting a reply; dropped without a connection.
    tell(type: string, fields: object): void {
        if (this.state.phase === "open") this.socket?.send(JSON.stringify({ type, ...fields }));
    }

    /// Follows a room until `detach`, across breaks. With `since`, what happened after that
    /// position is told first. Safe to repeat.
    async attach(roomId: Wire.Id, since?: Wire.Position): Promise<void> {
        if (this.feeds.has(roomId)) return;
        this.feeds.set(roomId, new RoomFeed(since));
        if (this.state.phase === "open") await this.sendAttach(roomId);
    }

    detach(roomId: Wire.Id): void {
        if (!this.feeds.delete(roomId) || this.state.phase !== "open") return;
        void this.send("detach", { roomId }).catch(() => undefined);
    }

    isAttached(roomId: Wire.Id): boolean {
        return this.feeds.has(roomId);
    }

    position(roomId: Wire.Id): Wire.Position | undefined {
        return this.feeds.get(roomId)?.position;
    }

    /// Takes a post into the outbox and sends it as soon as possible. Resolves with its client key
    /// once it is written down; `posted` or `outbox` tell how it ended.
    /// With files it goes out when they are uploaded.
    async post(fields: Wire.PostFields, files: OutboxFile[] = []): Promise<string> {
        const clientKey = newClientKey();
        await this.poster.add({ clientKey, ...fields, ...(files.length > 0 && { files }) });
        return clientKey;
    }

    dropFile(clientKey: string, fileId: string): Promise<void> {
        return this.poster.dropFile(clientKey, fileId);
    }

    retry(clientKey: string): Promise<void> {
        return this.poster.retry(clientKey);
    }

    discard(clientKey: string): Promise<void> {
        return this.poster.discard(clientKey);
    }

    clearOutbox(): Promise<void> {
        return this.poster.clear();
    }

    // ---- connecting -----------------------------------------------------------------------------

    private async connect(): Promise<void> {
        clearTimeout(this.retryTimer);
        this.become({ phase: "connecting" });
        let access: AccessToken;
        try {
            access = await this.options.token({ fresh: this.refusedTokens > 0 });
        } catch (error) {
            if (this.state.phase !== "connecting") return;
            if (error instanceof SessionEnded) this.end();
            else this.retryLater();
            return;
        }
        // Stopped, or connected by somebody else, while the token was on its way.
        if (this.state.phase !== "connecting" || this.socket) return;
        this.openSocket(access);
    }

    private openSocket(access: AccessToken): void {
        const open = this.options.openSocket ?? browserSocket;
        const socket = open(this.options.url, SUBPROTOCOL);
        this.socket = socket;
        const helloTimer = setTimeout(() => this.lost(0), HELLO_TIMEOUT_MS);
        const mine =
            <A extends unknown[]>(handle: (...args: A) => void) =>
            (...args: A) => {
                if (this.socket === socket) handle(...args);
            };
        socket.onopen = mine(() => void this.hello(access).finally(() => clearTimeout(helloTimer)));
        socket.onmessage = mine((event: { data: unknown }) => this.receive(event.data));
        socket.onclose = (event) => {
            clearTimeout(helloTimer);
            if (this.socket === socket) this.lost(event.code);
        };
    }

    private async hello(access: AccessToken): Promise<void> {
        const resume: Record<string, Wire.Position> = {};
        for (const [roomId, feed] of this.feeds) {
            if (feed.position !== undefined) resume[roomId] = feed.position;
        }
        const resuming = Object.keys(resume).length > 0;
        const socket = this.socket;
        try {
            const fields = { token: access.token, ...(resuming && { resume }) };
            const reply = await this.send<Wire.HelloReply>("hello", fields, HELLO_TIMEOUT_MS);
            if (this.socket !== socket) return;
            this.opened(reply, access);
        } catch (error) {
            if (this.socket !== socket) return;
            const refused = error instanceof ChatError && error.aboutToken;
            this.lost(refused ? CloseCode.tokenRefused : 0);
        }
    }

    private opened(reply: Wire.HelloReply, access: AccessToken): void {
        this.backoff.reset();
        this.refusedTokens = 0;
        this.byeDelayMs = undefined;
        this.become({ phase: "open" });
        this.planReauthentication(access);
        for (const [roomId, feed] of this.feeds) {
            if (feed.position === undefined) void this.sendAttach(roomId);
        }
        const waiters = this.openWaiters;
        this.openWaiters = [];
        for (const waiter of waiters) waiter.resolve();
        const { user, limits = {} } = reply;
        this.emit("ready", { user, limits, resumed: this.everReady });
        this.everReady = true;
        this.poster.opened();
    }

    private lost(code: number): void {
        this.drop();
        if (code === CloseCode.tokenRefused) {
            this.refusedTokens += 1;
            // The first refusal may be an old token; a second one, of a fresh token, is final.
            if (this.refusedTokens > 1) this.end();
            else void this.connect();
            return;
        }
        if (code === CloseCode.tooManyConnections) this.retryLater("server_full");
        else this.retryLater();
    }

    private retryLater(reason: "lost" | "server_full" = "lost"): void {
        const asked = this.byeDelayMs ?? (reason === "server_full" ? FULL_SERVER_DELAY_MS : 0);
        this.byeDelayMs = undefined;
        const delay = Math.max(asked, this.backoff.next());
        this.become({ phase: "waiting", retryAt: Date.now() + delay, reason });
        clearTimeout(this.retryTimer);
        this.retryTimer = setTimeout(() => void this.connect(), delay);
    }

    private end(): void {
        this.drop();
        this.become({ phase: "ended" });
        this.rejectWaiters();
    }

    private rejectWaiters(): void {
        const waiters = this.openWaiters;
        this.openWaiters = [];
        for (const waiter of waiters) waiter.reject(offline());
    }

    /// Lets go of the socket; whatever waits for it is told, and held events will come again.
    private drop(): void {
        clearTimeout(this.retryTimer);
        clearTimeout(this.authTimer);
        const socket = this.socket;
        this.socket = undefined;
        if (this.state.phase === "open") this.become({ phase: "connecting" });
        for (const feed of this.feeds.values()) feed.held = undefined;
        if (socket) {
            socket.onclose = null;
            socket.close();
        }
        this.requests.rejectAll(offline());
    }

    private planReauthentication({ expiresAt }: AccessToken): void {
        clearTimeout(this.authTimer);
        if (expiresAt === undefined) return;
        const left = expiresAt - Date.now();
        const reserve = Math.min(REAUTHENTICATE_BEFORE_MS, left / 4);
        const delay = Math.max(1000, left - reserve);
        this.authTimer = setTimeout(
            () => void this.reauthenticate(),
            Math.min(delay, TIMER_MAX_MS),
        );
    }

    private async reauthenticate(): Promise<void> {
        try {
            const access = await this.options.token({ fresh: false });
            await this.send("auth", { token: access.token });
            this.planReauthentication(access);
        } catch (error) {
            // The server closes with 4001 when the old token ends, which leads to a fresh one.
            if (error instanceof SessionEnded) this.end();
        }
    }

    private whenOpen(timeoutMs: number): Promise<void> {
        if (this.state.phase === "ended" || this.state.phase === "idle") {
            return Promise.reject(offline());
        }
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => {
                this.openWaiters = this.openWaiters.filter((other) => other !== waiter);
                reject(offline());
            }, timeoutMs);
            const waiter = {
                resolve: () => {
                    clearTimeout(timer);
                    resolve();
                },
                reject: (error: ChatError) => {
                    clearTimeout(timer);
                    reject(error);
                },
            };
            this.openWaiters.push(waiter);
        });
    }

    private become(state: Connection): void {
        this.state = state;
        this.emit("connection", state);
    }

    // ---- requests and events --------------------------------------------------------------------

    private send<T>(type: string, fields: object, timeoutMs = REQUEST_TIMEOUT_MS): Promise<T> {
        const socket = this.socket;
        if (!socket) return Promise.reject(offline());
        return this.requests.add<T>(
            timeoutMs,
            (id) => socket.send(JSON.stringify({ id, type, ...fields })),
            () => {
                if (this.socket === socket) this.lost(0);
            },
        );
    }

    private async sendAttach(roomId: Wire.Id): Promise<void> {
        const feed = this.feeds.get(roomId);
        if (!feed) return;
        const since = feed.position;
        try {
            const fields = { roomId, ...(since !== undefined && { since }) };
            const reply = await this.send<Wire.AttachReply>("attach", fields);
            // With `since` the missed events follow, then `resumed` names the head.
            if (since === undefined) feed.advance(reply.position);
        } catch (error) {
            this.attachFailed(roomId, feed, error);
        }
    }

    private attachFailed(roomId: Wire.Id, feed: RoomFeed, error: unknown): void {
        if (!(error instanceof ChatError) || error.retryable || error.aboutToken) return;
        if (this.feeds.get(roomId) === feed) this.feeds.delete(roomId);
        this.emit("detached", { roomId, error });
    }

    private receive(data: unknown): void {
        if (typeof data !== "string") return;
        const incoming = JSON.parse(data) as Incoming;
        switch (incoming.type) {
            case "ok":
            case "error":
                return this.requests.settle(incoming);
            case "message":
            case "message.changed":
            case "member":
            case "room":
            case "skip":
                return this.roomEvent(incoming);
            case "typing":
            case "presence":
            case "list":
            case "notification":
                return this.emit("passing", incoming);
            case "resumed":
                return this.resumed(incoming);
            case "bye":
                this.byeDelayMs = incoming.retryAfterMs;
                return;
        }
        // Events of later versions are none of our business.
    }

    private roomEvent(event: Wire.RoomEvent): void {
        const feed = this.feeds.get(event.roomId);
        // A room that is not followed is told of once: when it is gone for everybody.
        if (!feed && event.type === "room" && event.room.deletedAt) this.emit("room", event);
        if (!feed) return;
        if (feed.held) {
            feed.held.push(event);
            return;
        }
        switch (feed.judge(event)) {
            case "known":
                return;
            case "gap":
                feed.held = [event];
                void this.repair(event.roomId, feed);
                return;
            case "deliver":
                this.deliver(feed, event);
        }
    }

    private deliver(feed: RoomFeed, event: Wire.RoomEvent): void {
        feed.advance(event.position);
        this.emit("room", event);
        if (event.type === "message" || event.type === "message.changed")
            this.settleOwn(event.message);
    }

    private settleOwn(message: Wire.Message): void {
        if (message.clientKey && message.senderId === this.options.userId) {
            this.poster.settle(message.clientKey, message);
        }
    }

    private resumed({ roomId, position, truncated }: Wire.ResumedEvent): void {
        const feed = this.feeds.get(roomId);
        if (!feed) return;
        feed.advance(position);
        if (truncated) this.emit("truncated", { roomId });
    }

    /// An event did not follow the last one: reads the states changed since then, delivers them,
    /// then what was held back. Events above the last position are delivered even if their `prev`
    /// is still unknown: the states just read are at least as new.
    private async repair(roomId: Wire.Id, feed: RoomFeed): Promise<void> {
        const socket = this.socket;
        try {
            const complete = await this.readChanges(roomId, feed);
            if (this.socket !== socket || !feed.held) return;
            const held = feed.held;
            feed.held = undefined;
            if (!complete) this.emit("truncated", { roomId });
            for (const event of held) {
                if (feed.judge(event) !== "known") this.deliver(feed, event);
            }
        } catch (error) {
            if (this.socket !== socket) return;
            feed.held = undefined;
            this.attachFailed(roomId, feed, error);
            // What can be tried again is tried by resuming from the last position delivered.
            if (this.feeds.get(roomId) === feed) this.lost(0);
        }
    }

    private async readChanges(roomId: Wire.Id, feed: RoomFeed): Promise<boolean> {
        for (let page = 0; page < REPAIR_PAGES_MAX; page += 1) {
            const since: Wire.Position = feed.position ?? 0;
            const fields = { roomId, since, limit: REPAIR_PAGE };
            const reply = await this.send<Wire.ChangesReply>("changes", fields);
            for (const change of reply.items) {
                const event = eventOf(roomId, change, since);
                if (event) this.deliver(feed, event);
            }
            const next = Number(reply.nextCursor ?? 0);
            if (next > 0) feed.advance(next);
            if (!reply.hasMore) return true;
        }
        return false;
    }
}

function eventOf(roomId: Wire.Id, change: Wire.Change, prev: number): Wire.RoomEvent | undefined {
    const { position } = change;
    if (change.message) {
        return { type: "message.changed", roomId, position, prev, message: change.message };
    }
    if (change.member) return { type: "member", roomId, position, prev, member: change.member };
    if (change.room) return { type: "room", roomId, position, prev, room: change.room };
    return undefined;
}

function browserSocket(url: string, subprotocol: string): Socket {
    return new WebSocket(url, subprotocol) as Socket;
}
