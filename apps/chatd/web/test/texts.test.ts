import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { ko } from "../src/i18n/ko";
import { splitAddresses } from "../src/components/splitAddresses";

const placeholders = (text: unknown): string[] =>
    [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
const unique = (names: string[]): string[] => [...new Set(names)].sort();

describe("the languages", () => {
    it("have the same keys", () => {
        expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
    });

    it("fill the same gaps", () => {
        for (const key of Object.keys(en) as Array<keyof typeof en>) {
            // A language without a plural may say what the other says by it.
            const needed = unique(placeholders(en[key])).filter((name) => name !== "count");
            const given = unique(placeholders(ko[key])).filter((name) => name !== "count");
            expect(given, key).toEqual(needed);
        }
    });
});

describe("web addresses in a text", () => {
    const addresses = (text: string) =>
        splitAddresses(text).flatMap(({ address }) => address ?? []);

    it("end before the sentence does", () => {
        expect(addresses("See https://a.org/b?c=1. (Or http://d.org)")).toEqual([
            "https://a.org/b?c=1",
            "http://d.org",
        ]);
    });

    it("are of the web only", () => {
        expect(addresses("javascript:alert(1) data:text/html,x ftp://a.org")).toEqual([]);
    });

    it("leave the text as it was", () => {
        const text = "a https://b.org c https://d.org.";
        expect(
            splitAddresses(text)
                .map((part) => part.text)
                .join(""),
        ).toBe(text);
    });
});
