import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Room, User } from "../client/wire";
import { t } from "../i18n";
import { createGroup, openDirect } from "../state/rooms";
import { goToRoom } from "../state/route";
import { reasonText } from "../state/toasts";
import { Dialog } from "./Dialog";
import { closeDialog } from "./dialogs";
import { Icon } from "./Icon";
import { PeoplePicker, toggled } from "./PeoplePicker";

export function NewChat() {
    const [grouping, setGrouping] = useState(false);
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const enter = (opening: Promise<Room>): void => {
        setProblem(undefined);
        opening.then(
            ({ id }) => {
                closeDialog();
                goToRoom(id);
            },
            (error: unknown) => setProblem(reasonText(error)),
        );
    };
    return (
        <Dialog title={t(grouping ? "new.group" : "new.title")} onClose={closeDialog}>
            {grouping ? (
                <GroupForm onCreate={enter} />
            ) : (
                <>
                    <button
                        type="button"
                        class="button button-wide"
                        onClick={() => setGrouping(true)}
                    >
                        <Icon name="group" /> {t("new.group")}
                    </button>
                    <PeoplePicker onChoose={({ id }) => enter(openDirect(id))} />
                </>
            )}
            {problem && (
                <p class="problem" role="alert">
                    {problem}
                </p>
            )}
        </Dialog>
    );
}

function GroupForm({ onCreate }: { onCreate: (opening: Promise<Room>) => void }) {
    const [title, setTitle] = useState("");
    const [open, setOpen] = useState(false);
    const [chosen, setChosen] = useState<readonly User[]>([]);
    const [missing, setMissing] = useState(false);
    const name = useRef<HTMLInputElement>(null);
    useLayoutEffect(() => name.current?.focus(), []);
    const create = (event: Event): void => {
        event.preventDefault();
        const wanted = title.trim();
        setMissing(!wanted);
        if (!wanted) name.current?.focus();
        else
            onCreate(
                createGroup(
                    wanted,
                    chosen.map(({ id }) => id),
                    open,
                ),
            );
    };
    return (
        <form class="stack" onSubmit={create}>
            <label class="field">
                <span class="field-label">{t("new.groupTitle")}</span>
                <input
                    ref={name}
                    type="text"
                    value={title}
                    aria-invalid={missing}
                    onInput={(event) => setTitle(event.currentTarget.value)}
                />
                {missing && (
                    <span class="problem" role="alert">
                        {t("new.titleNeeded")}
                    </span>
                )}
            </label>
            <label class="check">
                <input type="checkbox" checked={open} onChange={() => setOpen(!open)} />
                {t("new.open")}
            </label>
            <p class="field-label">{t("new.groupHint")}</p>
            <PeoplePicker
                waits
                chosen={chosen}
                onChoose={(user) => setChosen(toggled(chosen, user))}
            />
            <button type="submit" class="button button-primary button-wide">
                {t("new.create")}
            </button>
        </form>
    );
}
