import type { VirtualItem } from "@tanstack/virtual-core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Room } from "../client/wire";
import { t } from "../i18n";
import { dayText } from "../i18n/dates";
import { myId, outbox } from "../state/connection";
import { membersOf, readersOf } from "../state/members";
import { setSeen } from "../state/reading";
import { titleOf } from "../state/rooms";
import type { Timeline } from "../state/timelines";
import { Empty } from "./controls";
import { JumpToEnd } from "./JumpToEnd";
import { LogRowView } from "./LogRowView";
import { buildRows, estimateHeight, type LogRow } from "./logRows";
import { useLogKeys } from "./useLogKeys";
import { type List, useVirtualList } from "./virtual";

/// Loading begins while this much is still left to scroll.
const LOAD_AHEAD_PX = 900;
const AT_END_PX = 48;
const LIT_MS = 1800;
const PADDING_START_PX = 56;
const PADDING_END_PX = 12;
/// How much stays in sight above a row that is scrolled to, the "new messages" line for one.
const CONTEXT_PX = 96;

interface Props {
    room: Room;
    timeline: Timeline;
}

export function MessageLog({ room, timeline }: Props) {
    const rows = useRows(room, timeline);
    const scroller = useRef<HTMLDivElement>(null);
    const [focusedKey, setFocusedKey] = useState<string | undefined>(undefined);
    const focused = focusedKey === undefined ? -1 : rows.findIndex(({ key }) => key === focusedKey);

    // Only what is new is followed to the end, not history that is loaded below a found message.
    const hadNewer = useRef(timeline.hasNewer.peek());
    useEffect(() => {
        hadNewer.current = timeline.hasNewer.peek();
    });
    const [opening] = useState(() => findOpening(rows, timeline));
    const list = useVirtualList({
        count: rows.length,
        getScrollElement: () => scroller.current,
        getItemKey: (index) => rows[index]?.key ?? index,
        estimateSize: (index) => estimateHeight(rows[index] as LogRow),
        rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
            const from = Math.max(0, startIndex - overscan);
            const to = Math.min(count - 1, endIndex + overscan);
            const range = Array.from({ length: to - from + 1 }, (_, i) => from + i);
            // The row that has the focus stays, however far one scrolls away from it.
            if (focused >= 0 && focused < count && (focused < from || focused > to))
                range.push(focused);
            return range.sort((a, b) => a - b);
        },
        overscan: 8,
        paddingStart: PADDING_START_PX,
        paddingEnd: PADDING_END_PX,
        scrollPaddingStart: CONTEXT_PX,
        anchorTo: "end",
        followOnAppend: !hadNewer.current,
        scrollEndThreshold: AT_END_PX,
        initialOffset: opening.offset,
        initialMeasurementsCache: (timeline.measured as VirtualItem[] | undefined) ?? [],
    });
    const [away, setAway] = useState(false);
    useOpening(list, opening, timeline);
    useEndKeeping(list, scroller, timeline);
    const litKey = useWanted(list, rows, timeline);
    const keys = useLogKeys({ list, rows, scroller, setFocusedKey });

    const onScroll = (): void => {
        const box = scroller.current;
        if (!box) return;
        const below = box.scrollHeight - box.scrollTop - box.clientHeight;
        timeline.atEnd = below <= AT_END_PX && !timeline.hasNewer.peek();
        if (timeline.atEnd) timeline.newBelow.value = 0;
        setAway(below > box.clientHeight / 2 || timeline.hasNewer.peek());
        if (box.scrollTop < LOAD_AHEAD_PX) void timeline.loadOlder();
        if (below < LOAD_AHEAD_PX) void timeline.loadNewer();
        timeline.place = timeline.atEnd ? undefined : placeOf(list);
    };
    useEffect(() => {
        // A window that is higher than the first page has no scroll event to ask for more.
        onScroll();
        const lowest = lowestSeen(list, rows);
        if (lowest) {
            const newest = timeline.messages.peek().at(-1)?.id;
            setSeen(room.id, lowest, lowest === newest && !timeline.hasNewer.peek());
        }
    });

    const members = membersOf(room.id).value;
    const readers = useMemo(() => readersOf(members, myId()), [members]);
    const items = list.getVirtualItems();
    const top = items.find(({ end }) => end > (list.scrollOffset ?? 0));
    return (
        <div class="log-frame">
            <div
                class="log"
                ref={scroller}
                role="log"
                aria-live="off"
                aria-label={t("log.label", { title: titleOf(room) })}
                tabIndex={0}
                onScroll={onScroll}
                {...keys}
            >
                {timeline.hasOlder.value && (
                    <div class="log-older skeleton-row" aria-hidden="true" />
                )}
                {rows.length === 0 && (
                    <Empty icon="chat" title={t("log.empty")}>
                        <p class="quiet">{t("log.emptyHint")}</p>
                    </Empty>
                )}
                <div class="log-rows" style={{ height: `${list.getTotalSize()}px` }}>
                    {items.map((item) => {
                        const row = rows[item.index];
                        if (!row) return null;
                        return (
                            <div
                                key={item.key}
                                class="log-item"
                                data-index={item.index}
                                ref={list.measureElement}
                                style={{ transform: `translateY(${item.start}px)` }}
                            >
                                <LogRowView
                                    row={row}
                                    room={room}
                                    readers={readers}
                                    lit={row.key === litKey}
                                />
                            </div>
                        );
                    })}
                </div>
            </div>
            {top && rows[top.index] && (
                <div
                    class="log-day"
                    data-shown={list.isScrolling && !timeline.atEnd && !rows[top.index]?.newDay}
                    aria-hidden="true"
                >
                    {dayText((rows[top.index] as LogRow).at)}
                </div>
            )}
            {away && <JumpToEnd timeline={timeline} />}
        </div>
    );
}

