import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IndexedDbOutbox, MemoryOutbox, type OutboxEntry } from "../src/client/outbox";
import { connected, greet, ME, message, posted, settle, stage } from "./fakes";

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

const hello = { roomId: 1, content: "hello" };

describe("a post", () => {
    it("is written down before it is sent, and forgotten after the answer", async () => {
        const staged = await connected();
        const order: string[] = [];
        const { put } = staged.outbox;
        staged.outbox.put = async (entry) => {
            order.push(`kept, ${staged.socket().requests("post").length} sent`);
            return put.call(staged.outbox, entry);
        };
        const key = await staged.client.post(hello);
        await settle();
        expect(order).toEqual(["kept, 0 sent"]);
        expect(staged.socket().latest("post")).toMatchObject({ ...hello, clientKey: key });
        staged.socket().answer("post", { message: message(101, { clientKey: key, senderId: ME }) });
        await settle();
        expect(await staged.outbox.load(ME)).toEqual([]);
    });

    it("carries whom it names, and nothing that is the outbox's own", async () => {
        const staged = await connected();
        const mentions = [{ userId: 9, start: 0, length: 5 }];
        const key = await staged.client.post({ ...hello, parentId: 3, mentions });
        await settle();
        const { id: _id, ...sent } = staged.socket().latest("post");
        const fields = { ...hello, parentId: 3, mentions, clientKey: key };
        expect(sent).toEqual({ type: "post", ...fields });
    });

    it("waits while there is no connection", async () => {
        const staged = stage();
        staged.client.start();
        await staged.client.post(hello);
        const socket = await greet(staged);
        expect(socket.requests("post")).toHaveLength(1);
    });

    it("is posted again with the same key after a break without an answer", async () => {
        const staged = await connected();
        const key = await staged.client.post(hello);
        await settle();
        staged.socket().break(1006);
        await vi.advanceTimersByTimeAsync(500);
        const socket = await greet(staged);
        expect(staged.sockets).toHaveLength(2);
        expect(socket.requests("post").map(({ clientKey }) => clientKey)).toEqual([key]);
    });

    it("survives a reload in mid-send: the next client of this person posts it with its key", async () => {
        const before = await connected();
        const key = await before.client.post(hello);
        await settle();
        expect(before.socket().requests("post")).toHaveLength(1);
        before.client.stop();
        const after = await connected({ outbox: before.outbox });
        expect(after.socket().latest("post")).toMatchObject({ ...hello, clientKey: key });
        after.socket().answer("post", { message: message(101, { clientKey: key, senderId: ME }) });
        await settle();
        expect(await after.outbox.load(ME)).toEqual([]);
    });

    it("is settled by its event too, should that come before the answer", async () => {
        const staged = await connected();
        void staged.client.attach(1);
        staged.socket().answer("attach", { position: 100 });
        await settle();
        const settled: string[] = [];
        staged.client.on("posted", ({ clientKey }) => settled.push(clientKey));
        const key = await staged.client.post(hello);
        await settle();
        staged.socket().give(posted(101, 100, { clientKey: key, senderId: ME }));
        staged.socket().answer("post", { message: message(101, { clientKey: key, senderId: ME }) });
        await settle();
        expect(settled).toEqual([key]);
    });

    it("of somebody else with the same key settles nothing", async () => {
        const staged = await connected();
        void staged.client.attach(1);
        staged.socket().answer("attach", { position: 100 });
        await settle();
        const key = await staged.client.post(hello);
        await settle();
        staged.socket().give(posted(101, 100, { clientKey: key, senderId: ME + 1 }));
        expect(await staged.outbox.load(ME)).toHaveLength(1);
    });
});

describe("the order of posts", () => {
    it("is kept in a room, and rooms do not wait for each other", async () => {
        const staged = await connected();
        await staged.client.post({ roomId: 1, content: "first" });
        await staged.client.post({ roomId: 1, content: "second" });
        await staged.client.post({ roomId: 2, content: "elsewhere" });
        await settle();
        const sent = () =>
            staged
                .socket()
                .requests("post")
                .map(({ content }) => content);
        expect(sent()).toEqual(["first", "elsewhere"]);
        const first = staged.socket().requests("post")[0];
        staged
            .socket()
            .give({ id: first?.id, type: "ok", message: message(101, { senderId: ME }) });
        await settle();
        expect(sent()).toEqual(["first", "elsewhere", "second"]);
    });
});

