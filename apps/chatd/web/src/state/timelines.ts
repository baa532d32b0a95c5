// The loaded part of each room's history: a window without holes, oldest first. It grows at both
// ends as the person scrolls, and is cut at the far end, so that its size is bounded.

import { batch, type Signal, signal } from "@preact/signals";
import { ChatError } from "../client";
import type { HistoryReply, Id, Message, Position } from "../client/wire";
import { noteBookmarks } from "./bookmarks";
import { keepMessages, keptMessages } from "./cache";
import { client, myId } from "./connection";
import { rememberPerson } from "./people";
import { room } from "./rooms";

export type TimelineStatus = "empty" | "loading" | "ready" | "failed";
/// Where the person was in a room when they left it: a row, and how far it was above the top
/// edge.
export interface Place {
    key: string;
    offset: number;
}

const CLOSED = new Set(["not_a_member", "forbidden", "not_found", "room_deleted", "banned"]);
const PAGE = 50;
const LOADED_MAX = 1000;
/// With more unread messages than this the window opens around the first of them.
const UNREAD_IN_FIRST_PAGE = 40;
const KEEP_AFTER_MS = 1500;

export class Timeline {
    readonly messages: Signal<readonly Message[]> = signal([]);
    readonly status: Signal<TimelineStatus> = signal("empty");
    readonly error: Signal<unknown> = signal(undefined);
    readonly hasOlder = signal(false);
    readonly hasNewer = signal(false);
    /// The read pointer when the room was opened; the "new messages" line stands after it.
    readonly unreadFrom: Signal<Position | undefined> = signal(undefined);
    /// Messages that have come in below while the person was reading above.
    readonly newBelow = signal(0);
    /// A message to be shown and lit up; consumed by the log.
    readonly wanted: Signal<Id | undefined> = signal(undefined);
    /// Raised when the window was replaced by one far away: what the log knew of heights and places
    /// no longer holds.
    readonly beginning = signal(0);
    /// Raised when the person wants to be at the newest end.
    readonly endWanted = signal(0);
    /// Undefined stands for the newest end.
    place: Place | undefined;
    /// Heights as the log has measured them; its own business, kept here for its next life.
    measured: unknown;
    /// Content may be out of date: kept from an earlier visit, or the room was not followed since.
    stale = true;
    atEnd = true;
    private awaited: { messageId: Id; missing: () => void } | undefined;
    private loading: Promise<void> | undefined;
    private keepTimer: ReturnType<typeof setTimeout> | undefined;

    constructor(readonly roomId: Id) {}

    /// Somebody begins to look: the "new messages" line takes its place.
    enter(): void {
        const shown = room(this.roomId)?.peek();
        const unread = (shown?.unreadCount ?? 0) > 0;
        this.unreadFrom.value = unread ? (shown?.readPosition ?? 0) : undefined;
    }

    /// Shows what is kept, then the present state, or the message that somebody wants to see. Safe
    /// to repeat.
    async open(): Promise<void> {
        if (this.status.peek() === "ready" && !this.stale) return this.showAwaited();
        if (this.status.peek() === "empty") {
            this.status.value = "loading";
            const kept = await keptMessages(myId(), this.roomId);
            if (this.messages.peek().length === 0 && kept.length > 0) {
                this.messages.value = kept;
                this.hasOlder.value = true;
                this.status.value = "ready";
            }
        }
        await this.refresh();
    }

    async refresh(): Promise<void> {
        if (this.awaited !== undefined) return this.showAwaited();
        const unread = room(this.roomId)?.peek().unreadCount ?? 0;
        const from = this.unreadFrom.peek();
        if (unread > UNREAD_IN_FIRST_PAGE && from && this.atEnd) await this.loadAround(from);
        else await this.loadNewest();
    }

    loadNewest(): Promise<void> {
        return this.load({}, ({ items, hasMore }) => this.replace(items, hasMore, false));
    }

    /// `wanted` is the message for whose sake: the log then begins anew, at it.
    loadAround(around: Position, wanted?: Id): Promise<void> {
        return this.load({ around }, ({ items }) => {
            const newest = room(this.roomId)?.peek().lastMessage?.id ?? 0;
            const last = Math.max(0, ...items.map(({ id }) => id));
            this.replace(items, items.length > 0, last < newest);
            if (wanted === undefined || !this.find(wanted)) return;
            this.wanted.value = wanted;
            this.beginning.value += 1;
        });
    }

    async loadOlder(): Promise<void> {
        const before = this.messages.peek()[0]?.id;
        if (!this.hasOlder.peek() || before === undefined) return;
        await this.load({ before }, ({ items, hasMore }) => {
            const merged = merge(this.messages.peek(), items);
            this.messages.value = merged.slice(0, LOADED_MAX);
            if (merged.length > LOADED_MAX) this.hasNewer.value = true;
            this.hasOlder.value = hasMore;
        });
    }

    async loadNewer(): Promise<void> {
        const after = this.messages.peek().at(-1)?.id;
        if (!this.hasNewer.peek() || after === undefined) return;
        await this.load({ after }, ({ items, hasMore }) => {
            const merged = merge(this.messages.peek(), items);
            this.messages.value = merged.slice(-LOADED_MAX);
            if (merged.length > LOADED_MAX) this.hasOlder.value = true;
            this.hasNewer.value = hasMore;
        });
    }

    /// Brings a message into the window and asks the log to show it. Answers false if it is not
    /// there, or not any more.
    async show(messageId: Id): Promise<boolean> {
        const loaded = !this.find(messageId);
        if (loaded) await this.loadAround(messageId, messageId);
        const found = this.find(messageId) !== undefined;
        // A log that has begun at it may have shown it by now.
        if (found && !loaded) this.wanted.value = messageId;
        return found;
    }

