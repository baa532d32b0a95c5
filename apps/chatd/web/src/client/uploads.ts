// Uploads the files of posts that wait in the outbox: of a post one after the other, of several
// posts two at once. It goes on where an earlier life of the page, or another window, has stopped.

import { Backoff } from "./backoff";
import { ChatError } from "./errors";
import { isComplete, type OutboxEntry, type OutboxFile } from "./outbox";
import type { Attachment, WireError } from "./wire";

/// Sends one file; `progress` is told how many of its bytes have gone. Rejects with a ChatError.
export type Upload = (
    file: { blob: Blob; name: string },
    progress: (sent: number) => void,
    signal: AbortSignal,
) => Promise<Attachment>;

export interface UploadsPorts {
    upload: Upload | undefined;
    isOpen: () => boolean;
    find: (clientKey: string) => OutboxEntry | undefined;
    /// Another window had the post in hand: takes what has become of it there.
    reread: (clientKey: string) => Promise<void>;
    change: (clientKey: string, fileId: string, news: Partial<OutboxFile>) => Promise<void>;
    progress: (fileId: string, sent: number) => void;
    /// The next one may begin, or the post go out.
    done: () => void;
}

interface Running {
    fileId: string | undefined;
    abort: AbortController;
    movedAt: number;
    /// Ends the wait before the next try.
    wake?: () => void;
}

const AT_ONCE = 2;
/// A connection that looks well and yet breaks each time: what is sent may be why.
const TRIES_MAX = 4;
const STALLED_MS = 10_000;

export class Uploads {
    private readonly running = new Map<string, Running>();
    private readonly tries = new Map<string, number>();
    private readonly backoff = new Backoff(Math.random, 1000, 15_000);
    private stopped = false;

    constructor(private readonly ports: UploadsPorts) {}

    pump(entries: readonly OutboxEntry[]): void {
        if (!this.ports.upload || !this.ports.isOpen() || this.stopped) return;
        for (const entry of entries) {
            if (this.running.size >= AT_ONCE) return;
            const waits = entry.state === "waiting" && !isComplete(entry);
            if (waits && !this.running.has(entry.clientKey)) void this.run(entry.clientKey);
        }
    }

    /// There is a connection again: what waits goes on, what has not moved since is begun anew.
    reopened(): void {
        for (const running of this.running.values()) {
            running.wake?.();
            if (Date.now() - running.movedAt > STALLED_MS) running.abort.abort();
        }
    }

    /// Stops with this file, or with whichever of the post's is being sent.
    cancel(clientKey: string, fileId?: string): void {
        const running = this.running.get(clientKey);
        if (running && (fileId === undefined || running.fileId === fileId)) running.abort.abort();
    }

    stop(): void {
        this.stopped = true;
        for (const { abort } of this.running.values()) abort.abort();
    }

    private async run(clientKey: string): Promise<void> {
        const running: Running = { fileId: undefined, abort: new AbortController(), movedAt: 0 };
        this.running.set(clientKey, running);
        let waitMs = 0;
        await exclusively(clientKey, async (waited) => {
            if (waited) await this.ports.reread(clientKey);
            while (waitMs === 0 && !this.stopped) {
                const entry = this.ports.find(clientKey);
                const file = entry?.files?.find(({ uploaded }) => !uploaded);
                if (entry?.state !== "waiting" || !file) break;
                running.fileId = file.id;
                running.abort = new AbortController();
                waitMs = await this.send(clientKey, file, running);
            }
        });
        if (waitMs > 0) {
            await new Promise<void>((resolve) => {
                running.wake = resolve;
                setTimeout(resolve, waitMs);
            });
        }
        this.running.delete(clientKey);
        if (!this.stopped) this.ports.done();
    }

    /// Answers how long to wait before it is tried again.
    private async send(clientKey: string, file: OutboxFile, running: Running): Promise<number> {
        const { signal } = running.abort;
        const progress = (sent: number): void => {
            running.movedAt = Date.now();
            if (!signal.aborted) this.ports.progress(file.id, sent);
        };
        progress(0);
        try {
            const uploaded = await (this.ports.upload as Upload)(file, progress, signal);
            this.backoff.reset();
            this.tries.delete(file.id);
            await this.ports.change(clientKey, file.id, { uploaded });
            return 0;
        } catch (error) {
            if (signal.aborted) return 0;
            const wait = this.patience(file, error);
            if (wait > 0) return wait;
            await this.ports.change(clientKey, file.id, { error: wireError(error) });
            return 0;
        }
    }

    /// 0 where trying again would not help.
    private patience(file: OutboxFile, error: unknown): number {
        const known = error instanceof ChatError ? error : undefined;
        if (known && !known.retryable && !known.aboutToken) return 0;
        if (!this.ports.isOpen()) return this.backoff.next();
        const tries = (this.tries.get(file.id) ?? 0) + 1;
        this.tries.set(file.id, tries);
        if (tries >= TRIES_MAX && known?.code === "offline") {
            this.tries.delete(file.id);
            return 0;
        }
        return known?.retryAfterMs ?? this.backoff.next();
    }
}

function wireError(error: unknown): WireError {
    if (!(error instanceof ChatError)) return { code: "internal", message: String(error) };
    const { code, message, details } = error;
    return { code: code === "offline" ? "upload_broken" : code, message, details };
}

/// One window at a time has a post's files in hand; `waited` where another one had them before.
async function exclusively(
    clientKey: string,
    work: (waited: boolean) => Promise<void>,
): Promise<void> {
    const locks = globalThis.navigator?.locks;
    if (!locks) return work(false);
    const name = `chat-upload:${clientKey}`;
    const free = await locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await work(false);
        return !!lock;
    });
    if (!free) await locks.request(name, () => work(true));
}
