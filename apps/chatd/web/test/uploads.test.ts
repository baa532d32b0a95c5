import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatError, type OutboxEntry, type OutboxFile, type Upload } from "../src/client";
import { MemoryOutbox } from "../src/client/outbox";
import type { Attachment } from "../src/client/wire";
import { connected, greet, ME, message, settle, stage } from "./fakes";

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

const look = { roomId: 1, content: "look" };

function file(name: string, more: Partial<OutboxFile> = {}): OutboxFile {
    return { id: `id of ${name}`, name, blob: new Blob(["0123456789"]), ...more };
}

function stored(name: string, contentType = "image/png"): Attachment {
    return { url: `/api/v1/attachments/${name.length}`, name, size: 10, contentType };
}

/// A server for files: each upload is answered by the test.
class Shelf {
    readonly began: string[] = [];
    private readonly open = new Map<
        string,
        { resolve: (made: Attachment) => void; reject: (error: unknown) => void }
    >();
    readonly progress = new Map<string, (sent: number) => void>();
    readonly aborted: string[] = [];

    upload: Upload = ({ name }, progress, signal) => {
        this.began.push(name);
        this.progress.set(name, progress);
        return new Promise((resolve, reject) => {
            this.open.set(name, { resolve, reject });
            signal.addEventListener("abort", () => {
                this.aborted.push(name);
                reject(new ChatError("offline", "aborted"));
            });
        });
    };

    async take(name: string, contentType?: string): Promise<void> {
        this.open.get(name)?.resolve(stored(name, contentType));
        await settle();
    }

    async refuse(name: string, code: string): Promise<void> {
        this.open.get(name)?.reject(new ChatError(code, code));
        await settle();
    }
}

async function scene() {
    const shelf = new Shelf();
    const staged = await connected({ upload: shelf.upload });
    let entries: readonly OutboxEntry[] = [];
    staged.client.on("outbox", (all) => (entries = all));
    return { shelf, ...staged, entries: () => entries };
}

