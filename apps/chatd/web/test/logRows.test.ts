import { describe, expect, it, vi } from "vitest";
import type { OutboxEntry } from "../src/client";

vi.stubGlobal("localStorage", { getItem: () => "en" });
vi.stubGlobal("document", { documentElement: {} });
const { buildRows } = await import("../src/components/logRows");
const { message, ME } = await import("./fakes");

const OTHER = 9;
const at = (minutes: number): string => new Date(Date.UTC(2026, 0, 1, 12, minutes)).toISOString();
const said = (id: number, senderId: number, minutes: number) =>
    message(id, { senderId, createdAt: at(minutes) });
const base = { pending: [], complete: true, unreadFrom: undefined, me: ME };

describe("the rows of a log", () => {
    it("group what one sender says within five minutes of the message before", () => {
        const messages = [
            said(1, OTHER, 0),
            said(2, OTHER, 4),
            said(3, OTHER, 8),
            said(4, OTHER, 14),
            said(5, ME, 15),
        ];
        const rows = buildRows({ ...base, messages });
        expect(rows.map(({ first }) => first)).toEqual([true, false, false, true, true]);
        expect(rows.map(({ last }) => last)).toEqual([false, false, true, true, true]);
    });

    it("have a day line where a day begins, and at the top only if nothing comes before", () => {
        const messages = [said(1, OTHER, 0), said(2, OTHER, 60 * 24), said(3, OTHER, 60 * 24 + 1)];
        const days = (complete: boolean) =>
            buildRows({ ...base, messages, complete }).map(({ newDay }) => newDay);
        expect(days(true)).toEqual([true, true, false]);
        expect(days(false)).toEqual([false, true, false]);
    });

    it("have one line before the first unread message of somebody else", () => {
        const messages = [said(1, OTHER, 0), said(2, ME, 1), said(3, OTHER, 2), said(4, OTHER, 2)];
        const rows = buildRows({ ...base, messages, unreadFrom: 1 });
        expect(rows.map(({ firstUnread }) => firstUnread)).toEqual([false, false, true, false]);
    });

    it("show a post once, under one key, before and after it is stored", () => {
        const entry: OutboxEntry = {
            clientKey: "k",
            userId: ME,
            roomId: 1,
            content: "x",
            createdAt: Date.parse(at(1)),
            state: "waiting",
        };
        const before = buildRows({ ...base, messages: [], pending: [entry] });
        const stored = message(7, { senderId: ME, clientKey: "k" });
        const both = buildRows({ ...base, messages: [stored], pending: [entry] });
        expect(both).toHaveLength(1);
        expect(both[0]?.key).toBe(before[0]?.key);
    });

    it("do not take another sender's message for an own post with the same key", () => {
        const rows = buildRows({
            ...base,
            messages: [message(7, { senderId: OTHER, clientKey: "k" })],
        });
        expect(rows[0]?.key).toBe("m7");
    });
});
