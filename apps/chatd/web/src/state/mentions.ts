// Finds who is named in a text: `@` and a member's name, the longest that fits. Ranges count code
// points, as the server does.

import type { Id, Mention } from "../client/wire";

export interface Named {
    userId: Id;
    nickname: string;
}

export const MENTIONS_MAX = 100;
const WORD = /[\p{L}\p{N}_]/u;
const LATIN_WORD = /[\p{Script=Latin}\p{N}_]/u;

/// `picked` are those whom the writer has chosen from the list; of several members with one name
/// they are meant. Where nobody was picked and the name is not unique, nobody is.
export function findMentions(
    text: string,
    members: readonly Named[],
    picked: readonly Id[] = [],
): Mention[] {
    if (!text.includes("@")) return [];
    const points = [...text];
    const candidates = members
        .map((member) => ({ ...member, points: [...member.nickname] }))
        .sort((a, b) => b.points.length - a.points.length);
    const found: Mention[] = [];
    for (let at = 0; at < points.length && found.length < MENTIONS_MAX; at += 1) {
        if (points[at] !== "@" || WORD.test(points[at - 1] ?? "")) continue;
        const fitting = candidates.filter((one) => fits(points, at + 1, one.points));
        const longest = fitting.filter(
            ({ points: name }) => name.length === fitting[0]?.points.length,
        );
        const named =
            longest.length > 1 ? longest.find(({ userId }) => picked.includes(userId)) : longest[0];
        if (!named) continue;
        found.push({ userId: named.userId, start: at, length: named.points.length + 1 });
        at += named.points.length;
    }
    return found;
}

/// A name may be followed by a Korean particle, but not by the rest of a longer Latin word.
function fits(points: readonly string[], from: number, name: readonly string[]): boolean {
    if (name.length === 0) return false;
    const same = name.every(
        (point, index) => points[from + index]?.toLowerCase() === point.toLowerCase(),
    );
    const last = name.at(-1) ?? "";
    const next = points[from + name.length] ?? "";
    return same && !(LATIN_WORD.test(last) && LATIN_WORD.test(next));
}

/// The word behind an `@` that the caret stands in; undefined where there is none.
export function mentionAt(
    text: string,
    caret: number,
): { from: number; query: string } | undefined {
    const before = text.slice(0, caret);
    const from = before.lastIndexOf("@");
    if (from < 0 || WORD.test([...before.slice(0, from)].at(-1) ?? "")) return undefined;
    const query = before.slice(from + 1);
    // Names have spaces, but not many, and no lines.
    if (query.length > 40 || /\n|^\s/.test(query) || query.split(" ").length > 3) return undefined;
    return { from, query };
}

/// The members whose name, or a word of it, begins so.
export function membersLike<T extends Named>(members: readonly T[], query: string): T[] {
    const wanted = query.toLocaleLowerCase();
    const rank = ({ nickname }: Named): number => {
        const name = nickname.toLocaleLowerCase();
        if (name.startsWith(wanted)) return 0;
        if (name.split(/\s+/).some((word) => word.startsWith(wanted))) return 1;
        return name.includes(wanted) ? 2 : 3;
    };
    return members
        .filter((member) => rank(member) < 3)
        .sort((a, b) => rank(a) - rank(b) || a.nickname.localeCompare(b.nickname));
}

export interface TextPart {
    text: string;
    userId?: Id;
}

/// A text in parts, those that name somebody apart. An edit keeps the ranges of the text before it,
/// so one that no longer begins with `@` names nobody.
export function splitMentions(text: string, mentions: readonly Mention[] = []): TextPart[] {
    if (mentions.length === 0) return [{ text }];
    const points = [...text];
    const parts: TextPart[] = [];
    let end = 0;
    for (const { userId, start, length } of [...mentions].sort((a, b) => a.start - b.start)) {
        if (start < end || start + length > points.length || points[start] !== "@") continue;
        if (start > end) parts.push({ text: points.slice(end, start).join("") });
        parts.push({ text: points.slice(start, start + length).join(""), userId });
        end = start + length;
    }
    if (end < points.length) parts.push({ text: points.slice(end).join("") });
    return parts;
}
