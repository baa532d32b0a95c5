import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CloseCode, SessionEnded } from "../src/client";
import { Backoff } from "../src/client/backoff";
import { newClientKey } from "../src/client/keys";
import { connected, greet, settle, stage } from "./fakes";

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

describe("connecting", () => {
    it("says hello with the token first", async () => {
        const staged = stage();
        staged.client.start();
        await settle();
        staged.socket().open();
        expect(staged.socket().sent[0]).toMatchObject({ type: "hello", token: "token-1" });
        expect(staged.socket().sent[0]).not.toHaveProperty("resume");
    });

    it("waits longer after each failure, and anew after a success", async () => {
        const staged = stage();
        staged.client.start();
        const delays: number[] = [];
        for (let attempt = 0; attempt < 7; attempt += 1) {
            await settle();
            staged.socket().break(1006);
            const state = staged.client.connection;
            if (state.phase !== "waiting") throw new Error(state.phase);
            delays.push(state.retryAt - Date.now());
            await vi.advanceTimersByTimeAsync(state.retryAt - Date.now());
        }
        expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000]);
        await greet(staged);
        staged.socket().break(1006);
        expect(staged.client.connection).toMatchObject({
            phase: "waiting",
            retryAt: Date.now() + 500,
        });
    });

    it("waits as long as the server's bye asked", async () => {
        const staged = await connected();
        staged.socket().give({ type: "bye", reason: "restart", retryAfterMs: 4000 });
        staged.socket().break(1001);
        expect(staged.client.connection).toMatchObject({
            phase: "waiting",
            retryAt: Date.now() + 4000,
        });
    });

    it("says that the server is full, and does not press it", async () => {
        const staged = await connected();
        staged.socket().break(CloseCode.tooManyConnections);
        const state = staged.client.connection;
        expect(state).toMatchObject({ phase: "waiting", reason: "server_full" });
        if (state.phase === "waiting")
            expect(state.retryAt - Date.now()).toBeGreaterThanOrEqual(5000);
    });

    it("tries at once when it is woken", async () => {
        const staged = await connected();
        staged.socket().break(1006);
        staged.client.wake();
        await settle();
        expect(staged.sockets).toHaveLength(2);
    });

    it("gives up a connection that does not answer, and connects again", async () => {
        const staged = await connected();
        const asked = staged.client.request("rooms").catch((error: { code: string }) => error.code);
        await vi.advanceTimersByTimeAsync(10_000);
        expect(await asked).toBe("no_reply");
        expect(staged.sockets[0]?.closed).toBe(true);
        expect(staged.client.connection.phase).toBe("waiting");
    });

    it("keeps a request until there is a connection", async () => {
        const staged = stage();
        staged.client.start();
        const asked = staged.client.request<{ items: number[] }>("rooms");
        const socket = await greet(staged);
        socket.answer("rooms", { items: [1] });
        expect((await asked).items).toEqual([1]);
    });
});

describe("the token", () => {
    it("is renewed once after 4001, and the session is over if the fresh one is refused too", async () => {
        const staged = await connected();
        staged.socket().break(CloseCode.tokenRefused);
        await settle();
        expect(staged.wishes).toEqual([false, true]);
        staged.socket().open();
        staged.socket().refuse("hello", "token_expired");
        await settle();
        expect(staged.client.connection.phase).toBe("ended");
    });

    it("ends the session where its source says so", async () => {
        const staged = stage({ token: () => Promise.reject(new SessionEnded("revoked")) });
        staged.client.start();
        await settle();
        expect(staged.client.connection.phase).toBe("ended");
        expect(staged.sockets).toHaveLength(0);
    });

    it("is fetched again later where its source could not be reached", async () => {
        const staged = stage({ token: () => Promise.reject(new Error("network")) });
        staged.client.start();
        await settle();
        expect(staged.client.connection.phase).toBe("waiting");
    });

    it("is replaced on the open connection before it ends", async () => {
        let asked = 0;
        const staged = await connected({
            token: async () => ({ token: `t${(asked += 1)}`, expiresAt: Date.now() + 600_000 }),
        });
        await vi.advanceTimersByTimeAsync(539_000);
        expect(staged.socket().requests("auth")).toHaveLength(0);
        await vi.advanceTimersByTimeAsync(2_000);
        expect(staged.socket().latest("auth")).toMatchObject({ token: "t2" });
    });
});

describe("small parts", () => {
    it("takes away up to half of a delay at random, never below the least", () => {
        const backoff = new Backoff(() => 0.999);
        const delays = Array.from({ length: 8 }, () => backoff.next());
        expect(delays[0]).toBe(500);
        expect(delays[7]).toBeGreaterThanOrEqual(7500);
        expect(delays[7]).toBeLessThan(7600);
    });

    it("makes version 4 UUIDs also where randomUUID is missing", () => {
        const { getRandomValues } = crypto;
        vi.stubGlobal("crypto", { getRandomValues: getRandomValues.bind(crypto) });
        const keys = new Set(Array.from({ length: 100 }, newClientKey));
        expect(keys.size).toBe(100);
        for (const key of keys) {
            expect(key).toMatch(
                /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
            );
        }
    });
});
