// Who is logged in here. The session lives in localStorage and is shared by all tabs. A refresh
// token works once, and using it twice revokes the whole session, so only one tab at a time may
// refresh.

import { type AccessToken, ChatError, SessionEnded } from "./client";
import type { User } from "./client/wire";
import { requestJson } from "./http";
import { forgetRotations, rememberRotation, successorOf } from "./rotation";

interface Tokens {
    accessToken: string;
    refreshToken: string;
    expiresIn: number;
    user: User;
}

export interface StoredSession {
    accessToken: string;
    refreshToken: string;
    /// Milliseconds since 1970.
    expiresAt: number;
    lifetimeMs: number;
    user: User;
}

const KEY = "chatd.session";
const LOCK = "chatd.session.refresh";
/// A token with less left than this, or than three eighths of its life if that is less, is
/// refreshed before it is used. It is more than what the client keeps in reserve when it
/// authenticates anew.
const REFRESH_BEFORE_MS = 90_000;
const REFRESH_BEFORE_SHARE = 0.375;
const LEASE_MS = 15_000;
const LEASE_POLL_MS = 100;

export function storedSession(): StoredSession | undefined {
    try {
        const text = localStorage.getItem(KEY);
        return text ? (JSON.parse(text) as StoredSession) : undefined;
    } catch {
        return undefined;
    }
}

/// Tells when another tab has logged in, out, or as somebody else.
export function onSessionElsewhere(listener: () => void): void {
    window.addEventListener("storage", (event) => {
        if (event.key === KEY || event.key === null) listener();
    });
}

export async function signUp(email: string, password: string, nickname: string): Promise<User> {
    return keep(await requestJson<Tokens>("POST", "/auth/signup", { email, password, nickname }));
}

export async function logIn(email: string, password: string): Promise<User> {
    return keep(await requestJson<Tokens>("POST", "/auth/login", { email, password }));
}

/// Forgets the session here at once; telling the server is worth a try, but may fail.
export async function logOut(): Promise<void> {
    const session = storedSession();
    forgetSession();
    if (!session) return;
    const { refreshToken, accessToken } = session;
    await requestJson("POST", "/auth/logout", { refreshToken }, accessToken).catch(() => undefined);
}

export function forgetSession(): void {
    localStorage.removeItem(KEY);
    void forgetRotations();
}

/// A token that is good for a while. `fresh` asks for one other than `refused`.
export async function accessToken(refused?: string): Promise<AccessToken> {
    const usable = (session: StoredSession): boolean =>
        session.accessToken !== refused && session.expiresAt - Date.now() > reserveOf(session);
    const session = current();
    if (usable(session)) return tokenOf(session);
    return exclusively(async () => {
        // Another tab may have refreshed while this one waited for its turn.
        const seen = current();
        const successor = await successorOf(seen.refreshToken);
        if (successor) store(successor);
        const latest = successor ?? seen;
        if (usable(latest)) return tokenOf(latest);
        return tokenOf(await refresh(latest));
    });
}

function current(): StoredSession {
    const session = storedSession();
    if (!session) throw new SessionEnded("logged out");
    return session;
}

function reserveOf({ lifetimeMs }: StoredSession): number {
    return Math.min(REFRESH_BEFORE_MS, lifetimeMs * REFRESH_BEFORE_SHARE);
}

function tokenOf({ accessToken: token, expiresAt }: StoredSession): AccessToken {
    return { token, expiresAt };
}

async function refresh({ refreshToken, user }: StoredSession): Promise<StoredSession> {
    try {
        const tokens = await requestJson<Tokens>("POST", "/auth/refresh", { refreshToken });
        const session = sessionOf({ ...tokens, user: tokens.user ?? user });
        store(session);
        await rememberRotation(refreshToken, session);
        return session;
    } catch (error) {
        if (error instanceof ChatError && (error.status === 401 || error.status === 403)) {
            throw new SessionEnded(error.message);
        }
        throw error;
    }
}

function sessionOf({ accessToken: token, refreshToken, expiresIn, user }: Tokens): StoredSession {
    return {
        accessToken: token,
        refreshToken,
        expiresAt: Date.now() + expiresIn * 1000,
        lifetimeMs: expiresIn * 1000,
        user,
    };
}

function store(session: StoredSession): void {
    localStorage.setItem(KEY, JSON.stringify(session));
}

function keep(tokens: Tokens): User {
    store(sessionOf(tokens));
    return tokens.user;
}

/// Runs `work` in one tab at a time. Pages without TLS have no `navigator.locks`; a lease in
/// localStorage serves them, which ends by itself if its tab dies.
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (navigator.locks) return navigator.locks.request(LOCK, work) as Promise<T>;
    const mine = crypto.getRandomValues(new Uint32Array(2)).join("-");
    await takeLease(mine);
    try {
        return await work();
    } finally {
        if (localStorage.getItem(LOCK)?.startsWith(mine)) localStorage.removeItem(LOCK);
    }
}

async function takeLease(mine: string): Promise<void> {
    const until = Date.now() + 2 * LEASE_MS;
    while (Date.now() < until) {
        const [, end] = (localStorage.getItem(LOCK) ?? "").split(" ");
        if (!end || Number(end) < Date.now()) {
            localStorage.setItem(LOCK, `${mine} ${Date.now() + LEASE_MS}`);
            // Two tabs may have written at once; the last one has it, and both look after a moment.
            await pause(LEASE_POLL_MS);
            if (localStorage.getItem(LOCK)?.startsWith(mine)) return;
        }
        await pause(LEASE_POLL_MS);
    }
    throw new ChatError("timeout", "Another window keeps refreshing the session.");
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
