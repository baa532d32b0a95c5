import { useEffect, useState } from "preact/hooks";
import { ChatError } from "../client";
import type { Id, Room } from "../client/wire";
import { t } from "../i18n";
import { lastSeenText } from "../i18n/dates";
import { openRoom } from "../state/app";
import { isOnline, me, myId } from "../state/connection";
import { membersOf } from "../state/members";
import { presence } from "../state/people";
import { joinRoom, listStatus, room, roomOrder, titleOf } from "../state/rooms";
import { goToList } from "../state/route";
import { timeline } from "../state/timelines";
import { reasonText } from "../state/toasts";
import { typingIn } from "../state/typing";
import { closePanel, openPanel, panel } from "../state/views";
import { Composer } from "./Composer";
import { Empty, IconButton, Skeleton } from "./controls";
import { FINDER_KEYS } from "./keys";
import { MessageLog } from "./MessageLog";
import { RoomBars } from "./RoomBars";
import { RoomAvatar } from "./RoomRow";
import { typingText } from "./typingText";

export function NoConversation() {
    const isFirstRun = listStatus.value === "ready" && roomOrder.value.length === 0;
    if (isFirstRun) {
        return (
            <main class="conversation conversation-none">
                <Empty icon="chat" title={t("welcome.title", { name: me.value?.nickname ?? "" })}>
                    <p class="quiet">{t("welcome.hint")}</p>
                </Empty>
            </main>
        );
    }
    return (
        <main class="conversation conversation-none">
            <Empty icon="chat" title={t("room.none")}>
                <p class="quiet">{t("room.noneHint", { keys: FINDER_KEYS })}</p>
            </Empty>
        </main>
    );
}

export function Conversation({ roomId }: { roomId: Id }) {
    const [failure, setFailure] = useState<unknown>(undefined);
    const online = isOnline.value;
    const open = (): void => {
        setFailure(undefined);
        openRoom(roomId).catch(setFailure);
    };
    useEffect(() => {
        open();
        return () => timeline(roomId).leave();
    }, [roomId]);
    useEffect(() => {
        // What failed for want of a connection is tried again when there is one.
        if (online && failure instanceof ChatError && failure.retryable) open();
    }, [online]);

    // Listed rooms arrive after this view when the page was opened by a room's address.
    void roomOrder.value;
    const shown = room(roomId)?.value;
    return (
        <main class="conversation" aria-label={shown ? titleOf(shown) : t("common.loading")}>
            {shown ? <Head room={shown} /> : <HeadPlaceholder />}
            {shown ? (
                <Body room={shown} onRetry={open} />
            ) : (
                <Missing roomId={roomId} failure={failure} onRetry={open} />
            )}
        </main>
    );
}

function HeadPlaceholder() {
    return (
        <header class="conversation-head">
            <IconButton icon="back" label={t("common.back")} class="back" onClick={goToList} />
        </header>
    );
}

function Head({ room: shown }: { room: Room }) {
    const title = titleOf(shown);
    const open = panel.value?.kind;
    return (
        <header class="conversation-head">
            <IconButton icon="back" label={t("common.back")} class="back" onClick={goToList} />
            <RoomAvatar room={shown} size="small" />
            <div class="conversation-title">
                <h2 class="ellipsis">{title}</h2>
                <p class="ellipsis quiet">
                    <Subtitle room={shown} />
                </p>
            </div>
            <IconButton
                icon="search"
                label={t("search.here")}
                pressed={open === "search"}
                onClick={() => (open === "search" ? closePanel() : openPanel({ kind: "search" }))}
            />
            <IconButton
                icon="info"
                label={t("room.details")}
                pressed={open === "details"}
                onClick={() => (open === "details" ? closePanel() : openPanel({ kind: "details" }))}
            />
        </header>
    );
}

function Subtitle({ room: shown }: { room: Room }) {
    const typing = typingText(typingIn(shown.id).value, shown.kind);
    if (typing) return <span class="typing">{typing}</span>;
    if (shown.kind === "direct") return <PeerPresence peerId={shown.peer?.id} />;
    const members = t("room.members", { count: shown.participantCount });
    let online = 0;
    for (const { userId, isActive } of membersOf(shown.id).value.byId.values()) {
        if (isActive && (userId === myId() ? isOnline.value : presence(userId).value.online))
            online += 1;
    }
    return <>{online > 1 ? t("room.membersOnline", { members, count: online }) : members}</>;
}

export function PeerPresence({ peerId }: { peerId: Id | undefined }) {
    if (peerId === undefined) return null;
    const { online, lastSeenAt } = presence(peerId).value;
    if (online) return <span class="online">{t("presence.online")}</span>;
    if (lastSeenAt) return <>{lastSeenText(lastSeenAt)}</>;
    return <>{online === false ? t("presence.offline") : "\u00a0"}</>;
}

function Missing({
    roomId,
    failure,
    onRetry,
}: {
    roomId: Id;
    failure: unknown;
    onRetry: () => void;
}) {
    if (!failure) return <Skeleton kind="message" rows={7} />;
    const code = failure instanceof ChatError ? failure.code : "internal";
    if (code === "not_a_member") return <NotAMember roomId={roomId} onJoined={onRetry} />;
    if (["not_found", "forbidden", "room_deleted"].includes(code)) {
        return <Empty icon="alert" title={t("room.notFound")} />;
    }
    return <TryAgain failure={failure} onRetry={onRetry} />;
}

function Body({ room: shown, onRetry }: { room: Room; onRetry: () => void }) {
    const known = timeline(shown.id);
    const status = known.status.value;
    const failure = known.error.value;
    if (status === "failed") {
        const left = failure instanceof ChatError && failure.code === "not_a_member";
        if (left) return <NotAMember roomId={shown.id} onJoined={onRetry} />;
        return <TryAgain failure={failure} onRetry={onRetry} />;
    }
    if (status !== "ready") return <Skeleton kind="message" rows={7} />;
    return (
        <>
            <RoomBars room={shown} />
            <MessageLog key={known.beginning.value} room={shown} timeline={known} />
            <Composer room={shown} />
        </>
    );
}

function TryAgain({ failure, onRetry }: { failure: unknown; onRetry: () => void }) {
    return (
        <Empty icon="alert" title={t("room.failed")}>
            <p class="quiet">{reasonText(failure)}</p>
            <button type="button" class="button" onClick={onRetry}>
                {t("common.retry")}
            </button>
        </Empty>
    );
}

/// An open group lets one in; a closed one, or none at all, says why not.
function NotAMember({ roomId, onJoined }: { roomId: Id; onJoined: () => void }) {
    const [refusal, setRefusal] = useState<string | undefined>(undefined);
    const join = (): void => {
        joinRoom(roomId).then(onJoined, (error: unknown) => setRefusal(reasonText(error)));
    };
    return (
        <Empty icon="group" title={t("room.left")}>
            {refusal && (
                <p class="problem" role="alert">
                    {refusal}
                </p>
            )}
            <button type="button" class="button button-primary" onClick={join}>
                {t("room.rejoin")}
            </button>
        </Empty>
    );
}
