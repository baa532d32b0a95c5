// The threads of a room, the newest first.

import { useEffect, useState } from "preact/hooks";
import { type Cursor, readThreads, type ThreadSummary } from "../api";
import type { Id } from "../client/wire";
import { t } from "../i18n";
import { shortText } from "../i18n/dates";
import { person, rememberPerson } from "../state/people";
import { reasonText } from "../state/toasts";
import { openPanel } from "../state/views";
import { Avatar } from "../components/Avatar";
import { Empty, Skeleton } from "../components/controls";
import { PanelFrame } from "../components/PanelFrame";
import { quoteName, quoteText, senderName } from "../components/quoteText";

export function ThreadList({ roomId }: { roomId: Id }) {
    const [items, setItems] = useState<readonly ThreadSummary[] | undefined>(undefined);
    const [cursor, setCursor] = useState<Cursor>(undefined);
    const [failure, setFailure] = useState<unknown>(undefined);
    const load = (from?: Cursor): void => {
        setFailure(undefined);
        readThreads(roomId, from).then((page) => {
            for (const { parent, lastReply } of page.items) {
                rememberPerson(parent.senderId, parent.senderNickname);
                rememberPerson(lastReply.senderId, lastReply.senderNickname);
            }
            setItems((before) => (from ? [...(before ?? []), ...page.items] : page.items));
            setCursor(page.hasMore ? page.nextCursor : undefined);
        }, setFailure);
    };
    useEffect(() => load(), []);
    return (
        <PanelFrame title={t("threads.title")}>
            <div class="details-body panel-list">
                {failure !== undefined && (
                    <Empty icon="alert" title={t("threads.failed")}>
                        <p class="quiet">{reasonText(failure)}</p>
                        <button type="button" class="button" onClick={() => load()}>
                            {t("common.retry")}
                        </button>
                    </Empty>
                )}
                {!items && failure === undefined && <Skeleton kind="room" rows={5} />}
                {items?.length === 0 && (
                    <Empty icon="thread" title={t("threads.empty")}>
                        <p class="quiet">{t("threads.emptyHint")}</p>
                    </Empty>
                )}
                <ul>
                    {items?.map((item) => (
                        <ThreadRow key={item.parent.id} item={item} />
                    ))}
                </ul>
                {cursor && (
                    <button type="button" class="button button-wide" onClick={() => load(cursor)}>
                        {t("common.showMore")}
                    </button>
                )}
            </div>
        </PanelFrame>
    );
}

function ThreadRow({ item: { parent, replyCount, lastReply } }: { item: ThreadSummary }) {
    const { senderId, roomId, id } = parent;
    return (
        <li>
            <button
                type="button"
                class="found"
                onClick={() => openPanel({ kind: "thread", roomId, rootId: id })}
            >
                <Avatar
                    id={senderId}
                    name={senderName(parent)}
                    image={person(senderId)?.profileImageUrl}
                    size="small"
                />
                <span class="found-text">
                    <span class="found-head">
                        <span class="ellipsis">{quoteName(parent)}</span>
                        <time class="quiet">{shortText(lastReply.createdAt)}</time>
                    </span>
                    <span class="found-lines">{quoteText(parent)}</span>
                    <span class="ellipsis quiet">
                        {t("message.replies", { count: replyCount })} ·{" "}
                        {t("threads.last", {
                            name: quoteName(lastReply),
                            text: quoteText(lastReply),
                        })}
                    </span>
                </span>
            </button>
        </li>
    );
}
