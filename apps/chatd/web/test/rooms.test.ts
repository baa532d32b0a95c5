import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connected, greet, message, posted, settle, type Stage } from "./fakes";

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

async function attached(head = 100): Promise<Stage> {
    const staged = await connected();
    const done = staged.client.attach(1);
    staged.socket().answer("attach", { position: head });
    await done;
    return staged;
}

const positions = (staged: Stage): number[] => staged.heard.map(({ position }) => position);

async function reconnect(staged: Stage): Promise<void> {
    staged.socket().break(1006);
    await vi.advanceTimersByTimeAsync(500);
    await greet(staged);
}

describe("an attached room", () => {
    it("is told in order, and what is known is not told again", async () => {
        const staged = await attached();
        staged.socket().give(posted(101, 100));
        staged.socket().give(posted(105, 101));
        staged.socket().give(posted(101, 100));
        expect(positions(staged)).toEqual([101, 105]);
        expect(staged.client.position(1)).toBe(105);
    });

    it("takes several states of one change, which share its position", async () => {
        const staged = await attached();
        staged.socket().give(posted(101, 100));
        staged.socket().give({
            type: "message.changed",
            roomId: 1,
            position: 101,
            prev: 101,
            message: message(50, { changedAt: 101, threadCount: 1 }),
        });
        expect(staged.heard.map(({ type }) => type)).toEqual(["message", "message.changed"]);
    });

    it("goes on over a skipped change", async () => {
        const staged = await attached();
        staged.socket().give({ type: "skip", roomId: 1, position: 101, prev: 100 });
        staged.socket().give(posted(102, 101));
        expect(staged.socket().requests("changes")).toHaveLength(0);
        expect(positions(staged)).toEqual([101, 102]);
    });

    it("that is not followed is told of only when it was deleted", async () => {
        const staged = await connected();
        const gone = { id: 9, deletedAt: "2026-01-01T00:00:00.000Z" };
        staged.socket().give({ type: "room", roomId: 9, position: 200, prev: 0, room: { id: 9 } });
        expect(staged.heard).toEqual([]);
        staged.socket().give({ type: "room", roomId: 9, position: 201, prev: 0, room: gone });
        expect(positions(staged)).toEqual([201]);
    });

    it("has nothing to do with notifications, which are told wherever one is", async () => {
        const staged = await connected();
        const told: string[] = [];
        staged.client.on("passing", ({ type }) => told.push(type));
        const notification = { id: 2, kind: "mention", at: "", read: false, actor: { id: 9 } };
        staged.socket().give({ type: "notification", notification });
        expect(told).toEqual(["notification"]);
        expect(staged.heard).toEqual([]);
    });

    it("hears nothing of rooms that are not attached", async () => {
        const staged = await attached();
        staged.socket().give({ ...posted(101, 100), roomId: 2 });
        expect(staged.heard).toHaveLength(0);
    });
});

describe("a gap", () => {
    it("is filled by the changes since the last position, before what was held back", async () => {
        const staged = await attached();
        staged.socket().give(posted(110, 105));
        staged.socket().give(posted(111, 110));
        expect(staged.heard).toHaveLength(0);
        expect(staged.socket().latest("changes")).toMatchObject({ roomId: 1, since: 100 });
        staged.socket().answer("changes", {
            items: [
                { kind: "message", position: 103, message: message(103) },
                { kind: "message", position: 105, message: message(90, { changedAt: 105 }) },
            ],
            nextCursor: 105,
            hasMore: false,
        });
        await settle();
        expect(positions(staged)).toEqual([103, 105, 110, 111]);
    });

    it("is read page by page", async () => {
        const staged = await attached();
        staged.socket().give(posted(110, 105));
        const item = (position: number) => ({
            kind: "message",
            position,
            message: message(position),
        });
        staged.socket().answer("changes", { items: [item(103)], nextCursor: 103, hasMore: true });
        await settle();
        expect(staged.socket().latest("changes")).toMatchObject({ since: 103 });
        staged.socket().answer("changes", { items: [item(105)], nextCursor: 105, hasMore: false });
        await settle();
        expect(positions(staged)).toEqual([103, 105, 110]);
    });

    it("does not repeat a held event that the changes have brought already", async () => {
        const staged = await attached();
        staged.socket().give(posted(110, 105));
        staged.socket().answer("changes", {
            items: [{ kind: "message", position: 110, message: message(110) }],
            nextCursor: 110,
            hasMore: false,
        });
        await settle();
        expect(positions(staged)).toEqual([110]);
    });

    it("that cannot be filled before the connection breaks is filled by resuming", async () => {
        const staged = await attached();
        staged.socket().give(posted(110, 105));
        await reconnect(staged);
        expect(staged.socket().latest("hello")).toMatchObject({ resume: { "1": 100 } });
        expect(staged.heard).toHaveLength(0);
        staged.socket().give(posted(105, 100));
        staged.socket().give(posted(110, 105));
        staged.socket().give({ type: "resumed", roomId: 1, position: 110, truncated: false });
        expect(positions(staged)).toEqual([105, 110]);
    });
});

describe("after a break", () => {
    it("the rooms are resumed from the last position that was told", async () => {
        const staged = await attached();
        staged.socket().give(posted(101, 100));
        await reconnect(staged);
        expect(staged.socket().latest("hello")).toMatchObject({ resume: { "1": 101 } });
        expect(staged.socket().requests("attach")).toHaveLength(0);
    });

    it("a room whose head was never named is attached anew", async () => {
        const staged = await connected();
        void staged.client.attach(1);
        await reconnect(staged);
        expect(staged.socket().latest("hello")).not.toHaveProperty("resume");
        expect(staged.socket().latest("attach")).toMatchObject({ roomId: 1 });
    });

    it("a truncated resumption asks for the history, and goes on from the head", async () => {
        const staged = await attached();
        const truncated: number[] = [];
        staged.client.on("truncated", ({ roomId }) => truncated.push(roomId));
        await reconnect(staged);
        staged.socket().give({ type: "resumed", roomId: 1, position: 900, truncated: true });
        expect(truncated).toEqual([1]);
        staged.socket().give(posted(901, 900));
        expect(positions(staged)).toEqual([901]);
        expect(staged.socket().requests("changes")).toHaveLength(0);
    });

    it("a room that was detached is not resumed", async () => {
        const staged = await attached();
        staged.client.detach(1);
        await reconnect(staged);
        expect(staged.socket().latest("hello")).not.toHaveProperty("resume");
    });

    it("requests under way are told that the connection is gone", async () => {
        const staged = await attached();
        const asked = staged.client
            .request("history")
            .catch((error: { code: string }) => error.code);
        staged.socket().break(1006);
        expect(await asked).toBe("offline");
    });
});

it("a refused attachment is told, and not repeated", async () => {
    const staged = await connected();
    const detached: string[] = [];
    staged.client.on("detached", ({ error }) => detached.push(error.code));
    void staged.client.attach(1);
    staged.socket().refuse("attach", "not_a_member");
    await settle();
    expect(detached).toEqual(["not_a_member"]);
    expect(staged.client.isAttached(1)).toBe(false);
});
