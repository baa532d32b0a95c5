// The rows of a log: messages and unsent posts with what belongs above them (day, "new messages")
// and how they stand to their neighbours. Days and lines are part of a row, not rows of their own,
// so that every row keeps its key when history is loaded above it.

import type { OutboxEntry } from "../client";
import { mediaOf } from "../client/media";
import type { Id, Message, Position } from "../client/wire";
import { dayOf } from "../i18n/dates";
import { boxOf, FILM_BOX, sizeIn } from "./boxes";

export interface LogRow {
    key: string;
    message?: Message;
    pending?: OutboxEntry;
    senderId: Id;
    at: number;
    /// A new day begins here.
    newDay: boolean;
    /// The first message that was not read when the room was opened.
    firstUnread: boolean;
    /// First and last of a group: one sender, each within five minutes of the one before.
    first: boolean;
    last: boolean;
}

const GROUP_MS = 5 * 60_000;
const ALBUM_ROW_PX = 152;
const NAMED_FILE_PX = 58;

export interface RowsInput {
    messages: readonly Message[];
    pending: readonly OutboxEntry[];
    /// True if nothing comes before the first message.
    complete: boolean;
    unreadFrom: Position | undefined;
    me: Id;
}

/// A message of one's own keeps the row that it had while it waited.
function keyOf(message: Message, me: Id): string {
    const own = message.senderId === me && message.clientKey;
    return own ? `k${message.clientKey}` : `m${message.id}`;
}

export function buildRows({ messages, pending, complete, unreadFrom, me }: RowsInput): LogRow[] {
    const rows: LogRow[] = [];
    let unreadSeen = unreadFrom === undefined;
    const add = (base: Pick<LogRow, "key" | "senderId" | "at" | "message" | "pending">): void => {
        const before = rows.at(-1);
        const newDay = before ? dayOf(new Date(before.at)) !== dayOf(new Date(base.at)) : complete;
        const { message } = base;
        const unread =
            !unreadSeen && !!message && message.id > (unreadFrom ?? 0) && message.senderId !== me;
        if (unread) unreadSeen = true;
        const isSystem = message?.type === "system";
        const joins =
            !!before &&
            !newDay &&
            !unread &&
            !isSystem &&
            before.message?.type !== "system" &&
            before.senderId === base.senderId &&
            base.at - before.at < GROUP_MS;
        if (before && joins) before.last = false;
        rows.push({ ...base, newDay, firstUnread: unread, first: !joins, last: true });
    };
    const stored = new Set<string>();
    for (const message of messages) {
        const key = keyOf(message, me);
        stored.add(key);
        add({ key, message, senderId: message.senderId, at: Date.parse(message.createdAt) });
    }
    for (const entry of pending) {
        const key = `k${entry.clientKey}`;
        if (!stored.has(key)) add({ key, pending: entry, senderId: me, at: entry.createdAt });
    }
    return rows;
}

/// Of pictures, films and named files, with the space between them.
function filesHeight({ message, pending }: LogRow): number {
    const all = message
        ? (message.attachments ?? []).map(({ contentType }, index) => ({
              media: mediaOf(contentType),
              size: sizeIn(message, index),
          }))
        : (pending?.files ?? []).map((file) => ({ media: mediaOf(file.blob.type), size: file }));
    const pictures = all.filter(({ media }) => media === "image");
    const films = all.filter(({ media }) => media === "video").length;
    const named = all.length - pictures.length - films;
    const [first] = pictures;
    const album =
        pictures.length > 1
            ? Math.ceil(pictures.length / 2) * ALBUM_ROW_PX
            : first
              ? boxOf(first.size).height + 6
              : 0;
    return album + films * (FILM_BOX.height + 6) + named * NAMED_FILE_PX;
}

function extraText(message: Message | undefined): string {
    const passedOn = message?.forwardedFrom?.content;
    return passedOn ? `\n${passedOn}` : "";
}

/// The height that a row will probably have, so that the scroll bar tells the truth before it is
/// drawn.
export function estimateHeight(row: LogRow): number {
    const { message, pending } = row;
    const text = (message?.content ?? pending?.content ?? "") + extraText(message);
    const marks =
        (message?.reactions?.length ? 32 : 0) +
        (message?.threadCount ? 30 : 0) +
        (message?.parentId || message?.forwardedFrom ? 26 : 0);
    const lines = text
        .split("\n")
        .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 52)), 0);
    return (
        20 +
        lines * 22 +
        filesHeight(row) +
        marks +
        (row.first ? 24 : 3) +
        (row.newDay ? 44 : 0) +
        (row.firstUnread ? 40 : 0)
    );
}