    /// The room is about to be opened at this message.
    await(messageId: Id, missing: () => void): void {
        this.awaited = { messageId, missing };
    }

    find(messageId: Id): Message | undefined {
        const messages = this.messages.peek();
        const found = messages[indexOf(messages, messageId)];
        return found?.id === messageId ? found : undefined;
    }

    async showNewest(): Promise<void> {
        this.newBelow.value = 0;
        if (this.hasNewer.peek()) await this.loadNewest();
        this.endWanted.value += 1;
    }

    /// Takes the state of a message as the server has told it.
    apply(message: Message, live: boolean): void {
        const messages = this.messages.peek();
        if (this.status.peek() === "empty") return;
        const at = indexOf(messages, message.id);
        if (messages[at]?.id === message.id) return this.supersede(messages, at, message);
        const isNewest = at === messages.length;
        if (isNewest && this.hasNewer.peek()) {
            if (live) this.countBelow(message);
            return;
        }
        if (at === 0 && this.hasOlder.peek() && messages.length > 0) return;
        this.messages.value = [...messages.slice(0, at), message, ...messages.slice(at)];
        if (isNewest && live && !this.atEnd) this.countBelow(message);
        this.keepSoon();
    }

    /// Nobody looks at the room any more.
    leave(): void {
        this.unreadFrom.value = undefined;
        if (this.atEnd) this.newBelow.value = 0;
    }

    /// What is shown stays, but must be read anew when somebody looks.
    outdate(): void {
        this.stale = true;
    }

    private async showAwaited(): Promise<void> {
        const { awaited } = this;
        this.awaited = undefined;
        if (!awaited) return;
        if (this.stale) await this.loadAround(awaited.messageId, awaited.messageId);
        if (!(await this.show(awaited.messageId))) awaited.missing();
    }

    private supersede(messages: readonly Message[], at: number, message: Message): void {
        const before = messages[at];
        if (!before || before.changedAt > message.changedAt) return;
        this.messages.value = messages.with(at, message);
        this.keepSoon();
    }

    private countBelow(message: Message): void {
        if (message.senderId !== myId()) this.newBelow.value += 1;
    }

    /// One load at a time; a second one waits for the first.
    private async load(range: object, take: (reply: HistoryReply) => void): Promise<void> {
        while (this.loading) await this.loading;
        if (this.status.peek() !== "ready") this.status.value = "loading";
        this.loading = this.request(range, take).finally(() => {
            this.loading = undefined;
        });
        await this.loading;
    }

    private async request(range: object, take: (reply: HistoryReply) => void): Promise<void> {
        try {
            const fields = { roomId: this.roomId, limit: PAGE, ...range };
            const reply = await client().request<HistoryReply>("history", fields);
            batch(() => {
                for (const item of reply.items) rememberPerson(item.senderId, item.senderNickname);
                noteBookmarks(reply.items);
                take(reply);
                this.status.value = "ready";
                this.error.value = undefined;
            });
            this.keepSoon();
        } catch (error) {
            this.error.value = error;
            // Without a connection what is kept is shown; to whom the room is closed, nothing is.
            const closed = error instanceof ChatError && CLOSED.has(error.code);
            if (closed) this.messages.value = [];
            if (closed || this.messages.peek().length === 0) this.status.value = "failed";
        }
    }

    /// A page that does not touch the window, or a window that is out of date, is replaced by it.
    private replace(items: readonly Message[], hasOlder: boolean, hasNewer: boolean): void {
        const page = merge([], items);
        const oldest = page[0]?.id ?? 0;
        const newest = page.at(-1)?.id ?? 0;
        const before = this.messages.peek();
        const touches = before.some(({ id }) => id >= oldest && id <= newest);
        // What came in live while the page was on its way is newer than the page, and belongs to
        // it.
        const kept = hasNewer ? [] : before.filter(({ id }) => id > newest);
        if (touches && !hasNewer && !this.stale) {
            this.messages.value = merge(before, page);
            if ((before[0]?.id ?? 0) < oldest) hasOlder = this.hasOlder.peek();
        } else this.messages.value = merge(page, kept);
        this.hasOlder.value = hasOlder;
        this.hasNewer.value = hasNewer;
        this.stale = false;
    }

    private keepSoon(): void {
        clearTimeout(this.keepTimer);
        this.keepTimer = setTimeout(() => {
            if (this.hasNewer.peek()) return;
            void keepMessages(myId(), this.roomId, [...this.messages.peek()]);
        }, KEEP_AFTER_MS);
    }
}

/// The index of the first message whose id is not below; ids ascend.
function indexOf(messages: readonly Message[], id: Id): number {
    let low = 0;
    let high = messages.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((messages[middle]?.id ?? 0) < id) low = middle + 1;
        else high = middle;
    }
    return low;
}

/// Both lists in one, ascending by id, each message in its latest state.
export function merge(a: readonly Message[], b: readonly Message[]): Message[] {
    const byId = new Map<Id, Message>();
    for (const message of [...a, ...b]) {
        const other = byId.get(message.id);
        if (!other || other.changedAt <= message.changedAt) byId.set(message.id, message);
    }
    return [...byId.values()].sort((x, y) => x.id - y.id);
}

const timelines = new Map<Id, Timeline>();

export function timeline(roomId: Id): Timeline {
    let known = timelines.get(roomId);
    if (!known) timelines.set(roomId, (known = new Timeline(roomId)));
    return known;
}

export function knownTimeline(roomId: Id): Timeline | undefined {
    return timelines.get(roomId);
}

export function forgetTimeline(roomId: Id): void {
    timelines.delete(roomId);
}

export function forgetTimelines(): void {
    timelines.clear();
}
