// Files that were chosen for a message and wait for it to be sent: a tray a room, and one a thread.
// They are kept across reloads, where the browser lets the page keep files.

import { type Signal, signal } from "@preact/signals";
import { newClientKey, type OutboxFile } from "../client";
import { limits, myId } from "./connection";

export type Problem = "too_large" | "empty_file" | "too_many_files";

export interface Chosen extends OutboxFile {
    /// Why it cannot be sent.
    problem?: Problem | undefined;
}

const NAME = "chatd-trays";
const STORE = "trays";

const trays = new Map<string, Signal<readonly Chosen[]>>();
let database: Promise<IDBDatabase> | undefined;

export function tray(key: string): Signal<readonly Chosen[]> {
    let known = trays.get(key);
    if (!known) {
        const fresh = signal<readonly Chosen[]>([]);
        trays.set(key, (known = fresh));
        void kept(key).then((files) => {
            if (files.length > 0) fresh.value = judged([...files, ...fresh.peek()]);
        });
    }
    return known;
}

export async function choose(key: string, files: readonly File[]): Promise<void> {
    const chosen = files.map((file) => ({ id: newClientKey(), blob: file, name: file.name }));
    put(key, [...tray(key).peek(), ...chosen]);
    for (const file of chosen) {
        const size = await sizeOf(file.blob);
        if (!size) continue;
        put(
            key,
            tray(key)
                .peek()
                .map((other) => (other.id === file.id ? { ...other, ...size } : other)),
        );
    }
}

export function dropChosen(key: string, id: string): void {
    put(
        key,
        tray(key)
            .peek()
            .filter((file) => file.id !== id),
    );
}

/// Empties the tray on the screen. What is kept of it goes when the outbox has the files: see
/// `forgetTaken`.
export function take(key: string): OutboxFile[] {
    const files = tray(key).peek();
    tray(key).value = [];
    return files.map(({ problem: _problem, ...file }) => file);
}

/// What has been chosen meanwhile stays.
export function forgetTaken(key: string): void {
    put(key, tray(key).peek());
}

function put(key: string, files: readonly Chosen[]): void {
    tray(key).value = judged(files);
    void write((store) =>
        files.length > 0 ? store.put(files, keyOf(key)) : store.delete(keyOf(key)),
    );
}

/// Judged again with every change: what is taken out makes room for others.
export function judged(files: readonly Chosen[]): Chosen[] {
    const { attachments = Infinity, attachmentBytes = Infinity } = limits.peek();
    return files.map(({ problem: _before, ...file }, index) => {
        const { size } = file.blob;
        const problem: Problem | undefined =
            size > attachmentBytes
                ? "too_large"
                : size === 0
                  ? "empty_file"
                  : index >= attachments
                    ? "too_many_files"
                    : undefined;
        return problem ? { ...file, problem } : file;
    });
}

/// Of a picture, as it is shown: turned as its camera says.
async function sizeOf(blob: Blob): Promise<{ width: number; height: number } | undefined> {
    if (!blob.type.startsWith("image/")) return undefined;
    try {
        const { width, height } = await createImageBitmap(blob).then((bitmap) => {
            const size = { width: bitmap.width, height: bitmap.height };
            bitmap.close();
            return size;
        });
        return { width, height };
    } catch {
        return undefined;
    }
}

function keyOf(key: string): string {
    return `${myId()}:${key}`;
}

function open(): Promise<IDBDatabase> {
    database ??= new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return database;
}

async function kept(key: string): Promise<Chosen[]> {
    try {
        const request = (await open()).transaction(STORE).objectStore(STORE).get(keyOf(key));
        return await new Promise<Chosen[]>((resolve, reject) => {
            request.onsuccess = () => resolve((request.result as Chosen[] | undefined) ?? []);
            request.onerror = () => reject(request.error);
        });
    } catch {
        return [];
    }
}

async function write(change: (store: IDBObjectStore) => void): Promise<void> {
    try {
        change((await open()).transaction(STORE, "readwrite").objectStore(STORE));
    } catch {
        // Without a place to keep them they are there as long as the page is.
    }
}

/// The trays of who logs out go; of whose session has ended they wait for their return.
export function forgetTrays(forGood: boolean): void {
    trays.clear();
    if (forGood) void write((store) => store.clear());
}
