import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Id, Member, Room } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { loadMembers, membersOf } from "../state/members";
import { presence } from "../state/people";
import { openDirect, renameRoom, room, titleOf } from "../state/rooms";
import { goToRoom } from "../state/route";
import { reasonText, showError } from "../state/toasts";
import { Avatar } from "./Avatar";
import { PeerPresence } from "./Conversation";
import { IconButton, Skeleton } from "./controls";
import { detailsOpen, dialog } from "./dialogs";
import { Icon } from "./Icon";
import { RoomAvatar } from "./RoomRow";

export function Details({ roomId }: { roomId: Id }) {
    const shown = room(roomId)?.value;
    const close = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
        const before = document.activeElement;
        close.current?.querySelector("button")?.focus();
        if (membersOf(roomId).peek().status !== "ready") void loadMembers(roomId);
        return () => {
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    if (!shown) return null;
    return (
        <aside class="details" aria-label={t("details.title")}>
            <header class="details-head" ref={close}>
                <IconButton
                    icon="close"
                    label={t("common.close")}
                    onClick={() => (detailsOpen.value = false)}
                />
                <h2>{t("details.title")}</h2>
            </header>
            <div class="details-body">
                <div class="details-card">
                    <RoomAvatar room={shown} size="large" />
                    {shown.kind === "group" ? (
                        <GroupTitle room={shown} />
                    ) : (
                        <PeerTitle room={shown} />
                    )}
                </div>
                {shown.kind === "group" && <MemberList room={shown} />}
                {shown.kind === "group" && shown.role && (
                    <button
                        type="button"
                        class="button button-wide button-quiet-danger"
                        onClick={() =>
                            (dialog.value = { kind: "leave", roomId, title: titleOf(shown) })
                        }
                    >
                        <Icon name="leave" /> {t("details.leave")}
                    </button>
                )}
            </div>
        </aside>
    );
}

function PeerTitle({ room: shown }: { room: Room }) {
    return (
        <>
            <p class="details-title">{titleOf(shown)}</p>
            <p class="quiet">
                <PeerPresence peerId={shown.peer?.id} />
            </p>
            {shown.peer?.statusText && <p>{shown.peer.statusText}</p>}
        </>
    );
}

function mayManage({ role }: Room): boolean {
    return role === "owner" || role === "admin";
}

function GroupTitle({ room: shown }: { room: Room }) {
    const [editing, setEditing] = useState(false);
    if (editing) return <RenameForm room={shown} onDone={() => setEditing(false)} />;
    return (
        <>
            <p class="details-title">
                {titleOf(shown)}
                {mayManage(shown) && (
                    <IconButton
                        icon="edit"
                        label={t("details.rename")}
                        onClick={() => setEditing(true)}
                    />
                )}
            </p>
            <p class="quiet">{t(shown.open ? "details.openGroup" : "details.closedGroup")}</p>
        </>
    );
}

function RenameForm({ room: shown, onDone }: { room: Room; onDone: () => void }) {
    const [title, setTitle] = useState(shown.title ?? "");
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const input = useRef<HTMLInputElement>(null);
    useEffect(() => input.current?.select(), []);
    const save = (event: Event): void => {
        event.preventDefault();
        const name = title.trim();
        if (!name) return setProblem(t("new.titleNeeded"));
        if (name === shown.title) return onDone();
        renameRoom(shown.id, name).then(onDone, (error: unknown) => setProblem(reasonText(error)));
    };
    return (
        <form
            class="stack rename"
            onSubmit={save}
            onKeyDown={(event) => {
                if (event.key !== "Escape") return;
                event.preventDefault();
                onDone();
            }}
        >
            <label class="field">
                <span class="sr-only">{t("details.renameLabel")}</span>
                <input
                    ref={input}
                    type="text"
                    value={title}
                    aria-invalid={problem !== undefined}
                    onInput={(event) => setTitle(event.currentTarget.value)}
                />
                {problem && (
                    <span class="problem" role="alert">
                        {problem}
                    </span>
                )}
            </label>
            <div class="buttons">
                <button type="button" class="button" onClick={onDone}>
                    {t("common.cancel")}
                </button>
                <button type="submit" class="button button-primary">
                    {t("details.save")}
                </button>
            </div>
        </form>
    );
}

function MemberList({ room: shown }: { room: Room }) {
    const { status, byId } = membersOf(shown.id).value;
    const active = [...byId.values()].filter(({ isActive }) => isActive);
    active.sort(
        (a, b) => Number(isOnline(b)) - Number(isOnline(a)) || a.nickname.localeCompare(b.nickname),
    );
    return (
        <section class="members" aria-label={t("details.members")}>
            <header>
                <h3>{t("details.members")}</h3>
                <span class="quiet">{shown.participantCount}</span>
                {shown.role && (
                    <IconButton
                        icon="addPerson"
                        label={t("details.invite")}
                        onClick={() => (dialog.value = { kind: "invite", roomId: shown.id })}
                    />
                )}
            </header>
            {status === "failed" && (
                <p class="problem">
                    {t("details.failed")}{" "}
                    <button type="button" class="link" onClick={() => void loadMembers(shown.id)}>
                        {t("common.retry")}
                    </button>
                </p>
            )}
            {status === "loading" && active.length === 0 && <Skeleton kind="person" rows={4} />}
            <ul>
                {active.map((member) => (
                    <MemberRow key={member.userId} member={member} room={shown} />
                ))}
            </ul>
        </section>
    );
}

function isOnline({ userId }: Member): boolean {
    return userId === myId() || presence(userId).value.online === true;
}

function MemberRow({ member, room: shown }: { member: Member; room: Room }) {
    const { userId, nickname, profileImageUrl, role } = member;
    const isMe = userId === myId();
    const outranks = shown.role === "owner" || (shown.role === "admin" && role === "member");
    const write = (): void => {
        openDirect(userId)
            .then(({ id }) => goToRoom(id))
            .catch(showError);
    };
    return (
        <li class="member">
            <Avatar
                id={userId}
                name={nickname}
                image={profileImageUrl}
                size="small"
                presenceOf={isMe ? undefined : userId}
            />
            <span class="member-name">
                <span class="ellipsis">
                    {isMe ? t("details.me", { name: nickname }) : nickname}
                </span>
                {role !== "member" && <span class="tag">{t(`details.${role}`)}</span>}
            </span>
            {!isMe && (
                <IconButton
                    icon="chat"
                    label={t("details.message", { name: nickname })}
                    onClick={write}
                />
            )}
            {!isMe && outranks && (
                <IconButton
                    icon="close"
                    label={t("details.remove", { name: nickname })}
                    onClick={() =>
                        (dialog.value = {
                            kind: "remove",
                            roomId: shown.id,
                            userId,
                            name: nickname,
                        })
                    }
                />
            )}
        </li>
    );
}
