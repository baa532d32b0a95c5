// Posts that the server has not answered yet. They are written down before they are sent and
// forgotten after the answer, so that a reload in between neither loses nor doubles one: the same
// client key is posted again, and the server answers a repeated key with the first message.

import { messageTypeOf } from "./media";
import type { Attachment, Id, PostFields, WireError } from "./wire";

/// A file of a post, from when it was chosen until the post is answered.
export interface OutboxFile {
    id: string;
    blob: Blob;
    name: string;
    /// Of a picture, in pixels, where they are known.
    width?: number;
    height?: number;
    /// What the server has made of it, once it is there.
    uploaded?: Attachment;
    /// Why the server will not have it.
    error?: WireError;
}

export interface OutboxEntry extends PostFields {
    clientKey: string;
    userId: Id;
    /// When it was written, in milliseconds since 1970; ascending in one client, it orders the
    /// posts.
    createdAt: number;
    /// `waiting` is sent as soon as there is a connection; `refused` waits for the person.
    state: "waiting" | "refused";
    error?: WireError;
    /// They are uploaded first; the post goes out when all of them are.
    files?: OutboxFile[];
}

/// True when nothing of the post is left to be uploaded.
export function isComplete({ files }: OutboxEntry): boolean {
    return !files || files.every(({ uploaded }) => uploaded);
}

/// What of an entry is told; the rest is the outbox's own: whose it is, since when, how it stands.
export function fieldsOf(entry: OutboxEntry): PostFields & { clientKey: string } {
    const { userId: _1, createdAt: _2, state: _3, error: _4, files, ...fields } = entry;
    if (!files) return fields;
    const attachments = files.flatMap(({ uploaded }) => (uploaded ? [uploaded] : []));
    const sizes = files.map(({ width, height }) => (width && height ? [width, height] : null));
    return {
        ...fields,
        messageType: messageTypeOf(attachments),
        attachments,
        // So that those who see it can leave room for it.
        ...(sizes.some(Boolean) && { metadata: { ...fields.metadata, sizes } }),
    };
}

export interface OutboxStore {
    /// All entries of that person, in the order of `createdAt`.
    load(userId: Id): Promise<OutboxEntry[]>;
    get(clientKey: string): Promise<OutboxEntry | undefined>;
    /// Adds or replaces an entry; it is durable when the promise resolves.
    put(entry: OutboxEntry): Promise<void>;
    delete(clientKey: string): Promise<void>;
}

export class MemoryOutbox implements OutboxStore {
    private readonly entries = new Map<string, OutboxEntry>();

    async load(userId: Id): Promise<OutboxEntry[]> {
        return [...this.entries.values()]
            .filter((entry) => entry.userId === userId)
            .sort((a, b) => a.createdAt - b.createdAt);
    }

    async get(clientKey: string): Promise<OutboxEntry | undefined> {
        return this.entries.get(clientKey);
    }

    async put(entry: OutboxEntry): Promise<void> {
        this.entries.set(entry.clientKey, { ...entry });
    }

    async delete(clientKey: string): Promise<void> {
        this.entries.delete(clientKey);
    }
}

const STORE = "posts";

/// A transaction takes milliseconds, in which the page may be reloaded; so an entry is first noted
/// in localStorage, which is immediate, and the note is taken away when the transaction is
/// complete. Where IndexedDB cannot be opened (private windows of some browsers) the entries live
/// in memory, which is as good as can be had there.
export class IndexedDbOutbox implements OutboxStore {
    private database: Promise<IDBDatabase> | undefined;
    private readonly fallback = new MemoryOutbox();

    constructor(private readonly name = "chat-outbox") {}

    async load(userId: Id): Promise<OutboxEntry[]> {
        const database = await this.open();
        if (!database) return this.fallback.load(userId);
        const noted = this.notes();
        const written = await finished<OutboxEntry[]>(
            database.transaction(STORE).objectStore(STORE).getAll(),
        );
        const byKey = new Map([...written, ...noted].map((entry) => [entry.clientKey, entry]));
        return [...byKey.values()]
            .filter((entry) => entry.userId === userId)
            .sort((a, b) => a.createdAt - b.createdAt);
    }

    async get(clientKey: string): Promise<OutboxEntry | undefined> {
        const database = await this.open();
        if (!database) return this.fallback.get(clientKey);
        return finished<OutboxEntry | undefined>(
            database.transaction(STORE).objectStore(STORE).get(clientKey),
        );
    }

    async put(entry: OutboxEntry): Promise<void> {
        // A note is a text, in which files cannot be; whoever posts some waits for the transaction.
        if (!entry.files) this.note(entry.clientKey, JSON.stringify(entry));
        await this.write(
            (posts) => posts.put(entry),
            () => this.fallback.put(entry),
        );
        this.note(entry.clientKey, undefined);
    }

    async delete(clientKey: string): Promise<void> {
        this.note(clientKey, undefined);
        await this.write(
            (posts) => posts.delete(clientKey),
            () => this.fallback.delete(clientKey),
        );
    }

    private note(clientKey: string, text: string | undefined): void {
        try {
            const key = `${this.name}:${clientKey}`;
            if (text === undefined) localStorage.removeItem(key);
            else localStorage.setItem(key, text);
        } catch {
            // Without it the few milliseconds are at risk, not more.
        }
    }

    private notes(): OutboxEntry[] {
        try {
            return Object.entries({ ...localStorage })
                .filter(([key]) => key.startsWith(`${this.name}:`))
                .map(([, text]) => JSON.parse(text as string) as OutboxEntry);
        } catch {
            return [];
        }
    }

    private async write(
        change: (posts: IDBObjectStore) => IDBRequest,
        otherwise: () => Promise<void>,
    ): Promise<void> {
        const database = await this.open();
        if (!database) return otherwise();
        const transaction = database.transaction(STORE, "readwrite");
        change(transaction.objectStore(STORE));
        await new Promise<void>((resolve, reject) => {
            transaction.oncomplete = () => resolve();
            transaction.onabort = () => reject(transaction.error);
            transaction.onerror = () => reject(transaction.error);
        });
    }

    private open(): Promise<IDBDatabase | undefined> {
        this.database ??= new Promise<IDBDatabase>((resolve, reject) => {
            const request = indexedDB.open(this.name, 1);
            request.onupgradeneeded = () => {
                request.result.createObjectStore(STORE, { keyPath: "clientKey" });
            };
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
        return this.database.catch(() => undefined);
    }
}

function finished<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}
