import { useState } from "preact/hooks";
import type { Id, User } from "../client/wire";
import { t } from "../i18n";
import { loadMembers, membersOf } from "../state/members";
import { invite } from "../state/rooms";
import { reasonText } from "../state/toasts";
import { Dialog } from "./Dialog";
import { closeDialog } from "./dialogs";
import { PeoplePicker, toggled } from "./PeoplePicker";

export function Invite({ roomId }: { roomId: Id }) {
    const [chosen, setChosen] = useState<readonly User[]>([]);
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const members = membersOf(roomId).value.byId.values();
    const inside = new Set(
        [...members].filter(({ isActive }) => isActive).map(({ userId }) => userId),
    );
    const send = (): void => {
        invite(
            roomId,
            chosen.map(({ id }) => id),
        ).then(
            () => {
                closeDialog();
                void loadMembers(roomId);
            },
            (error: unknown) => setProblem(reasonText(error)),
        );
    };
    return (
        <Dialog title={t("details.invite")} onClose={closeDialog}>
            <PeoplePicker
                chosen={chosen}
                without={inside}
                onChoose={(user) => setChosen(toggled(chosen, user))}
            />
            {problem && (
                <p class="problem" role="alert">
                    {problem}
                </p>
            )}
            <button
                type="button"
                class="button button-primary button-wide"
                disabled={chosen.length === 0}
                onClick={send}
            >
                {t("details.inviteAction", { count: chosen.length })}
            </button>
        </Dialog>
    );
}
