import { t } from "../i18n";
import { remove } from "../state/actions";
import { leaveRoom } from "../state/app";
import { removeMember } from "../state/rooms";
import { goToList, openRoomId } from "../state/route";
import { showError } from "../state/toasts";
import { Confirm } from "./Dialog";
import { closeDialog, detailsOpen, dialog } from "./dialogs";
import { Finder } from "./Finder";
import { Invite } from "./Invite";
import { NewChat } from "./NewChat";
import { Settings } from "./Settings";

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
            return (
                <Confirm
                    title={t("details.leaveTitle", { title: open.title })}
                    text={t("details.leaveText")}
                    action={t("details.leave")}
                    onClose={closeDialog}
                    onConfirm={() => leave(open.roomId)}
                />
            );
        case "remove":
            return (
                <Confirm
                    title={t("details.removeTitle", { name: open.name })}
                    text={t("details.removeText")}
                    action={t("details.removeAction")}
                    onClose={closeDialog}
                    onConfirm={() => void removeMember(open.roomId, open.userId).catch(showError)}
                />
            );
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
    }
}

function leave(roomId: number): void {
    // Gone from the view first: the event that follows is then no surprise to tell of.
    if (openRoomId.peek() === roomId) {
        detailsOpen.value = false;
        goToList();
    }
    leaveRoom(roomId).catch(showError);
}
