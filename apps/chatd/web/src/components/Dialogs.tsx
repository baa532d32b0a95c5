import { useState } from "preact/hooks";
import type { Id } from "../client/wire";
import { t } from "../i18n";
import { remove } from "../state/actions";
import { leaveRoom } from "../state/app";
import { removeMember } from "../state/rooms";
import { goToList, openRoomId } from "../state/route";
import { reasonText, showError } from "../state/toasts";
import { closePanel } from "../state/views";
import { Confirm } from "./Dialog";
import { closeDialog, dialog, type OpenDialog, type Question } from "./dialogs";
import { Finder } from "./Finder";
import { Invite } from "./Invite";
import { lazy } from "./lazy";
import { NewChat } from "./NewChat";
import { Settings } from "./Settings";

const Forward = lazy(async () => (await import("../parts/Forward")).Forward);
const ReactionsDialog = lazy(
    async () => (await import("../parts/ReactionsDialog")).ReactionsDialog,
);
const ScheduleDialog = lazy(async () => (await import("../parts/ScheduleDialog")).ScheduleDialog);
const ScheduledDialog = lazy(async () => (await import("../parts/ScheduleDialog")).ScheduledDialog);
const Lightbox = lazy(async () => (await import("../parts/Lightbox")).Lightbox);
const NoticeDialog = lazy(async () => (await import("../parts/NoticeDialog")).NoticeDialog);
const ProfileDialog = lazy(async () => (await import("../parts/ProfileDialog")).ProfileDialog);
const PersonDialog = lazy(async () => (await import("../parts/PersonDialog")).PersonDialog);

export function Dialogs() {
    const open = dialog.value;
    switch (open?.kind) {
        case undefined:
            return null;
        case "finder":
            return <Finder />;
        case "new":
            return <NewChat />;
        case "settings":
            return <Settings />;
        case "invite":
            return <Invite roomId={open.roomId} />;
        case "leave":
            return <Leave roomId={open.roomId} title={open.title} />;
        case "remove":
            return <Remove open={open} />;
        case "delete":
            return (
                <Confirm
                    title={t("message.deleteTitle")}
                    text={t("message.deleteText")}
                    action={t("message.delete")}
                    onClose={closeDialog}
                    onConfirm={() => void remove(open.message)}
                />
            );
        case "forward":
            return <Forward message={open.message} />;
        case "reactions":
            return <ReactionsDialog message={open.message} />;
        case "picture":
            return <Lightbox message={open.message} url={open.url} />;
        case "schedule":
            return <ScheduleDialog roomId={open.roomId} text={open.text} edited={open.edited} />;
        case "schedules":
            return <ScheduledDialog />;
        case "notice":
            return <NoticeDialog roomId={open.roomId} />;
        case "profile":
            return <ProfileDialog />;
        case "person":
            return <PersonDialog key={open.user.id} user={open.user} />;
        case "confirm":
            return <Ask question={open.question} />;
    }
}

/// A question whose answer the server may refuse: then the dialog stays and says why.
function Ask({ question }: { question: Question }) {
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const { title, text, action, confirm } = question;
    const run = (): void => {
        confirm().then(closeDialog, (error: unknown) => setProblem(reasonText(error)));
    };
    return (
        <Confirm
            title={title}
            text={text}
            action={action}
            problem={problem}
            stays
            onClose={closeDialog}
            onConfirm={run}
        />
    );
}

function Leave({ roomId, title }: { roomId: Id; title: string }) {
    const [silent, setSilent] = useState(true);
    return (
        <Confirm
            title={t("details.leaveTitle", { title })}
            text={t("details.leaveText")}
            action={t("details.leave")}
            onClose={closeDialog}
            onConfirm={() => leave(roomId, silent)}
        >
            <label class="check">
                <input type="checkbox" checked={silent} onChange={() => setSilent(!silent)} />
                {t("details.leaveSilent")}
            </label>
        </Confirm>
    );
}

function leave(roomId: Id, silent: boolean): void {
    // Gone from the view first: the event that follows is then no surprise to tell of.
    if (openRoomId.peek() === roomId) {
        closePanel();
        goToList();
    }
    leaveRoom(roomId, silent).catch(showError);
}

function Remove({ open }: { open: Extract<OpenDialog, { kind: "remove" }> }) {
    const [ban, setBan] = useState(false);
    const { roomId, userId, name } = open;
    return (
        <Confirm
            title={t("details.removeTitle", { name })}
            text={t("details.removeText")}
            action={t("details.removeAction")}
            onClose={closeDialog}
            onConfirm={() => void removeMember(roomId, userId, ban).catch(showError)}
        >
            <label class="check">
                <input type="checkbox" checked={ban} onChange={() => setBan(!ban)} />
                {t("details.ban")}
            </label>
        </Confirm>
    );
}
