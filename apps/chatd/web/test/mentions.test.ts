import { describe, expect, it } from "vitest";
import { findMentions, membersLike, mentionAt, splitMentions } from "../src/state/mentions";

const ANN = { userId: 1, nickname: "Ann" };
const ANN_LEE = { userId: 2, nickname: "Ann Lee" };
const JIHOON = { userId: 3, nickname: "지훈" };
const OTHER_ANN = { userId: 4, nickname: "Ann" };

describe("who is named in a text", () => {
    it("is who stands behind an @, by the longest name that fits", () => {
        expect(findMentions("hi @Ann Lee and @Ann!", [ANN, ANN_LEE])).toEqual([
            { userId: 2, start: 3, length: 8 },
            { userId: 1, start: 16, length: 4 },
        ]);
    });

    it("is counted in code points", () => {
        expect(findMentions("😀😀 @Ann", [ANN])).toEqual([{ userId: 1, start: 3, length: 4 }]);
    });

    it("may have a Korean particle behind the name", () => {
        expect(findMentions("@지훈님이", [JIHOON])).toEqual([{ userId: 3, start: 0, length: 3 }]);
    });

    it("is not who is only the beginning of a longer word, or part of an address", () => {
        expect(findMentions("@Annabel me@Ann", [ANN])).toEqual([]);
    });

    it("is nobody where two have the name and none was picked, else who was picked", () => {
        expect(findMentions("@Ann", [ANN, OTHER_ANN])).toEqual([]);
        expect(findMentions("@Ann", [ANN, OTHER_ANN], [4])).toEqual([
            { userId: 4, start: 0, length: 4 },
        ]);
    });
});

describe("the word behind an @", () => {
    it("is what stands between it and the caret", () => {
        expect(mentionAt("hi @An", 6)).toEqual({ from: 3, query: "An" });
        expect(mentionAt("hi @Ann Le rest", 10)).toEqual({ from: 3, query: "Ann Le" });
        expect(mentionAt("@", 1)).toEqual({ from: 0, query: "" });
    });

    it("is none in an address, on another line, or far behind", () => {
        expect(mentionAt("me@Ann", 6)).toBeUndefined();
        expect(mentionAt("@Ann\nthen", 9)).toBeUndefined();
        expect(mentionAt("@ Ann", 5)).toBeUndefined();
        expect(mentionAt("@one two three four", 19)).toBeUndefined();
    });

    it("finds members by the beginning of any word of their name, whole names first", () => {
        const members = [ANN_LEE, { userId: 5, nickname: "Lee Marvin" }, JIHOON];
        expect(membersLike(members, "le").map(({ userId }) => userId)).toEqual([5, 2]);
        expect(membersLike(members, "훈").map(({ userId }) => userId)).toEqual([3]);
    });
});

describe("a text with mentions", () => {
    it("falls into parts", () => {
        const mentions = [{ userId: 1, start: 3, length: 4 }];
        expect(splitMentions("😀, @Ann!", mentions)).toEqual([
            { text: "😀, " },
            { text: "@Ann", userId: 1 },
            { text: "!" },
        ]);
    });

    it("does not mark what an edit has put in the place of a name, or what lies beyond it", () => {
        const mentions = [
            { userId: 1, start: 0, length: 4 },
            { userId: 2, start: 20, length: 4 },
        ];
        expect(splitMentions("no names", mentions)).toEqual([{ text: "no names" }]);
    });
});
