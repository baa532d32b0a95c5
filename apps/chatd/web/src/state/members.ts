// Who is in a room, and how far each of them has read.

import { type Signal, signal } from "@preact/signals";
import { readMembers, readOnline } from "../api";
import type { Id, Member, Message, Position } from "../client/wire";
import { rememberPerson, setOnline } from "./people";

export interface Members {
    status: "unknown" | "loading" | "ready" | "failed";
    byId: ReadonlyMap<Id, Member>;
}

/// Pages of 100; a room with more members shows the first ones.
const PAGES_MAX = 10;
const NOBODY: Members = { status: "unknown", byId: new Map() };

const rooms = new Map<Id, Signal<Members>>();

export function membersOf(roomId: Id): Signal<Members> {
    let known = rooms.get(roomId);
    if (!known) rooms.set(roomId, (known = signal(NOBODY)));
    return known;
}

export async function loadMembers(roomId: Id): Promise<void> {
    const known = membersOf(roomId);
    if (known.peek().status === "loading") return;
    if (known.peek().status !== "ready") known.value = { ...known.peek(), status: "loading" };
    try {
        const byId = new Map<Id, Member>();
        let cursor: string | number | null | undefined;
        for (let page = 0; page < PAGES_MAX; page += 1) {
            const { items, nextCursor, hasMore } = await readMembers(roomId, cursor);
            for (const member of items) byId.set(member.userId, furthest(known, member));
            if (!hasMore) break;
            cursor = nextCursor;
        }
        for (const { userId, nickname, profileImageUrl } of byId.values()) {
            rememberPerson(userId, nickname, profileImageUrl ?? null);
        }
        known.value = { status: "ready", byId };
        await refreshOnline(roomId);
    } catch {
        if (known.peek().status !== "ready") known.value = { ...known.peek(), status: "failed" };
    }
}

/// A read pointer moves forward only, so what was heard meanwhile is not undone by an older answer.
function furthest(known: Signal<Members>, member: Member): Member {
    const heard = known.peek().byId.get(member.userId)?.readPosition ?? 0;
    return { ...member, readPosition: Math.max(heard, member.readPosition ?? 0) };
}

export async function refreshOnline(roomId: Id, others: readonly Id[] = []): Promise<void> {
    const online = new Set(await readOnline(roomId));
    setOnline([...membersOf(roomId).peek().byId.keys(), ...others, ...online], online);
}

export function onMember(roomId: Id, member: Member): void {
    rememberPerson(member.userId, member.nickname, member.profileImageUrl ?? null);
    const known = membersOf(roomId);
    const byId = new Map(known.peek().byId);
    byId.set(member.userId, furthest(known, member));
    known.value = { ...known.peek(), byId };
}

/// Posting moves the sender's own pointer without an event of its own; a schedule's post does not.
export function onMessageFrom({ roomId, senderId, id, movesPointer }: Message): void {
    if (movesPointer === false) return;
    const known = rooms.get(roomId);
    const member = known?.peek().byId.get(senderId);
    if (!known || !member || (member.readPosition ?? 0) >= id) return;
    const byId = new Map(known.peek().byId);
    byId.set(senderId, { ...member, readPosition: id });
    known.value = { ...known.peek(), byId };
}

export interface Readers {
    /// How many other active members there are.
    others: number;
    /// Their read positions, ascending.
    positions: readonly Position[];
}

export function readersOf(members: Members, me: Id): Readers {
    const others = [...members.byId.values()].filter(
        ({ userId, isActive }) => isActive && userId !== me,
    );
    const positions = others.map(({ readPosition }) => readPosition ?? 0).sort((a, b) => a - b);
    return { others: others.length, positions };
}

export function readCount({ positions }: Readers, messageId: Id): number {
    let low = 0;
    let high = positions.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((positions[middle] ?? 0) >= messageId) high = middle;
        else low = middle + 1;
    }
    return positions.length - low;
}

export function forgetMembers(): void {
    rooms.clear();
}
