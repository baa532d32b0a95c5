import type { Id } from "../client/wire";
import { panel } from "../state/views";
import { Details } from "./Details";
import { lazy } from "./lazy";

const ThreadPanel = lazy(async () => (await import("../parts/ThreadPanel")).ThreadPanel);
const ThreadList = lazy(async () => (await import("../parts/ThreadList")).ThreadList);
const BookmarksPanel = lazy(async () => (await import("../parts/Bookmarks")).BookmarksPanel);
const SearchPanel = lazy(async () => (await import("../parts/Search")).SearchPanel);

export function Panel({ roomId }: { roomId: Id }) {
    const open = panel.value;
    switch (open?.kind) {
        case undefined:
            return null;
        case "details":
            return <Details key={roomId} roomId={roomId} />;
        case "search":
            return <SearchPanel key={roomId} roomId={roomId} />;
        case "bookmarks":
            return <BookmarksPanel key={roomId} roomId={roomId} />;
        case "threads":
            return <ThreadList key={roomId} roomId={roomId} />;
        case "thread":
            return <ThreadPanel key={open.rootId} roomId={roomId} rootId={open.rootId} />;
    }
}
