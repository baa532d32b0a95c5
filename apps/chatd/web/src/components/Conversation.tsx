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
import { reasonText, showError } from "../state/toasts";
import { typingIn } from "../state/typing";
import { Composer } from "./Composer";
import { Empty, IconButton, Skeleton } from "./controls";
import { detailsOpen } from "./dialogs";
import { FINDER_KEYS } from "./keys";
import { MessageLog } from "./MessageLog";
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
            {shown ? <Body room={shown} /> : <Missing failure={failure} onRetry={open} />}
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
    const open = detailsOpen.value;
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
                icon="info"
                label={t("room.details")}
                pressed={open}
                onClick={() => (detailsOpen.value = !open)}
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
        if (isActive && (userId === myId() ? isOnline.value : presence(userId).value.online)) online += 1;
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

function Missing({ failure, onRetry }: { failure: unknown; onRetry: () => void }) {
    if (!failure) return <Skeleton kind="message" rows={7} />;
    const gone =
        failure instanceof ChatError &&
        ["not_found", "not_a_member", "forbidden", "room_deleted"].includes(failure.code);
    return (
        <Empty icon="alert" title={gone ? t("room.notFound") : t("room.failed")}>
            {!gone && <p class="quiet">{reasonText(failure)}</p>}
            {!gone && (
                <button type="button" class="button" onClick={onRetry}>
                    {t("common.retry")}
                </button>
            )}
        </Empty>
    );
}

function Body({ room: shown }: { room: Room }) {
    const { id } = shown;
    const known = timeline(id);
    const status = known.status.value;
    if (status === "failed") return <Failed room={shown} />;
    if (status !== "ready") return <Skeleton kind="message" rows={7} />;
    return (
        <>
            <MessageLog room={shown} timeline={known} />
            <Composer room={shown} />
        </>
    );
}

function Failed({ room: shown }: { room: Room }) {
    const error = timeline(shown.id).error.value;
    if (error instanceof ChatError && error.code === "not_a_member") {
        const join = (): void => {
            joinRoom(shown.id)
                .then(() => openRoom(shown.id))
                .catch(showError);
        };
        return (
            <Empty icon="group" title={t("room.left")}>
                <button type="button" class="button button-primary" onClick={join}>
                    {t("room.rejoin")}
                </button>
            </Empty>
        );
    }
    return (
        <Empty icon="alert" title={t("room.failed")}>
            <p class="quiet">{reasonText(error)}</p>
            <button type="button" class="button" onClick={() => void openRoom(shown.id).catch(showError)}>
                {t("common.retry")}
            </button>
        </Empty>
    );
}
