import { beforeEach, describe, expect, it, vi } from "vitest";
import { mediaOf, messageTypeOf } from "../src/client/media";

vi.stubGlobal("localStorage", { getItem: () => "en" });
vi.stubGlobal("document", { documentElement: {}, hasFocus: () => false, addEventListener() {} });
vi.stubGlobal("window", { addEventListener() {} });
vi.stubGlobal("location", { href: "http://here/" });
const { isPicture } = await import("../src/components/Avatar");
const { boxOf, sizeIn } = await import("../src/components/boxes");
const { estimateHeight, buildRows } = await import("../src/components/logRows");
const { previewText, quoteText } = await import("../src/components/quoteText");
const { sizeText } = await import("../src/i18n/sizes");
const { addressAtHand, isOwn } = await import("../src/state/files");
const { limits } = await import("../src/state/connection");
const { judged } = await import("../src/state/trays");
const { message, ME } = await import("./fakes");

const picture = { url: "/api/v1/attachments/17", name: "cat.png", contentType: "image/png" };
const plan = { url: "/api/v1/attachments/18", name: "plan.pdf", contentType: "application/pdf" };

describe("what a file is shown as", () => {
    it("is what the server has recognised", () => {
        expect(mediaOf("image/png")).toBe("image");
        expect(mediaOf("image/JPEG; x=1")).toBe("image");
        expect(mediaOf("video/mp4")).toBe("video");
        for (const other of ["image/svg+xml", "image/tiff", "text/html", "", null, undefined])
            expect(mediaOf(other)).toBe("file");
    });

    it("is a message's type where all are of one kind", () => {
        expect(messageTypeOf([picture, picture])).toBe("image");
        expect(messageTypeOf([picture, plan])).toBe("file");
        expect(messageTypeOf([])).toBe("text");
    });
});

describe("the room that a picture takes", () => {
    it("has its proportions, within what the log has", () => {
        expect(boxOf({ width: 3000, height: 1500 })).toEqual({ width: 300, height: 150 });
        expect(boxOf({ width: 1000, height: 3200 })).toEqual({ width: 100, height: 320 });
        expect(boxOf({ width: 200, height: 100 })).toEqual({ width: 200, height: 100 });
        expect(boxOf({ width: 4, height: 4 })).toEqual({ width: 96, height: 72 });
    });

    it("is the usual one where nothing sensible is known", () => {
        const usual = boxOf({});
        const told = (sizes: unknown) => boxOf(sizeIn(message(1, { metadata: { sizes } }), 0));
        for (const sizes of [
            undefined,
            "x",
            [],
            [null],
            [[0, 5]],
            [["a", 1]],
            [[1e9, 1]],
            [[-1, 2]],
        ])
            expect(told(sizes)).toEqual(usual);
        expect(told([[300, 150]])).toEqual({ width: 300, height: 150 });
    });

    it("counts in the height that a row is expected to have", () => {
        const height = (attachments: object[]) => {
            const [row] = buildRows({
                messages: [message(1, { attachments: attachments as never })],
                pending: [],
                complete: false,
                unreadFrom: undefined,
                me: ME,
            });
            return estimateHeight(row as never);
        };
        expect(height([picture]) - height([])).toBeGreaterThan(200);
        expect(height([plan]) - height([])).toBeGreaterThan(40);
    });
});