describe("a post with files", () => {
    it("goes out when all are uploaded, as what the server has made of them", async () => {
        const { client, shelf, socket, outbox } = await scene();
        const files = [file("a.png", { width: 640, height: 480 }), file("bb.png")];
        const key = await client.post(look, files);
        await settle();
        expect(shelf.began).toEqual(["a.png"]);
        await shelf.take("a.png");
        expect(shelf.began).toEqual(["a.png", "bb.png"]);
        expect(socket().requests("post")).toEqual([]);
        await shelf.take("bb.png");
        const { id: _id, ...sent } = socket().latest("post");
        expect(sent).toEqual({
            type: "post",
            ...look,
            clientKey: key,
            messageType: "image",
            attachments: [stored("a.png"), stored("bb.png")],
            metadata: { sizes: [[640, 480], null] },
        });
        socket().answer("post", { message: message(101, { clientKey: key, senderId: ME }) });
        await settle();
        expect(await outbox.load(ME)).toEqual([]);
    });

    it("does not hold up what is written behind it", async () => {
        const { client, socket } = await scene();
        await client.post(look, [file("a.png")]);
        await client.post({ roomId: 1, content: "behind it" });
        await settle();
        expect(
            socket()
                .requests("post")
                .map(({ content }) => content),
        ).toEqual(["behind it"]);
    });

    it("tells how far each has come", async () => {
        const { client, shelf } = await scene();
        const heard: object[] = [];
        client.on("upload", (progress) => heard.push(progress));
        await client.post(look, [file("a.png")]);
        await settle();
        shelf.progress.get("a.png")?.(4);
        expect(heard).toEqual([
            { fileId: "id of a.png", sent: 0 },
            { fileId: "id of a.png", sent: 4 },
        ]);
    });

    it("waits with the reason at the file that is refused, and tries again when asked", async () => {
        const { client, shelf, socket, entries } = await scene();
        const key = await client.post(look, [file("a.png"), file("bb.exe")]);
        await settle();
        await shelf.take("a.png");
        await shelf.refuse("bb.exe", "unsupported_type");
        expect(entries()[0]).toMatchObject({ state: "refused" });
        expect(entries()[0]?.files?.map(({ error }) => error?.code)).toEqual([
            undefined,
            "unsupported_type",
        ]);
        await client.retry(key);
        await settle();
        // The one that is there already is not sent again.
        expect(shelf.began).toEqual(["a.png", "bb.exe", "bb.exe"]);
        await shelf.take("bb.exe", "application/x-dosexec");
        expect(socket().latest("post")).toMatchObject({ messageType: "file", clientKey: key });
    });

    it("goes without a file that is taken out, and without a refused one too", async () => {
        const { client, shelf, socket, entries } = await scene();
        const key = await client.post(look, [file("a.png"), file("bb.exe")]);
        await settle();
        await client.dropFile(key, "id of a.png");
        await settle();
        expect(shelf.aborted).toEqual(["a.png"]);
        await shelf.refuse("bb.exe", "unsupported_type");
        expect(entries()[0]?.state).toBe("refused");
        await client.dropFile(key, "id of bb.exe");
        await settle();
        expect(socket().latest("post")).toMatchObject({ ...look, attachments: [] });
        expect(socket().latest("post")["messageType"]).toBe("text");
    });

    it("is gone with its last file where it had nothing else", async () => {
        const { client, shelf, entries, outbox } = await scene();
        const key = await client.post({ roomId: 1, content: "" }, [file("a.png")]);
        await settle();
        await client.dropFile(key, "id of a.png");
        await settle();
        expect(shelf.aborted).toEqual(["a.png"]);
        expect(entries()).toEqual([]);
        expect(await outbox.load(ME)).toEqual([]);
    });

    it("goes on after a break without sending a file twice that is there", async () => {
        const { client, shelf, socket } = await scene();
        const key = await client.post(look, [file("a.png"), file("bb.png")]);
        await settle();
        await shelf.take("a.png");
        socket().break(1006);
        await shelf.refuse("bb.png", "offline");
        await vi.advanceTimersByTimeAsync(60_000);
        expect(shelf.began).toEqual(["a.png", "bb.png"]);
        await greet({ client, socket } as never);
        await vi.advanceTimersByTimeAsync(60_000);
        expect(shelf.began).toEqual(["a.png", "bb.png", "bb.png"]);
        await shelf.take("bb.png");
        expect(
            socket()
                .requests("post")
                .map(({ clientKey }) => clientKey),
        ).toEqual([key]);
    });

    it("is begun anew where it has not moved since before the break", async () => {
        const { client, shelf, socket } = await scene();
        await client.post(look, [file("a.png")]);
        await settle();
        socket().break(1006);
        await vi.advanceTimersByTimeAsync(30_000);
        await greet({ client, socket } as never);
        await settle();
        expect(shelf.aborted).toEqual(["a.png"]);
        expect(shelf.began).toEqual(["a.png", "a.png"]);
    });

    it("gives up where it breaks off again and again on a good connection", async () => {
        const { client, shelf, entries } = await scene();
        await client.post(look, [file("a.png")]);
        await settle();
        for (let turn = 0; turn < 4; turn += 1) {
            await shelf.refuse("a.png", "offline");
            await vi.advanceTimersByTimeAsync(20_000);
        }
        expect(shelf.began).toHaveLength(4);
        expect(entries()[0]?.files?.[0]?.error?.code).toBe("upload_broken");
    });

    it("is taken up by the next life of the page, with its key and what was uploaded", async () => {
        const before = await scene();
        const key = await before.client.post(look, [file("a.png"), file("bb.png")]);
        await settle();
        await before.shelf.take("a.png");
        before.client.stop();
        const shelf = new Shelf();
        const after = stage({ upload: shelf.upload, outbox: before.outbox });
        after.client.start();
        await greet(after);
        expect(shelf.began).toEqual(["bb.png"]);
        await shelf.take("bb.png");
        expect(after.socket().latest("post")).toMatchObject({
            clientKey: key,
            attachments: [stored("a.png"), stored("bb.png")],
        });
    });

    it("is left to the window that has it in hand, and gone where that has posted it", async () => {
        const held: Array<() => void> = [];
        let taken = false;
        vi.stubGlobal("navigator", {
            locks: {
                request: async (
                    _name: string,
                    options: object | ((lock: unknown) => unknown),
                    work?: (lock: unknown) => unknown,
                ) => {
                    if (typeof options !== "function") return work?.(taken ? null : {});
                    await new Promise<void>((resolve) => held.push(resolve));
                    return options({});
                },
            },
        });
        const outbox = new MemoryOutbox();
        taken = true;
        const shelf = new Shelf();
        const { client, socket } = await connected({ upload: shelf.upload, outbox });
        const key = await client.post(look, [file("a.png")]);
        await settle();
        expect(shelf.began).toEqual([]);
        await outbox.delete(key);
        held[0]?.();
        await settle();
        expect(shelf.began).toEqual([]);
        expect(socket().requests("post")).toEqual([]);
        vi.unstubAllGlobals();
    });
});
