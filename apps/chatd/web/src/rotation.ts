// What became of refresh tokens that were used. The browser shows a write to localStorage to other
// tabs a moment later, which may be after it has passed them the lock; a tab that then used the
// token it still sees would revoke the session. Transactions of IndexedDB have one order for all
// tabs.

import type { StoredSession } from "./session";

interface Rotation {
    used: string[];
    session: StoredSession;
}

const NAME = "chatd-session";
const STORE = "rotation";
const KEY = "latest";
const USED_MAX = 8;

function open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

async function inStore<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
    let database: IDBDatabase;
    try {
        database = await open();
    } catch {
        return undefined;
    }
    try {
        const transaction = database.transaction(STORE, mode);
        const request = work(transaction.objectStore(STORE));
        await new Promise<void>((resolve, reject) => {
            transaction.oncomplete = () => resolve();
            transaction.onabort = () => reject(transaction.error);
        });
        return request.result;
    } catch {
        return undefined;
    } finally {
        database.close();
    }
}

function latest(): Promise<Rotation | undefined> {
    return inStore("readonly", (store) => store.get(KEY) as IDBRequest<Rotation | undefined>);
}

/// The session that came of this refresh token, if it has been used already.
export async function successorOf(refreshToken: string): Promise<StoredSession | undefined> {
    const rotation = await latest();
    return rotation?.used.includes(refreshToken) ? rotation.session : undefined;
}

export async function rememberRotation(
    refreshToken: string,
    session: StoredSession,
): Promise<void> {
    const before = await latest();
    const used = [...(before?.used ?? []), refreshToken].slice(-USED_MAX);
    await inStore("readwrite", (store) => store.put({ used, session } satisfies Rotation, KEY));
}

export async function forgetRotations(): Promise<void> {
    await inStore("readwrite", (store) => store.clear());
}
