import type { Id, Room } from "../client/wire";
import { refusalText, t } from "../i18n";
import { dayText, fullText, timeText } from "../i18n/dates";
import { client, myId } from "../state/connection";
import type { Readers } from "../state/members";
import { person } from "../state/people";
import { quoted } from "../state/quotes";
import { timeline } from "../state/timelines";
import { isBookmarked } from "../state/bookmarks";
import { Attachments } from "./Attachments";
import { Avatar } from "./Avatar";
import { Icon } from "./Icon";
import type { LogRow } from "./logRows";
import { MessageActions } from "./MessageActions";
import { Forwarded, Note, Reactions, ThreadChip } from "./MessageParts";
import { quoteName, quoteText } from "./quoteText";
import { RichText } from "./RichText";
import { StatusMark } from "./StatusMark";

interface Props {
    row: LogRow;
    room: Room;
    readers: Readers;
    lit: boolean;
    /// Beside the log, in the message's thread.
    inThread?: boolean;
}

export function LogRowView({ row, room, readers, lit, inThread = false }: Props) {
    return (
        <>
            {row.newDay && (
                <div class="day" role="separator">
                    <span>{dayText(row.at)}</span>
                </div>
            )}
            {row.firstUnread && (
                <div class="unread-line" role="separator">
                    <span>{t("log.new")}</span>
                </div>
            )}
            {row.message?.type === "system" ? (
                <p class="system bubble" tabIndex={-1}>
                    {row.message.content}
                </p>
            ) : (
                <Line row={row} room={room} readers={readers} lit={lit} inThread={inThread} />
            )}
        </>
    );
}

function Line({ row, room, readers, lit, inThread }: Props) {
    const own = row.senderId === myId();
    const { message, pending } = row;
    const deleted = !!message?.deletedAt;
    const name = own ? t("common.you") : nameOf(row);
    const inGroup = (room.kind === "group" || inThread) && !own;
    const parentId = message?.parentId ?? pending?.parentId;
    const classes = ["line", own && "own", row.first && "first", row.last && "last", lit && "lit"];
    return (
        <div class={classes.filter(Boolean).join(" ")}>
            {inGroup && (
                <span class="line-avatar">
                    {row.last && (
                        <Avatar
                            id={row.senderId}
                            name={name}
                            image={person(row.senderId)?.profileImageUrl}
                            size="small"
                        />
                    )}
                </span>
            )}
            <div class="line-body">
                <div
                    class={`bubble ${deleted ? "deleted" : ""}`}
                    role="article"
                    tabIndex={-1}
                    aria-label={t("message.label", { name, time: timeText(row.at) })}
                >
                    {inGroup && row.first && (
                        <span class={`sender hue-text-${row.senderId % 8}`}>{name}</span>
                    )}
                    {parentId && !deleted && !inThread && (
                        <Quote roomId={room.id} messageId={parentId} />
                    )}
                    {message && <Forwarded message={message} />}
                    {deleted ? <span>{t("message.deleted")}</span> : <Content row={row} />}
                    <span class="meta">
                        {message && !deleted && isBookmarked(message.id) && (
                            <Icon name="bookmark" label={t("message.bookmarked")} />
                        )}
                        {message?.pinned && <Icon name="pin" label={t("message.pinned")} />}
                        {message?.editedAt && !deleted && <span>{t("message.edited")}</span>}
                        <time dateTime={new Date(row.at).toISOString()} title={fullText(row.at)}>
                            {timeText(row.at)}
                        </time>
                        {own && !deleted && (
                            <StatusMark row={row} readers={readers} kind={room.kind} />
                        )}
                    </span>
                </div>
                {message && !deleted && <Reactions message={message} />}
                {message && !inThread && <ThreadChip message={message} />}
                {message && <Note message={message} />}
                {pending?.state === "refused" && <Refused row={row} />}
            </div>
            {message && !deleted && (
                <MessageActions message={message} room={room} inThread={inThread} />
            )}
        </div>
    );
}

function nameOf({ senderId, message }: LogRow): string {
    return person(senderId)?.nickname ?? message?.senderNickname ?? "";
}

function Content({ row }: { row: LogRow }) {
    const { message, pending } = row;
    const text = message?.content ?? pending?.content ?? "";
    return (
        <>
            <Attachments message={message} pending={pending} />
            {text && <RichText text={text} mentions={message?.mentions ?? pending?.mentions} />}
        </>
    );
}

function Quote({ roomId, messageId }: { roomId: Id; messageId: Id }) {
    const original = quoted(roomId, messageId);
    const gone = original === null;
    return (
        <button
            type="button"
            class="quote"
            tabIndex={-1}
            title={t("message.original")}
            disabled={gone}
            onClick={() => void timeline(roomId).show(messageId)}
        >
            <span class="quote-name ellipsis">
                {original ? quoteName(original) : t("message.originalGone")}
            </span>
            <span class="quote-text ellipsis">{original ? quoteText(original) : "\u00a0"}</span>
        </button>
    );
}

function Refused({ row }: { row: LogRow }) {
    const { pending } = row;
    if (!pending) return null;
    const { clientKey, error } = pending;
    return (
        <p class="refused">
            <Icon name="alert" />
            <span>
                {error
                    ? t("message.refusedWhy", { reason: refusalText(error.code, error.message) })
                    : t("message.refused")}
            </span>
            <button type="button" class="link" onClick={() => void client().retry(clientKey)}>
                {t("message.retry")}
            </button>
            <button type="button" class="link" onClick={() => void client().discard(clientKey)}>
                {t("message.discard")}
            </button>
        </p>
    );
}
