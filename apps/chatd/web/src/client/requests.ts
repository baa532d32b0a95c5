// Requests that wait for their one reply. Each has an id, a time-out, and ends exactly once.

import { ChatError } from "./errors";
import type { WireError } from "./wire";

export interface Reply {
    id: number;
    type: "ok" | "error";
    error?: WireError;
}

interface Waiting {
    resolve: (reply: never) => void;
    reject: (error: ChatError) => void;
    timer: ReturnType<typeof setTimeout>;
}

export class Requests {
    private lastId = 0;
    private readonly waiting = new Map<number, Waiting>();

    /// Registers a request and hands its id to `send`. Without a reply within `timeoutMs` it is
    /// rejected with `no_reply` and `onTimeout` is called: a connection that does not answer is
    /// dead.
    add<T>(timeoutMs: number, send: (id: number) => void, onTimeout: () => void): Promise<T> {
        this.lastId += 1;
        const id = this.lastId;
        return new Promise<T>((resolve, reject) => {
            const timer = setTimeout(() => {
                this.waiting.delete(id);
                reject(new ChatError("no_reply", "The server did not answer in time."));
                onTimeout();
            }, timeoutMs);
            this.waiting.set(id, { resolve, reject, timer });
            send(id);
        });
    }

    /// Ends the request that this reply belongs to; one that has timed out is ignored.
    settle(reply: Reply): void {
        const waiting = this.waiting.get(reply.id);
        if (!waiting) return;
        this.waiting.delete(reply.id);
        clearTimeout(waiting.timer);
        if (reply.type === "ok") waiting.resolve(reply as never);
        else waiting.reject(ChatError.fromWire(reply.error));
    }

    rejectAll(error: ChatError): void {
        const all = [...this.waiting.values()];
        this.waiting.clear();
        for (const waiting of all) {
            clearTimeout(waiting.timer);
            waiting.reject(error);
        }
    }
}
