// Sends what is in the outbox: per room one post after the other, so that their order is kept;
// rooms do not wait for each other. A post stays in the outbox until the server has said yes, or a
// no that repeating will not change.

import { Backoff } from "./backoff";
import type { ChatError } from "./errors";
import { isComplete, type OutboxEntry, type OutboxFile, type OutboxStore } from "./outbox";
import { type Upload, Uploads } from "./uploads";
import type { Id, Message, MessageReply } from "./wire";

export interface PosterPorts {
    store: OutboxStore;
    userId: Id;
    isOpen: () => boolean;
    send: (entry: OutboxEntry) => Promise<Partial<MessageReply>>;
    changed: (entries: readonly OutboxEntry[]) => void;
    posted: (clientKey: string, message: Message) => void;
    upload: Upload | undefined;
    progress: (fileId: string, sent: number) => void;
}

export class Poster {
    private readonly entries = new Map<string, OutboxEntry>();
    private readonly busyRooms = new Set<Id>();
    private readonly backoff = new Backoff(Math.random, 1000, 15_000);
    private timers = new Set<ReturnType<typeof setTimeout>>();
    private lastCreatedAt = 0;

    private readonly uploads: Uploads;

    constructor(private readonly ports: PosterPorts) {
        this.uploads = new Uploads({
            upload: ports.upload,
            isOpen: ports.isOpen,
            find: (clientKey) => this.entries.get(clientKey),
            reread: (clientKey) => this.reread(clientKey),
            change: (clientKey, fileId, news) => this.changeFile(clientKey, fileId, news),
            progress: ports.progress,
            done: () => this.pump(),
        });
    }

    /// Takes up what an earlier life of the page has left behind.
    async load(): Promise<void> {
        for (const entry of await this.ports.store.load(this.ports.userId)) {
            if (!this.entries.has(entry.clientKey)) this.entries.set(entry.clientKey, entry);
            this.lastCreatedAt = Math.max(this.lastCreatedAt, entry.createdAt);
        }
        this.changed();
        this.pump();
    }

    /// Resolves when the post is written down; from then on a reload does not lose it.
    async add(post: Omit<OutboxEntry, "userId" | "createdAt" | "state">): Promise<void> {
        this.lastCreatedAt = Math.max(Date.now(), this.lastCreatedAt + 1);
        const entry: OutboxEntry = {
            ...post,
            userId: this.ports.userId,
            createdAt: this.lastCreatedAt,
            state: "waiting",
        };
        // The write must come first, but a broken disk must not keep the post from being sent.
        await this.keep(entry);
        this.pump();
    }

    async retry(clientKey: string): Promise<void> {
        const entry = this.entries.get(clientKey);
        if (!entry) return;
        const { error: _refusal, ...rest } = entry;
        const files = entry.files?.map(({ error: _error, ...file }) => file);
        const waiting: OutboxEntry = { ...rest, state: "waiting", ...(files && { files }) };
        await this.keep(waiting);
        this.pump();
    }

    async discard(clientKey: string): Promise<void> {
        if (!this.entries.delete(clientKey)) return;
        this.uploads.cancel(clientKey);
        this.changed();
        await this.ports.store.delete(clientKey).catch(() => undefined);
    }

    /// Takes a file out of a post; nothing is left of one that had nothing else.
    async dropFile(clientKey: string, fileId: string): Promise<void> {
        const entry = this.entries.get(clientKey);
        const files = entry?.files?.filter(({ id }) => id !== fileId);
        if (!entry || !files) return;
        this.uploads.cancel(clientKey, fileId);
        if (files.length === 0 && !entry.content) return this.discard(clientKey);
        const refused = files.some(({ error }) => error) || entry.error;
        await this.keep({ ...entry, files, state: refused ? "refused" : "waiting" });
        this.pump();
    }

    /// The message of one of our posts has been seen, in a reply or as an event; either may be
    /// first.
    settle(clientKey: string, message: Message): void {
        if (!this.entries.has(clientKey)) return;
        this.ports.posted(clientKey, message);
        void this.discard(clientKey);
    }

    async clear(): Promise<void> {
        for (const clientKey of [...this.entries.keys()]) await this.discard(clientKey);
    }

    stop(): void {
        for (const timer of this.timers) clearTimeout(timer);
        this.timers.clear();
        this.uploads.stop();
    }

    /// There is a connection.
    opened(): void {
        this.uploads.reopened();
        this.pump();
    }

    /// Sends the first waiting post of every room that has none on its way; one whose files are still
    /// on theirs does not hold up the others.
    pump(): void {
        if (!this.ports.isOpen()) return;
        this.uploads.pump(this.ordered());
        const seen = new Set<Id>();
        for (const entry of this.ordered()) {
            if (entry.state !== "waiting" || seen.has(entry.roomId) || !isComplete(entry)) continue;
            seen.add(entry.roomId);
            if (!this.busyRooms.has(entry.roomId)) void this.deliver(entry);
        }
    }

    private async deliver(entry: OutboxEntry): Promise<void> {
        this.busyRooms.add(entry.roomId);
        let waitMs = 0;
        try {
            const reply = await this.ports.send(entry);
            this.backoff.reset();
            if (reply.message) this.settle(entry.clientKey, reply.message);
            // Taken, but not numbered yet: the event will settle it, a repetition asks again.
            else waitMs = this.backoff.next();
        } catch (error) {
            waitMs = await this.refused(entry, error as ChatError);
        }
        if (waitMs > 0) await this.pause(waitMs);
        this.busyRooms.delete(entry.roomId);
        this.pump();
    }

    /// Answers how long to wait before this room's posts go on.
    private async refused(entry: OutboxEntry, error: ChatError): Promise<number> {
        // A broken connection needs no pause: the next one pumps.
        if (error.code === "offline" || error.code === "no_reply") return 0;
        if (error.retryable || error.aboutToken) return error.retryAfterMs ?? this.backoff.next();
        if (!this.entries.has(entry.clientKey)) return 0;
        const { code, message, details } = error;
        const refused: OutboxEntry = {
            ...entry,
            state: "refused",
            error: { code, message, details },
        };
        await this.keep(refused);
        return 0;
    }

    private async changeFile(
        clientKey: string,
        fileId: string,
        news: Partial<OutboxFile>,
    ): Promise<void> {
        const entry = this.entries.get(clientKey);
        if (!entry?.files) return;
        const files = entry.files.map((file) => (file.id === fileId ? { ...file, ...news } : file));
        await this.keep({ ...entry, files, state: news.error ? "refused" : entry.state });
    }

    private async reread(clientKey: string): Promise<void> {
        const kept = await this.ports.store.get(clientKey).catch(() => undefined);
        if (kept) this.entries.set(clientKey, kept);
        else this.entries.delete(clientKey);
        this.changed();
    }

    private async keep(entry: OutboxEntry): Promise<void> {
        this.entries.set(entry.clientKey, entry);
        this.changed();
        await this.ports.store.put(entry).catch(() => undefined);
    }

    private pause(ms: number): Promise<void> {
        return new Promise((resolve) => {
            const timer = setTimeout(() => {
                this.timers.delete(timer);
                resolve();
            }, ms);
            this.timers.add(timer);
        });
    }

    private ordered(): OutboxEntry[] {
        return [...this.entries.values()].sort((a, b) => a.createdAt - b.createdAt);
    }

    private changed(): void {
        this.ports.changed(this.ordered());
    }
}