describe("files in few words", () => {
    const words = (content: string, ...attachments: object[]) =>
        quoteText(message(1, { content, attachments: attachments as never }));

    it("are a message's text where it has none", () => {
        expect(words("see", picture)).toBe("see");
        expect(words("", picture)).toBe("Photo");
        expect(words("", plan)).toBe("File: plan.pdf");
        expect(words("", picture, picture)).toBe("2 photos");
        expect(words("", picture, plan)).toBe("2 files");
    });

    it("are a room's newest message in the list", () => {
        const preview = (type: string, content: string | null) =>
            previewText({ type, content } as never);
        expect(preview("file", "plan.pdf")).toBe("File: plan.pdf");
        expect(preview("image", "IMG 0042.JPG")).toBe("Photo");
        expect(preview("image", "the view from here")).toBe("Photo: the view from here");
        expect(preview("video", "")).toBe("Video");
        expect(preview("image", "image")).toBe("Photo");
        expect(preview("file", "file")).toBe("File");
        expect(preview("text", "image")).toBe("image");
        expect(preview("image", null)).toBe("Message deleted");
        expect(preview("text", "")).toBe("Message deleted");
    });

    it("have a size that people read", () => {
        expect(sizeText(1)).toBe("1 byte");
        expect(sizeText(1500)).toBe("1.5 kB");
        expect(sizeText(104_857_600)).toBe("105 MB");
    });
});

describe("the address of a picture of somebody", () => {
    it("is https with a host, or of this server's files", () => {
        for (const sound of [
            "https://a.example/b.png",
            "HTTPS://a.example",
            "https://[::1]:8443/b?c#d",
            "https://고양이.example/사진.png",
            "/api/v1/attachments/17",
        ])
            expect(isPicture(sound)).toBe(true);
        for (const odd of [
            "/\\elsewhere.org/a.png",
            "//elsewhere.org/a.png",
            "/a.png",
            "http://a.example/b.png",
            "https://",
            "https:///a.png",
            "https://good.example@elsewhere.org/",
            "https:\\\\elsewhere.org",
            "https://a.example\\@b",
            "https://a.example/b c",
            "javascript:alert(1)",
            "data:image/svg+xml,x",
            " https://a.example/b.png",
            "",
        ])
            expect(isPicture(odd)).toBe(false);
    });
});

describe("the address of a file", () => {
    it("is given a token only where it is of this server's files", () => {
        expect(isOwn("/api/v1/attachments/17")).toBe(true);
        for (const other of [
            "https://elsewhere.org/api/v1/attachments/17",
            "//elsewhere.org/api/v1/attachments/17",
            "/api/v1/attachments/17/../../users/me",
            "/api/v1/attachments/17?x",
            "/api/v1/attachments/",
            "/a.png",
        ])
            expect(isOwn(other)).toBe(false);
    });

    it("stays the same as long as its token is good, and has none that is over", () => {
        const session = (token: string, left: number) =>
            vi.stubGlobal("localStorage", {
                getItem: () => JSON.stringify({ accessToken: token, expiresAt: Date.now() + left }),
            });
        session("one", 60_000);
        expect(addressAtHand("/api/v1/attachments/17")).toBe("/api/v1/attachments/17?token=one");
        session("two", 120_000);
        expect(addressAtHand("/api/v1/attachments/17")).toBe("/api/v1/attachments/17?token=one");
        expect(addressAtHand("/api/v1/attachments/19")).toBe("/api/v1/attachments/19?token=two");
        session("three", 1_000);
        expect(addressAtHand("/api/v1/attachments/20")).toBeUndefined();
    });
});

describe("a tray", () => {
    const chosen = (id: string, size: number) => ({
        id,
        name: id,
        blob: new Blob([new Uint8Array(size)]),
    });
    const problems = (sizes: number[]) =>
        judged(sizes.map((size, index) => chosen(`f${index}`, size))).map(({ problem }) => problem);

    beforeEach(() => {
        limits.value = { attachments: 3, attachmentBytes: 100 };
    });

    it("says before anything is sent what the server would not take", () => {
        expect(problems([100, 101, 0])).toEqual([undefined, "too_large", "empty_file"]);
        expect(problems([1, 1, 1, 1])).toEqual([undefined, undefined, undefined, "too_many_files"]);
    });

    it("takes anything where the server has not said", () => {
        limits.value = {};
        expect(problems([1000, 1, 1, 1])).toEqual([undefined, undefined, undefined, undefined]);
    });
});
