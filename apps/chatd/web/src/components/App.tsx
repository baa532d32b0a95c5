import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { announcement } from "../state/announcer";
import { me } from "../state/connection";
import { totalUnread } from "../state/rooms";
import { openRoomId } from "../state/route";
import { closeToast, toasts } from "../state/toasts";
import { closePanel, leftView, panel } from "../state/views";
import { holdsFiles } from "./Attach";
import { AuthView } from "./AuthView";
import { ConnectionBar } from "./ConnectionBar";
import { Conversation, NoConversation } from "./Conversation";
import { dialog } from "./dialogs";
import { Dialogs } from "./Dialogs";
import { lazy } from "./lazy";
import { Panel } from "./Panel";
import { popover } from "./popovers";
import { Popovers } from "./Popovers";
import { RoomList } from "./RoomList";

const InboxView = lazy(async () => (await import("../parts/Inbox")).InboxView);
const PeopleView = lazy(async () => (await import("../parts/People")).PeopleView);
const BookmarksView = lazy(async () => (await import("../parts/Bookmarks")).BookmarksView);
const SearchView = lazy(async () => (await import("../parts/Search")).SearchView);

export function App() {
    useEffect(() => {
        document.addEventListener("keydown", onShortcut);
        return () => document.removeEventListener("keydown", onShortcut);
    }, []);
    useEffect(() => {
        // The browser would leave the page for a file that is dropped beside where files may go.
        const keep = (event: DragEvent): void => {
            if (holdsFiles(event)) event.preventDefault();
        };
        window.addEventListener("dragover", keep);
        window.addEventListener("drop", keep);
        return () => {
            window.removeEventListener("dragover", keep);
            window.removeEventListener("drop", keep);
        };
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
    const beside = panel.value !== undefined;
    return (
        <div class="app" data-view={roomId === undefined ? "list" : "room"} data-details={beside}>
            <ConnectionBar />
            <div class="columns">
                <LeftColumn />
                {roomId === undefined ? (
                    <NoConversation />
                ) : (
                    <Conversation key={roomId} roomId={roomId} />
                )}
                {roomId !== undefined && <Panel roomId={roomId} />}
            </div>
            <Dialogs />
            <Popovers />
        </div>
    );
}

function LeftColumn() {
    switch (leftView.value) {
        case "rooms":
            return <RoomList />;
        case "inbox":
            return <InboxView />;
        case "people":
            return <PeopleView />;
        case "bookmarks":
            return <BookmarksView />;
        case "search":
            return <SearchView />;
    }
}

function Toasts() {
    return (
        <div class="toasts" role="status">
            {toasts.value.map(({ id, text, act }) => (
                <button
                    type="button"
                    class="toast"
                    key={id}
                    onClick={() => {
                        closeToast(id);
                        act?.();
                    }}
                >
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
        if (!popover.peek()) closePanel();
    }
}
