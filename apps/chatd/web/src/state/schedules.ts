// Messages of this person that are to be sent later.

import { signal } from "@preact/signals";
import { ask, at, type Cursor } from "../api";
import type { Id, Page } from "../client/wire";

export type Repeat = "daily" | "weekly" | "monthly";

export interface Schedule {
    id: Id;
    roomId: Id;
    content: string;
    /// When it is due next, or was.
    scheduledAt: string;
    repeat?: Repeat;
    timeZone?: string;
    status: "scheduled" | "sent" | "cancelled" | "failed";
}

export interface ScheduleFields {
    roomId: Id;
    content: string;
    scheduledAt: string;
    repeat: Repeat | "none";
    timeZone: string;
}

const PAGES_MAX = 10;
/// The server sends within a second; the list is read again when something was due.
const AFTER_DUE_MS = 1500;
const TIMER_MAX_MS = 2_147_000_000;

/// Those that are still to be sent, the next one first; undefined until they have been read.
export const schedules = signal<readonly Schedule[] | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

export async function loadSchedules(): Promise<void> {
    const open: Schedule[] = [];
    let cursor: Cursor;
    for (let page = 0; page < PAGES_MAX; page += 1) {
        const path = at("/messages/schedule", { limit: 100, cursor });
        const read: Page<Schedule> = await ask("GET", path);
        open.push(...read.items.filter(({ status }) => status === "scheduled"));
        if (!read.hasMore) break;
        cursor = read.nextCursor;
    }
    keep(open);
}

/// Makes one, or gives one that is there new words or another time.
export async function saveSchedule(fields: ScheduleFields, id?: Id): Promise<Schedule> {
    const saved = await (id === undefined
        ? ask<Schedule>("POST", "/messages/schedule", fields)
        : ask<Schedule>("PUT", `/messages/schedule/${id}`, fields));
    if (schedules.peek()) keep([...without(saved.id), saved]);
    else void loadSchedules().catch(() => undefined);
    return saved;
}

export async function cancelSchedule(id: Id): Promise<void> {
    await ask("DELETE", `/messages/schedule/${id}`);
    keep(without(id));
}

export function schedulesOf(roomId: Id): readonly Schedule[] {
    return (schedules.value ?? []).filter((item) => item.roomId === roomId);
}

function without(id: Id): Schedule[] {
    return (schedules.peek() ?? []).filter((item) => item.id !== id);
}

function keep(open: Schedule[]): void {
    open.sort((a, b) => Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt));
    schedules.value = open;
    clearTimeout(timer);
    const next = open[0];
    if (!next) return;
    const wait = Math.max(0, Date.parse(next.scheduledAt) - Date.now()) + AFTER_DUE_MS;
    if (wait > TIMER_MAX_MS) return;
    timer = setTimeout(() => void loadSchedules().catch(() => undefined), wait);
}

export function forgetSchedules(): void {
    clearTimeout(timer);
    schedules.value = undefined;
}
