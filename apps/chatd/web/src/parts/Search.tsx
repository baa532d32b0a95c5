// Messages by what they say: in one room on the right, in all of them on the left.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Cursor, searchMessages } from "../api";
import type { Id, Message, Page } from "../client/wire";
import { t } from "../i18n";
import { fullText, shortText } from "../i18n/dates";
import { goToMessage } from "../state/app";
import { noteBookmarks } from "../state/bookmarks";
import { person, rememberPerson } from "../state/people";
import { ensureRoom, room, titleOf } from "../state/rooms";
import { reasonText } from "../state/toasts";
import { closePanel, showLeft, searchedText } from "../state/views";
import { Avatar } from "../components/Avatar";
import { Empty, Skeleton } from "../components/controls";
import { Icon } from "../components/Icon";
import { LeftFrame } from "./LeftFrame";
import { PanelFrame } from "../components/PanelFrame";
import { excerpt } from "./excerpt";
import { quoteName, quoteText, senderName } from "../components/quoteText";

const AFTER_MS = 200;
const NEAR_END_PX = 300;
const isNarrow = matchMedia("(max-width: 719px)");

export function SearchPanel({ roomId }: { roomId: Id }) {
    return (
        <PanelFrame title={t("search.here")} focusesInside>
            <MessageSearch
                label={t("search.here")}
                read={(query, cursor) => searchMessages(query, roomId, cursor)}
                onGone={leavePhonePanel}
            />
        </PanelFrame>
    );
}

export function SearchView() {
    return (
        <LeftFrame title={t("search.everywhere")} onBack={() => showLeft("rooms")}>
            <MessageSearch
                label={t("search.everywhere")}
                first={searchedText.peek()}
                read={(query, cursor) => searchMessages(query, undefined, cursor)}
                everywhere
            />
        </LeftFrame>
    );
}

/// On a phone the panel lies over what was found.
export function leavePhonePanel(): void {
    if (isNarrow.matches) closePanel();
}

interface Props {
    label: string;
    read: (query: string, cursor: Cursor) => Promise<Page<Message>>;
    /// Each is shown with the name of its room.
    everywhere?: boolean;
    first?: string;
    onGone?: () => void;
    /// What is there without a search, and what is said where nothing is; raised to read it anew.
    all?: { turn: number; empty: ComponentChildren };
    /// Beside each.
    tool?: (message: Message) => ComponentChildren;
}

interface Found {
    items: readonly Message[];
    cursor: Cursor;
    hasMore: boolean;
}

