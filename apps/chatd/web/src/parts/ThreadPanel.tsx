// A message and the replies to it, beside the log.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { OutboxFile } from "../client";
import type { Id, Mention, Room } from "../client/wire";
import { t } from "../i18n";
import { reply } from "../state/actions";
import { myId, outbox } from "../state/connection";
import { membersOf, readersOf } from "../state/members";
import { quoted } from "../state/quotes";
import { room } from "../state/rooms";
import { type Thread, thread } from "../state/threads";
import { reasonText, showError } from "../state/toasts";
import { forgetTaken } from "../state/trays";
import { tellStopped, tellTyping } from "../state/typing";
import { Empty, Skeleton } from "../components/controls";
import { LogRowView } from "../components/LogRowView";
import { stepInLine } from "../components/lineKeys";
import { buildRows } from "../components/logRows";
import { MessageField } from "../components/MessageField";
import { PanelFrame } from "../components/PanelFrame";

const AT_END_PX = 60;

/// What is being written in each thread; kept while the page lives.
const drafts = new Map<Id, string>();

export function ThreadPanel({ roomId, rootId }: { roomId: Id; rootId: Id }) {
    const shown = room(roomId)?.value;
    const [known] = useState(() => thread(roomId, rootId));
    useEffect(() => void known.load(), []);
    if (!shown) return null;
    return (
        <PanelFrame title={t("thread.title")} class="thread" focusesInside>
            <ThreadLog room={shown} thread={known} />
            <ReplyField room={shown} rootId={rootId} />
        </PanelFrame>
    );
}

function ThreadLog({ room: shown, thread: known }: { room: Room; thread: Thread }) {
    const box = useRef<HTMLDivElement>(null);
    const atEnd = useRef(true);
    const asked = quoted(shown.id, known.rootId);
    const kept = known.root.value;
    const root = kept && kept.changedAt >= (asked?.changedAt ?? 0) ? kept : asked;
    const replies = known.replies.value;
    const all = outbox.value;
    const pending = all.filter(({ parentId }) => parentId === known.rootId);
    const rows = useMemo(
        () =>
            buildRows({
                messages: root ? [root, ...replies] : replies,
                pending,
                complete: false,
                unreadFrom: undefined,
                me: myId(),
            }),
        [root, replies, all],
    );
    const members = membersOf(shown.id).value;
    const readers = useMemo(() => readersOf(members, myId()), [members]);
    useLayoutEffect(() => {
        if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
    }, [rows]);
    const status = known.status.value;
    return (
        <div
            class="thread-log"
            ref={box}
            role="log"
            aria-label={t("thread.log")}
            tabIndex={0}
            onScroll={() => {
                const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
                atEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
            }}
            onKeyDown={(event) => {
                if (moveIn(box.current, event)) event.preventDefault();
            }}
        >
            {rows.map((row, index) => (
                <div key={row.key} class={index === 0 && root ? "thread-root" : "thread-reply"}>
                    <LogRowView row={row} room={shown} readers={readers} lit={false} inThread />
                    {index === 0 && root && <Divider count={replies.length} />}
                </div>
            ))}
            {status === "loading" && <Skeleton kind="message" rows={3} />}
            {status === "failed" && (
                <Empty icon="alert" title={t("thread.failed")}>
                    <p class="quiet">{reasonText(known.error.value)}</p>
                    <button type="button" class="button" onClick={() => void known.load()}>
                        {t("common.retry")}
                    </button>
                </Empty>
            )}
            {known.hasMore.value && status === "ready" && (
                <button type="button" class="button" onClick={() => void known.loadMore()}>
                    {t("common.showMore")}
                </button>
            )}
        </div>
    );
}

function Divider({ count }: { count: number }) {
    return (
        <div class="thread-count" role="separator">
            <span>{count > 0 ? t("message.replies", { count }) : t("thread.empty")}</span>
        </div>
    );
}

function moveIn(box: HTMLElement | null, event: KeyboardEvent): boolean {
    const { target, key } = event;
    if (!box || !(target instanceof HTMLElement)) return false;
    if (key === "ArrowRight") return stepInLine(target, 1);
    if (key === "ArrowLeft") return stepInLine(target, -1);
    const bubbles = [...box.querySelectorAll<HTMLElement>(".bubble")];
    const own = target.closest(".line")?.querySelector<HTMLElement>(".bubble");
    const at = own ? bubbles.indexOf(own) : bubbles.length;
    if (key === "Enter" && target === own) {
        own.closest(".line")?.querySelector<HTMLElement>(".actions button")?.focus();
        return true;
    }
    const next = key === "ArrowUp" ? bubbles[at - 1] : key === "ArrowDown" ? bubbles[at + 1] : null;
    next?.focus();
    return !!next;
}

function ReplyField({ room: shown, rootId }: { room: Room; rootId: Id }) {
    const [text, setText] = useState(drafts.get(rootId) ?? "");
    const area = useRef<HTMLTextAreaElement>(null);
    useEffect(() => {
        area.current?.focus();
        return tellStopped;
    }, []);
    const write = (value: string): void => {
        setText(value);
        if (value) drafts.set(rootId, value);
        else drafts.delete(rootId);
        if (value.trim()) tellTyping(shown.id);
        else tellStopped();
    };
    const trayKey = `${shown.id}/${rootId}`;
    const send = (content: string, mentions: Mention[], files: OutboxFile[]): void => {
        write("");
        const sent = reply(shown.id, rootId, content, mentions, files);
        sent.then(() => forgetTaken(trayKey), showError);
    };
    return (
        <footer class="composer">
            <MessageField
                room={shown}
                text={text}
                onText={write}
                onSend={send}
                tray={trayKey}
                label={t("thread.label")}
                placeholder={t("thread.placeholder")}
                action={{ icon: "send", label: t("composer.send") }}
                area={area}
            />
        </footer>
    );
}
