// One member of a group, and what a leader of it can do with them.

import { muteMember, setRole } from "../api";
import type { Member, Room } from "../client/wire";
import { t } from "../i18n";
import { momentText } from "../i18n/dates";
import { myId } from "../state/connection";
import { onMember } from "../state/members";
import { openDirect } from "../state/rooms";
import { goToRoom } from "../state/route";
import { showError } from "../state/toasts";
import { Avatar } from "./Avatar";
import { IconButton } from "./controls";
import { dialog } from "./dialogs";
import { Icon } from "./Icon";
import { type MenuItem, openMenu } from "./popovers";
import { showPerson } from "./showPerson";

const HOUR_MS = 3_600_000;
/// "Until I lift it": far enough for nobody to see its end.
const LONG_YEARS = 100;

interface Props {
    member: Member;
    room: Room;
}

export function MemberRow({ member, room }: Props) {
    const { userId, nickname, profileImageUrl, role } = member;
    const isMe = userId === myId();
    const label = t("details.memberActions", { name: nickname });
    const gagged = isGagged(member);
    return (
        <li class="member">
            <button
                type="button"
                class="member-open"
                title={t("people.show", { name: nickname })}
                onClick={() => showPerson(userId, nickname)}
            >
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
                    {gagged && (
                        <span class="tag tag-icon" title={momentText(member.mutedUntil ?? "")}>
                            <Icon name="mute" label={t("details.gagged")} />
                        </span>
                    )}
                </span>
            </button>
            {!isMe && (
                <IconButton
                    icon="more"
                    label={label}
                    onClick={(event) =>
                        openMenu(event.currentTarget as HTMLElement, label, menuOf(member, room))
                    }
                />
            )}
        </li>
    );
}

function isGagged({ mutedUntil }: Member): boolean {
    return !!mutedUntil && Date.parse(mutedUntil) > Date.now();
}

function menuOf(member: Member, room: Room): MenuItem[] {
    const { userId, nickname: name, role } = member;
    const outranks = room.role === "owner" || (room.role === "admin" && role === "member");
    const write = (): void => {
        openDirect(userId)
            .then(({ id }) => goToRoom(id))
            .catch(showError);
    };
    const items: MenuItem[] = [
        { icon: "chat", label: t("details.message", { name }), choose: write },
        { icon: "person", label: t("details.profile"), choose: () => showPerson(userId, name) },
    ];
    if (room.role === "owner") items.push(...rolesFor(member, room));
    if (!outranks) return items;
    return [
        ...items,
        ...mutesFor(member, room),
        {
            icon: "close",
            label: t("details.remove", { name }),
            grave: true,
            choose: () => (dialog.value = { kind: "remove", roomId: room.id, userId, name }),
        },
    ];
}

function change(room: Room, changing: Promise<Member>): Promise<void> {
    return changing.then((member) => onMember(room.id, member));
}

function rolesFor({ userId, nickname: name, role }: Member, room: Room): MenuItem[] {
    const other = role === "admin" ? "member" : "admin";
    return [
        {
            icon: "star",
            label: t(other === "admin" ? "details.makeAdmin" : "details.makeMember"),
            choose: () => void change(room, setRole(room.id, userId, other)).catch(showError),
        },
        {
            icon: "crown",
            label: t("details.handOver"),
            choose: () =>
                (dialog.value = {
                    kind: "confirm",
                    question: {
                        title: t("details.handOverTitle", { name }),
                        text: t("details.handOverText", { name }),
                        action: t("details.handOver"),
                        confirm: () => change(room, setRole(room.id, userId, "owner")),
                    },
                }),
        },
    ];
}

function mutesFor(member: Member, room: Room): MenuItem[] {
    const until = (date: Date | null): void => {
        const changing = muteMember(room.id, member.userId, date?.toISOString() ?? "");
        change(room, changing).catch(showError);
    };
    if (isGagged(member)) {
        return [{ icon: "bell", label: t("details.unmute"), choose: () => until(null) }];
    }
    const later = (ms: number): Date => new Date(Date.now() + ms);
    const long = new Date();
    long.setFullYear(long.getFullYear() + LONG_YEARS);
    return [
        { icon: "mute", label: t("details.muteHour"), choose: () => until(later(HOUR_MS)) },
        { icon: "mute", label: t("details.muteDay"), choose: () => until(later(24 * HOUR_MS)) },
        { icon: "mute", label: t("details.muteLong"), choose: () => until(long) },
    ];
}
