import { useEffect, useRef, useState } from "preact/hooks";
import type { Id, Member, Room, User } from "../client/wire";
import { t } from "../i18n";
import { momentText } from "../i18n/dates";
import { myId } from "../state/connection";
import { loadMembers, membersOf } from "../state/members";
import { personAsked, presence } from "../state/people";
import { changePersonal, renameRoom, room, titleOf } from "../state/rooms";
import { bondWith, unblock } from "../state/social";
import { reasonText, showError } from "../state/toasts";
import { openPanel } from "../state/views";
import { PeerPresence } from "./Conversation";
import { IconButton, Skeleton } from "./controls";
import { askToBlock } from "./askToBlock";
import { dialog } from "./dialogs";
import { Icon, type IconName } from "./Icon";
import { MemberRow } from "./MemberRow";
import { leads } from "./MessageActions";
import { PanelFrame } from "./PanelFrame";
import { RoomAvatar } from "./RoomRow";
import { showPerson } from "./showPerson";

export function Details({ roomId }: { roomId: Id }) {
    const shown = room(roomId)?.value;
    useEffect(() => {
        if (membersOf(roomId).peek().status !== "ready") void loadMembers(roomId);
    }, []);
    if (!shown) return null;
    const isGroup = shown.kind === "group";
    return (
        <PanelFrame title={t("details.title")}>
            <div class="details-body">
                <div class="details-card">
                    <RoomAvatar room={shown} size="large" />
                    {isGroup ? <GroupTitle room={shown} /> : <PeerTitle room={shown} />}
                </div>
                <Quick room={shown} />
                <NoticeCard room={shown} />
                {isGroup && <MemberList room={shown} />}
                {isGroup && shown.role && (
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
                {shown.peer && <PeerButtons peer={shown.peer} />}
            </div>
        </PanelFrame>
    );
}

/// What is done often, side by side.
function Quick({ room: shown }: { room: Room }) {
    const change = (what: "favorite" | "muted"): void => {
        changePersonal(shown.id, what, !shown[what]).catch(showError);
    };
    return (
        <div class="quick" role="group" aria-label={t("details.quick")}>
            <QuickButton
                icon="star"
                label={t("details.favorite")}
                pressed={shown.favorite === true}
                onClick={() => change("favorite")}
            />
            <QuickButton
                icon="mute"
                label={t("details.mute")}
                pressed={shown.muted === true}
                onClick={() => change("muted")}
            />
            <QuickButton
                icon="search"
                label={t("details.search")}
                onClick={() => openPanel({ kind: "search" })}
            />
            <QuickButton
                icon="thread"
                label={t("details.threads")}
                onClick={() => openPanel({ kind: "threads" })}
            />
            <QuickButton
                icon="bookmark"
                label={t("details.bookmarks")}
                onClick={() => openPanel({ kind: "bookmarks" })}
            />
        </div>
    );
}

interface QuickProps {
    icon: IconName;
    label: string;
    pressed?: boolean;
    onClick: () => void;
}

function QuickButton({ icon, label, pressed, onClick }: QuickProps) {
    return (
        <button
            type="button"
            {...(pressed !== undefined && { "aria-pressed": pressed })}
            onClick={onClick}
        >
            <Icon name={icon} />
            <span class="ellipsis">{label}</span>
        </button>
    );
}

function NoticeCard({ room: shown }: { room: Room }) {
    const may = shown.kind === "direct" || leads(shown);
    const { notice } = shown;
    if (!notice && !may) return null;
    const open = (): void => {
        dialog.value = { kind: "notice", roomId: shown.id };
    };
    if (!notice) {
        return (
            <button type="button" class="button button-wide" onClick={open}>
                <Icon name="notice" /> {t("notice.set")}
            </button>
        );
    }
    return (
        <section class="notice-card" aria-label={t("notice.title")}>
            <header>
                <h3>{t("notice.title")}</h3>
                {may && <IconButton icon="edit" label={t("notice.edit")} onClick={open} />}
            </header>
            <p class="notice-text">{notice.content}</p>
            <p class="quiet">
                {t("notice.by", {
                    name: personAsked(notice.by)?.nickname ?? "",
                    time: momentText(notice.at),
                })}
            </p>
        </section>
    );
}

function PeerButtons({ peer }: { peer: User }) {
    const bond = bondWith(peer.id);
    return (
        <>
            <button
                type="button"
                class="button button-wide"
                onClick={() => showPerson(peer.id, peer.nickname)}
            >
                <Icon name="person" /> {t("details.profile")}
            </button>
            {bond === "blocked" ? (
                <button
                    type="button"
                    class="button button-wide"
                    onClick={() => void unblock(peer.id).catch(showError)}
                >
                    {t("people.unblock")}
                </button>
            ) : (
                <button
                    type="button"
                    class="button button-wide button-quiet-danger"
                    onClick={() => askToBlock(peer)}
                >
                    <Icon name="block" /> {t("people.block")}
                </button>
            )}
        </>
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

function GroupTitle({ room: shown }: { room: Room }) {
    const [editing, setEditing] = useState(false);
    if (editing) return <RenameForm room={shown} onDone={() => setEditing(false)} />;
    return (
        <>
            <p class="details-title">
                {titleOf(shown)}
                {leads(shown) && (
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
