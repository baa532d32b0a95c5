import { describe, expect, it } from "vitest";
import english from "../src/emoji/en.json";
import korean from "../src/emoji/ko.json";
import { excerpt } from "../src/parts/excerpt";
import { withWishes } from "../src/state/wishes";
import { momentOf, wallClock } from "../src/state/zones";

describe("reactions with one's own wishes laid over them", () => {
    const told = [
        { reaction: "👍", count: 2, userIds: [1, 7] },
        { reaction: "🎉", count: 1, userIds: [7] },
    ];

    it("show an added one at once, and one taken away no more", () => {
        const wanted = new Map([
            ["❤️", true],
            ["🎉", false],
            ["👍", false],
        ]);
        expect(withWishes(told, wanted, 7)).toEqual([
            { reaction: "👍", count: 1, userIds: [1] },
            { reaction: "❤️", count: 1, userIds: [7] },
        ]);
    });

    it("count nothing twice when the server has told of it already", () => {
        expect(withWishes(told, new Map([["👍", true]]), 7)).toEqual(told);
        expect(withWishes(told, new Map([["❤️", false]]), 7)).toEqual(told);
    });
});

describe("a wall clock", () => {
    it("and its moment belong together, in winter and in summer", () => {
        expect(momentOf("2026-01-15T09:00", "Europe/Berlin")?.toISOString()).toBe(
            "2026-01-15T08:00:00.000Z",
        );
        expect(momentOf("2026-07-15T09:00", "Europe/Berlin")?.toISOString()).toBe(
            "2026-07-15T07:00:00.000Z",
        );
        expect(wallClock(new Date("2026-07-15T22:30:00Z"), "Asia/Seoul")).toBe("2026-07-16T07:30");
        expect(momentOf("2026-07-16T07:30", "Asia/Seoul")?.toISOString()).toBe(
            "2026-07-15T22:30:00.000Z",
        );
    });

    it("shows the first of two moments where the clock goes back", () => {
        expect(momentOf("2026-10-25T02:30", "Europe/Berlin")?.toISOString()).toBe(
            "2026-10-25T00:30:00.000Z",
        );
    });

    it("that leaps over a time means the time after the leap", () => {
        expect(momentOf("2026-03-29T02:30", "Europe/Berlin")?.toISOString()).toBe(
            "2026-03-29T01:30:00.000Z",
        );
    });

    it("of nonsense is no moment", () => {
        expect(momentOf("", "UTC")).toBeUndefined();
    });
});

describe("an excerpt", () => {
    const hits = (text: string, query: string) =>
        excerpt(text, query).flatMap(({ text: part, hit }) => (hit ? part : []));

    it("marks every place that matches, in any case", () => {
        expect(hits("Tea, tea and TEA", "tea")).toEqual(["Tea", "tea", "TEA"]);
        expect(hits("해운대에 맛있는 집", "운대")).toEqual(["운대"]);
    });

    it("begins near the first match, and stays short", () => {
        const text = `${"long ago ".repeat(60)}needle ${"and on ".repeat(60)}`;
        const shown = excerpt(text, "needle");
        expect(shown[0]).toEqual({ text: "…", hit: false });
        expect(shown.at(-1)?.text).toBe("…");
        expect(hits(text, "needle")).toEqual(["needle"]);
        expect(shown.map(({ text: part }) => part).join("").length).toBeLessThan(170);
    });

    it("gives the whole text back where nothing matches", () => {
        expect(excerpt("plain", "nothing")).toEqual([{ text: "plain", hit: false }]);
    });
});

describe("the list of emoji", () => {
    const emojis = (groups: string[][]) => groups.flat().map((line) => line.split(" ")[0]);

    it("has the same ones in each language, each once and with a name", () => {
        expect(emojis(korean)).toEqual(emojis(english));
        expect(new Set(emojis(english)).size).toBe(emojis(english).length);
        for (const line of [...english.flat(), ...korean.flat()]) expect(line).toMatch(/^\S+ \S/);
    });
});
