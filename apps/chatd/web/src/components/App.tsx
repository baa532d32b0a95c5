import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { announcement } from "../state/announcer";
import { me } from "../state/connection";
import { totalUnread } from "../state/rooms";
import { openRoomId } from "../state/route";
import { closeToast, toasts } from "../state/toasts";
import { AuthView } from "./AuthView";
import { ConnectionBar } from "./ConnectionBar";
import { Conversation, NoConversation } from "./Conversation";
import { Details } from "./Details";
import { detailsOpen, dialog } from "./dialogs";
import { Dialogs } from "./Dialogs";
import { RoomList } from "./RoomList";

export function App() {
    useEffect(() => {
        document.addEventListener("keydown", onShortcut);
        return () => document.removeEventListener("keydown", onShortcut);
    }, []);
    const unread = me.value ? totalUnread.value : 0;
    useEffect(() => {
        document.title = unread > 0 ? `(${unread}) ${t("app.name")}` : t("app.name");
    });
    return (
        <>
            {me.value ? <Main /> : <AuthView />}
            <Toasts />
            <div class="sr-only" aria-live="polite" role="status">
                {announcement.value}
            </div>
        </>
    );
}

function Main() {
    const roomId = openRoomId.value;
    const details = detailsOpen.value && roomId !== undefined;
    return (
        <div class="app" data-view={roomId === undefined ? "list" : "room"} data-details={details}>
            <ConnectionBar />
            <div class="columns">
                <RoomList />
                {roomId === undefined ? (
                    <NoConversation />
                ) : (
                    <Conversation key={roomId} roomId={roomId} />
                )}
                {details && <Details key={`details-${roomId}`} roomId={roomId} />}
            </div>
            <Dialogs />
        </div>
    );
}

function Toasts() {
    return (
        <div class="toasts" role="status">
            {toasts.value.map(({ id, text }) => (
                <button type="button" class="toast" key={id} onClick={() => closeToast(id)}>
                    {text}
                </button>
            ))}
        </div>
    );
}

function onShortcut(event: KeyboardEvent): void {
    if (!me.peek()) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        dialog.value = { kind: "finder" };
    } else if (event.key === "Escape" && !event.defaultPrevented && !dialog.peek()) {
        if (detailsOpen.peek()) detailsOpen.value = false;
    }
}