export function MessageSearch(props: Props) {
    const { label, read, everywhere = false, first = "", onGone, all, tool } = props;
    const [query, setQuery] = useState(first);
    const [found, setFound] = useState<Found | undefined>(undefined);
    const [failure, setFailure] = useState<unknown>(undefined);
    const field = useRef<HTMLInputElement>(null);
    const list = useRef<HTMLUListElement>(null);
    const turn = useRef(0);
    const loading = useRef(false);
    useLayoutEffect(() => field.current?.focus(), []);

    const load = async (wanted: string, before?: Found): Promise<void> => {
        if (before && loading.current) return;
        loading.current = true;
        const mine = before ? turn.current : (turn.current += 1);
        try {
            const page = await read(wanted, before?.cursor);
            if (mine !== turn.current) return;
            for (const { senderId, senderNickname } of page.items)
                rememberPerson(senderId, senderNickname);
            noteBookmarks(page.items);
            if (everywhere) await knowRooms(page.items);
            setFound({
                items: [...(before?.items ?? []), ...page.items],
                cursor: page.nextCursor,
                hasMore: page.hasMore,
            });
            setFailure(undefined);
        } catch (error) {
            if (mine === turn.current) setFailure(error);
        } finally {
            loading.current = false;
        }
    };
    const wanted = query.trim();
    useEffect(() => {
        turn.current += 1;
        setFailure(undefined);
        if (!wanted && !all) return setFound(undefined);
        const timer = setTimeout(() => void load(wanted), wanted ? AFTER_MS : 0);
        return () => clearTimeout(timer);
    }, [wanted, all?.turn]);

    const onScroll = (): void => {
        const box = list.current;
        if (!box || !found?.hasMore) return;
        const below = box.scrollHeight - box.scrollTop - box.clientHeight;
        if (below < NEAR_END_PX) void load(wanted, found);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
        const rows = [...(list.current?.querySelectorAll<HTMLElement>(".found") ?? [])];
        const line = document.activeElement?.closest("li");
        const at = rows.findIndex((row) => line?.contains(row));
        if (event.key === "ArrowDown") rows[Math.min(rows.length - 1, at + 1)]?.focus();
        else if (event.key === "ArrowUp" && at > 0) rows[at - 1]?.focus();
        else if (event.key === "ArrowUp" && at === 0) field.current?.focus();
        else return;
        event.preventDefault();
    };
    const count = found?.items.length ?? 0;
    const asked = wanted !== "" || all !== undefined;
    return (
        <div class="search" onKeyDown={onKeyDown}>
            <label class="picker-field">
                <Icon name="search" />
                <span class="sr-only">{label}</span>
                <input
                    ref={field}
                    type="text"
                    autocomplete="off"
                    spellcheck={false}
                    placeholder={label}
                    value={query}
                    onInput={(event) => setQuery(event.currentTarget.value)}
                />
            </label>
            <p class="search-count quiet" role="status">
                {wanted && found
                    ? t(found.hasMore ? "search.foundMore" : "search.found", { count })
                    : ""}
            </p>
            {failure !== undefined && <p class="problem search-note">{reasonText(failure)}</p>}
            {!asked && <Empty icon="search" title={t("search.hint")} />}
            {!wanted && found && count === 0 && all?.empty}
            {asked && !found && failure === undefined && <Skeleton kind="room" rows={5} />}
            {wanted && found && count === 0 && (
                <Empty icon="search" title={t("search.nothing", { query: wanted })} />
            )}
            <ul class="search-list" ref={list} onScroll={onScroll}>
                {asked &&
                    found?.items.map((message) => (
                        <FoundRow
                            key={message.id}
                            message={message}
                            query={wanted}
                            everywhere={everywhere}
                            onGone={onGone}
                            tool={tool}
                        />
                    ))}
            </ul>
        </div>
    );
}

/// So that each message is shown with the name of its room.
async function knowRooms(messages: readonly Message[]): Promise<void> {
    const unknown = new Set(messages.map(({ roomId }) => roomId).filter((id) => !room(id)));
    await Promise.all([...unknown].map((id) => ensureRoom(id).catch(() => undefined)));
}

interface RowProps {
    message: Message;
    query: string;
    everywhere: boolean;
    onGone: (() => void) | undefined;
    tool: Props["tool"];
}

function FoundRow({ message, query, everywhere, onGone, tool }: RowProps) {
    const { id, roomId, senderId, createdAt } = message;
    const shown = room(roomId)?.value;
    const name = quoteName(message);
    return (
        <li class={tool ? "with-tool" : ""}>
            <button
                type="button"
                class="found"
                onClick={() => {
                    onGone?.();
                    goToMessage(roomId, id);
                }}
            >
                <Avatar
                    id={senderId}
                    name={senderName(message)}
                    image={person(senderId)?.profileImageUrl}
                    size="small"
                />
                <span class="found-text">
                    <span class="found-head">
                        <span class="ellipsis">
                            {name}
                            {everywhere && shown && <span class="quiet"> · {titleOf(shown)}</span>}
                        </span>
                        <time class="quiet" title={fullText(createdAt)}>
                            {shortText(createdAt)}
                        </time>
                    </span>
                    <span class="found-lines">
                        {excerpt(quoteText(message), query).map(({ text, hit }, index) =>
                            hit ? <mark key={index}>{text}</mark> : text,
                        )}
                    </span>
                </span>
            </button>
            {tool?.(message)}
        </li>
    );
}
