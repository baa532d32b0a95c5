// Somebody's profile, and what can be done with them.

import { useEffect, useState } from "preact/hooks";
import { readUser } from "../api";
import type { User } from "../client/wire";
import { t } from "../i18n";
import { me, myId } from "../state/connection";
import { rememberUser } from "../state/people";
import { openDirect } from "../state/rooms";
import { goToRoom } from "../state/route";
import * as social from "../state/social";
import { reasonText } from "../state/toasts";
import { askToBlock } from "../components/askToBlock";
import { Avatar } from "../components/Avatar";
import { PeerPresence } from "../components/Conversation";
import { Dialog } from "../components/Dialog";
import { closeDialog, dialog } from "../components/dialogs";
import { Icon } from "../components/Icon";
import { BondButton } from "./People";

export function PersonDialog({ user: known }: { user: User }) {
    const [read, setRead] = useState<User | undefined>(undefined);
    const [problem, setProblem] = useState<string | undefined>(undefined);
    useEffect(() => {
        if (social.socialStatus.peek() === "unknown") void social.loadSocial();
        readUser(known.id).then(
            (user) => {
                rememberUser(user);
                setRead(user);
            },
            (error: unknown) => setProblem(reasonText(error)),
        );
    }, [known.id]);
    const user = known.id === myId() ? (me.value ?? known) : (read ?? known);
    return (
        <Dialog title={t("profile.person")} onClose={closeDialog}>
            <div class="profile">
                <Avatar
                    id={user.id}
                    name={user.nickname}
                    image={user.profileImageUrl}
                    size="large"
                    presenceOf={user.id === myId() ? undefined : user.id}
                />
                <div>
                    <p class="profile-name">{user.nickname}</p>
                    <p class="quiet">
                        <PeerPresence peerId={user.id} />
                    </p>
                </div>
            </div>
            {user.statusText && <p class="profile-status">{user.statusText}</p>}
            {problem && (
                <p class="problem" role="alert">
                    {problem}
                </p>
            )}
            {user.id === myId() ? (
                <button
                    type="button"
                    class="button button-wide"
                    onClick={() => (dialog.value = { kind: "profile" })}
                >
                    <Icon name="edit" /> {t("profile.edit")}
                </button>
            ) : (
                <Bonds user={user} onProblem={setProblem} />
            )}
        </Dialog>
    );
}

interface BondsProps {
    user: User;
    onProblem: (text: string | undefined) => void;
}

function Bonds({ user, onProblem }: BondsProps) {
    const bond = social.bondWith(user.id);
    const write = (): void => {
        onProblem(undefined);
        openDirect(user.id).then(
            ({ id }) => {
                closeDialog();
                goToRoom(id);
            },
            (error: unknown) => onProblem(reasonText(error)),
        );
    };
    return (
        <div class="person-buttons">
            {bond !== "blocked" && (
                <button type="button" class="button button-primary" onClick={write}>
                    <Icon name="chat" /> {t("people.message")}
                </button>
            )}
            {bond !== "friend" && <BondButton user={user} />}
            {bond === "friend" && (
                <button type="button" class="button" onClick={() => askToPart(user)}>
                    {t("people.remove")}
                </button>
            )}
            {bond !== "blocked" && (
                <button
                    type="button"
                    class="button button-quiet-danger"
                    onClick={() => askToBlock(user)}
                >
                    <Icon name="block" /> {t("people.block")}
                </button>
            )}
        </div>
    );
}

function askToPart({ id, nickname: name }: User): void {
    dialog.value = {
        kind: "confirm",
        question: {
            title: t("people.removeTitle", { name }),
            text: t("people.removeText"),
            action: t("people.remove"),
            confirm: () => social.endFriendship(id),
        },
    };
}