function useRows(room: Room, timeline: Timeline): LogRow[] {
    const messages = timeline.messages.value;
    const complete = !timeline.hasOlder.value;
    const unreadFrom = timeline.unreadFrom.value;
    const all = outbox.value;
    const hasNewer = timeline.hasNewer.value;
    return useMemo(() => {
        // Unsent posts stand at the newest end, which may not be loaded.
        const pending = hasNewer ? [] : all.filter(({ roomId }) => roomId === room.id);
        return buildRows({ messages, pending, complete, unreadFrom, me: myId() });
    }, [messages, all, complete, unreadFrom, hasNewer, room.id]);
}

interface Opening {
    kind: "wanted" | "place" | "unread" | "end";
    index: number;
    offset: number;
}

/// Where the log opens: at what somebody wants to see, where it was left, else at the first unread message, else at the end.
function findOpening(rows: LogRow[], { wanted, place, measured }: Timeline): Opening {
    const heights = new Map(
        (measured as VirtualItem[] | undefined)?.map(({ key, size }) => [key, size]),
    );
    const startOf = (index: number): number =>
        rows
            .slice(0, index)
            .reduce(
                (sum, row) => sum + (heights.get(row.key) ?? estimateHeight(row)),
                PADDING_START_PX,
            );
    const asked = wanted.peek();
    const found = asked === undefined ? -1 : rows.findIndex(({ message }) => message?.id === asked);
    if (found >= 0) {
        return {
            kind: "wanted",
            index: found,
            offset: Math.max(0, startOf(found) - innerHeight / 2),
        };
    }
    const placed = place ? rows.findIndex(({ key }) => key === place.key) : -1;
    if (place && placed >= 0) {
        return { kind: "place", index: placed, offset: startOf(placed) + place.offset };
    }
    const unread = rows.findIndex(({ firstUnread }) => firstUnread);
    if (unread >= 0) {
        return { kind: "unread", index: unread, offset: Math.max(0, startOf(unread) - CONTEXT_PX) };
    }
    return { kind: "end", index: rows.length - 1, offset: startOf(rows.length) };
}

/// The list begins at the opening's offset; rows that are higher or lower than estimated are made
/// up for by going on to the row itself. A place left earlier has all its heights measured.
function useOpening(list: List, { kind, index }: Opening, timeline: Timeline): void {
    useLayoutEffect(() => {
        timeline.atEnd = kind === "end";
        if (kind === "unread") list.scrollToIndex(index, { align: "start" });
        else if (kind === "end") list.scrollToEnd();
        return () => {
            timeline.measured = list.takeSnapshot();
        };
    }, []);
}

/// At the end one stays at the end, also when the composer grows or the keyboard of a phone opens.
function useEndKeeping(
    list: List,
    scroller: { current: HTMLElement | null },
    timeline: Timeline,
): void {
    const wanted = timeline.endWanted.value;
    useEffect(() => {
        const box = scroller.current;
        if (!box) return;
        let top = box.getBoundingClientRect().top;
        const observer = new ResizeObserver(() => {
            const moved = box.getBoundingClientRect().top - top;
            top += moved;
            if (timeline.atEnd) list.scrollToEnd();
            // A bar that comes above it (a notice, a pin) must not push what is read.
            else if (moved !== 0) box.scrollTop += moved;
        });
        observer.observe(box);
        return () => observer.disconnect();
    }, []);
    const first = useRef(true);
    useEffect(() => {
        if (first.current) first.current = false;
        else list.scrollToEnd();
    }, [wanted]);
}

/// Shows and lights up the message that somebody asked for; answers with the lit row's key.
function useWanted(list: List, rows: LogRow[], timeline: Timeline): string | undefined {
    const wanted = timeline.wanted.value;
    const [lit, setLit] = useState<string | undefined>(undefined);
    useEffect(() => {
        if (wanted === undefined) return;
        const index = rows.findIndex(({ message }) => message?.id === wanted);
        if (index < 0) return;
        timeline.wanted.value = undefined;
        list.scrollToIndex(index, { align: "center" });
        setLit(rows[index]?.key);
        // The log may have begun anew, with what had the focus in it gone.
        requestAnimationFrame(() => {
            if (document.activeElement !== document.body) return;
            list.scrollElement
                ?.querySelector<HTMLElement>(`[data-index="${index}"] .bubble`)
                ?.focus({ preventScroll: true });
        });
    }, [wanted, rows]);
    useEffect(() => {
        if (lit === undefined) return;
        const timer = setTimeout(() => setLit(undefined), LIT_MS);
        return () => clearTimeout(timer);
    }, [lit]);
    return lit;
}

function placeOf(list: List): { key: string; offset: number } | undefined {
    const scrolled = list.scrollOffset ?? 0;
    const first = list.getVirtualItems().find(({ end }) => end > scrolled);
    return first && { key: String(first.key), offset: scrolled - first.start };
}

/// The lowest message of which at least the beginning is on the screen.
function lowestSeen(list: List, rows: LogRow[]): number | undefined {
    const bottom = (list.scrollOffset ?? 0) + (list.scrollRect?.height ?? 0);
    const seen = list.getVirtualItems().filter(({ start }) => start + 16 < bottom);
    for (const { index } of seen.reverse()) {
        const id = rows[index]?.message?.id;
        if (id !== undefined) return id;
    }
    return undefined;
}
