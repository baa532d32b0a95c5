import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SessionEnded } from "../src/client";

const stored = new Map<string, string>();
vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => stored.set(key, text),
    removeItem: (key: string) => stored.delete(key),
});
vi.stubGlobal("navigator", {});
const { accessToken, logIn, storedSession, forgetSession } = await import("../src/session");

/// A server that rotates: each refresh token is good once.
const server = { good: "", refreshes: 0, refusals: 0 };

function tokens() {
    server.good = `refresh-${(server.refreshes += 1)}`;
    const user = { id: 1, nickname: "me" };
    return {
        accessToken: `access-${server.refreshes}`,
        refreshToken: server.good,
        expiresIn: 3600,
        user,
    };
}

function answer(path: string, body: { refreshToken?: string }): Response {
    if (path.endsWith("/refresh") && body.refreshToken !== server.good) {
        server.refusals += 1;
        return Response.json(
            { error: { code: "token_revoked", message: "reused" } },
            { status: 401 },
        );
    }
    return Response.json(tokens());
}

beforeEach(async () => {
    server.refreshes = 0;
    server.refusals = 0;
    vi.stubGlobal("fetch", async (path: string, { body }: { body: string }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return answer(path, JSON.parse(body) as { refreshToken?: string });
    });
    await logIn("me@example.org", "password");
});
afterEach(() => forgetSession());

const KEY = "chatd.session";
const age = (): void => {
    stored.set(KEY, JSON.stringify({ ...storedSession(), expiresAt: Date.now() - 1 }));
};

/// What a page with TLS has; without it a lease in localStorage does the same.
function fakeLocks() {
    let last: Promise<unknown> = Promise.resolve();
    return {
        request: <T>(_name: string, work: () => Promise<T>): Promise<T> => {
            const mine = last.then(work);
            last = mine.catch(() => undefined);
            return mine;
        },
    };
}

describe.each([
    ["with navigator.locks", () => fakeLocks()],
    ["with a lease", () => undefined],
])("the access token, %s", (_name, locks) => {
    beforeEach(() => {
        vi.stubGlobal("navigator", { locks: locks() });
    });

    it("is used as long as it is good", async () => {
        expect((await accessToken()).token).toBe("access-1");
        expect(server.refreshes).toBe(1);
    });

    it("is refreshed before its end, once for all who ask at the same time", async () => {
        age();
        const all = await Promise.all([accessToken(), accessToken(), accessToken()]);
        expect(all.map(({ token }) => token)).toEqual(["access-2", "access-2", "access-2"]);
        expect(server.refusals).toBe(0);
    }, 20_000);

    it("is renewed when the server has refused it, though it looked good", async () => {
        expect((await accessToken("access-1")).token).toBe("access-2");
    });

    it("comes from the other tab's refresh, even if its write is not seen here yet", async () => {
        age();
        const old = stored.get(KEY) ?? "";
        await accessToken();
        stored.set(KEY, old);
        expect((await accessToken()).token).toBe("access-2");
        expect(server.refusals).toBe(0);
        expect(storedSession()?.refreshToken).toBe(server.good);
    });

    it("is gone for good when the refresh token is refused", async () => {
        age();
        server.good = "another";
        await expect(accessToken()).rejects.toThrow(SessionEnded);
    });
});
