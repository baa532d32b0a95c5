// Files as they are shown: how far those have come that are being sent, and at which address those
// are that are there. The address of a file of this server has a token in it, which ends; it is kept
// as long as the token, so that the browser can keep what it has fetched.

import { effect, type Signal, signal } from "@preact/signals";
import type { Attachment } from "../client/wire";
import { accessToken, storedSession } from "../session";
import { outbox } from "./connection";

/// No other address is ever given a token, and no other is shown as a picture.
const OWN = /^\/api\/v1\/attachments\/\d{1,19}$/;
const RESERVE_MS = 5_000;
const ADDRESSES_MAX = 500;
const LOCAL_MAX = 60;

export function isOwn(url: string): boolean {
    return OWN.test(url);
}

// ---- on its way -----------------------------------------------------------------------------

const sent = new Map<string, Signal<number>>();

/// How many bytes of the file have gone.
export function sentOf(fileId: string): Signal<number> {
    let known = sent.get(fileId);
    if (!known) sent.set(fileId, (known = signal(0)));
    return known;
}

// ---- what is at hand here --------------------------------------------------------------------

const objects = new Map<Blob, string>();
const blobs = new Map<string, Blob>();

/// An address of what this page has itself; the longest unused one is given up.
export function objectAddress(blob: Blob): string {
    const address = objects.get(blob) ?? URL.createObjectURL(blob);
    objects.delete(blob);
    objects.set(blob, address);
    for (const [oldest, given] of objects) {
        if (objects.size <= LOCAL_MAX) break;
        URL.revokeObjectURL(given);
        objects.delete(oldest);
    }
    return address;
}

/// What was sent from here need not be fetched.
export function localBlob(url: string): Blob | undefined {
    return blobs.get(url);
}

effect(() => {
    for (const { files } of outbox.value) {
        for (const { uploaded, blob } of files ?? []) if (uploaded) blobs.set(uploaded.url, blob);
    }
    for (const oldest of blobs.keys()) {
        if (blobs.size <= LOCAL_MAX) break;
        blobs.delete(oldest);
    }
});

// ---- what the server has ---------------------------------------------------------------------

interface Address {
    address: string;
    until: number;
}

const addresses = new Map<string, Address>();

export function addressAtHand(url: string): string | undefined {
    const known = addresses.get(url);
    if (known && known.until - RESERVE_MS > Date.now()) return known.address;
    const session = storedSession();
    if (!session || session.expiresAt - RESERVE_MS < Date.now()) return undefined;
    return keep(url, session.accessToken, session.expiresAt);
}

export async function addressOf(url: string): Promise<string> {
    const { token, expiresAt } = await accessToken();
    return addressAtHand(url) ?? keep(url, token, expiresAt ?? 0);
}

function keep(url: string, token: string, until: number): string {
    const address = `${url}?token=${encodeURIComponent(token)}`;
    addresses.delete(url);
    addresses.set(url, { address, until });
    for (const oldest of addresses.keys()) {
        if (addresses.size <= ADDRESSES_MAX) break;
        addresses.delete(oldest);
    }
    return address;
}

/// Lets the browser keep the file under its name. The address goes nowhere else.
export async function download({ url, name }: Attachment): Promise<void> {
    const link = document.createElement("a");
    link.href = isOwn(url) ? await addressOf(url) : url;
    link.download = name;
    link.click();
}

export function forgetFiles(): void {
    sent.clear();
    for (const address of objects.values()) URL.revokeObjectURL(address);
    objects.clear();
    blobs.clear();
    addresses.clear();
}