describe("a refusal", () => {
    it("that repeating will not change is kept for the person, and does not hold up the next", async () => {
        const staged = await connected();
        const key = await staged.client.post(hello);
        await staged.client.post({ roomId: 1, content: "next" });
        await settle();
        staged.socket().refuse("post", "blocked");
        await settle();
        const [kept] = await staged.outbox.load(ME);
        expect(kept).toMatchObject({
            clientKey: key,
            state: "refused",
            error: { code: "blocked" },
        });
        expect(staged.socket().latest("post")).toMatchObject({ content: "next" });
    });

    it("is tried again with the same key when the person says so", async () => {
        const staged = await connected();
        const key = await staged.client.post(hello);
        await settle();
        staged.socket().refuse("post", "muted");
        await settle();
        await staged.client.retry(key);
        await settle();
        const posts = staged.socket().requests("post");
        expect(posts.map(({ clientKey }) => clientKey)).toEqual([key, key]);
    });

    it("is gone when the person discards it", async () => {
        const staged = await connected();
        const key = await staged.client.post(hello);
        await settle();
        staged.socket().refuse("post", "muted");
        await settle();
        await staged.client.discard(key);
        expect(await staged.outbox.load(ME)).toEqual([]);
    });

    it("for being too fast is repeated after the time that was asked for", async () => {
        const staged = await connected();
        await staged.client.post(hello);
        await settle();
        staged.socket().refuse("post", "too_many", { retryAfterMs: 2000 });
        await vi.advanceTimersByTimeAsync(1900);
        expect(staged.socket().requests("post")).toHaveLength(1);
        await vi.advanceTimersByTimeAsync(200);
        expect(staged.socket().requests("post")).toHaveLength(2);
    });
});

describe.each([
    ["in memory", () => new MemoryOutbox()],
    ["in IndexedDB", () => new IndexedDbOutbox(`outbox-${Math.random()}`)],
])("the outbox %s", (_name, make) => {
    const entry = (clientKey: string, createdAt: number, userId = ME): OutboxEntry => ({
        clientKey,
        userId,
        roomId: 1,
        content: clientKey,
        createdAt,
        state: "waiting",
    });

    beforeEach(() => {
        vi.useRealTimers();
    });

    it("keeps files as they are, with how far they have come", async () => {
        const outbox = make();
        const blob = new Blob(["0123456789"], { type: "image/png" });
        const file = { id: "f", name: "a.png", blob, width: 3, height: 2 };
        const uploaded = { url: "/api/v1/attachments/1", name: "a.png", contentType: "image/png" };
        await outbox.put({ ...entry("a", 1), files: [file] });
        await outbox.put({ ...entry("a", 1), files: [{ ...file, uploaded }] });
        const [kept] = await outbox.load(ME);
        expect(kept?.files).toMatchObject([{ ...file, blob: expect.any(Blob), uploaded }]);
        expect(await kept?.files?.[0]?.blob.text()).toBe("0123456789");
        expect(await outbox.get("a")).toMatchObject({ clientKey: "a" });
        await outbox.delete("a");
        expect(await outbox.get("a")).toBeUndefined();
    });

    it("gives a person's entries back in order, and nobody else's", async () => {
        const outbox = make();
        await outbox.put(entry("b", 2));
        await outbox.put(entry("a", 1));
        await outbox.put(entry("c", 3, ME + 1));
        expect((await outbox.load(ME)).map(({ clientKey }) => clientKey)).toEqual(["a", "b"]);
    });

    it("replaces and deletes by key", async () => {
        const outbox = make();
        await outbox.put(entry("a", 1));
        await outbox.put({ ...entry("a", 1), state: "refused" });
        expect(await outbox.load(ME)).toMatchObject([{ state: "refused" }]);
        await outbox.delete("a");
        expect(await outbox.load(ME)).toEqual([]);
    });
});

it("entries in IndexedDB outlive the object that wrote them", async () => {
    vi.useRealTimers();
    const first = new IndexedDbOutbox("outlive");
    await first.put({
        clientKey: "k",
        userId: ME,
        roomId: 1,
        content: "x",
        createdAt: 1,
        state: "waiting",
    });
    expect(await new IndexedDbOutbox("outlive").load(ME)).toHaveLength(1);
});

it("an entry whose transaction was cut off by a reload is found by its note", async () => {
    vi.useRealTimers();
    const notes = new Map<string, string>();
    const storage = {
        setItem: (key: string, text: string) => {
            notes.set(key, text);
            Object.assign(storage, { [key]: text });
        },
        removeItem: (key: string) => {
            notes.delete(key);
            delete (storage as Record<string, unknown>)[key];
        },
    };
    vi.stubGlobal("localStorage", storage);
    const entry: OutboxEntry = {
        clientKey: "k",
        userId: ME,
        roomId: 1,
        content: "x",
        createdAt: 1,
        state: "waiting",
    };
    const written = new IndexedDbOutbox("noted").put(entry);
    expect([...notes.keys()]).toEqual(["noted:k"]);
    // Another life of the page, whose database has not heard of it.
    const [key, text] = [...notes][0] ?? ["", ""];
    storage.setItem(key.replace("noted", "unwritten"), text);
    expect(await new IndexedDbOutbox("unwritten").load(ME)).toEqual([entry]);
    await written;
    expect(notes.has("noted:k")).toBe(false);
    vi.unstubAllGlobals();
});
