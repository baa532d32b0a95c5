// One's own bookmarks, the newest first: those of one room on the right, all of them on the left.

import { readBookmarks } from "../api";
import type { Id, Message } from "../client/wire";
import { t } from "../i18n";
import { bookmarksPut, isBookmarked, setBookmark } from "../state/bookmarks";
import { showLeft } from "../state/views";
import { Empty, IconButton } from "../components/controls";
import { PanelFrame } from "../components/PanelFrame";
import { LeftFrame } from "./LeftFrame";
import { leavePhonePanel, MessageSearch } from "./Search";

export function BookmarksPanel({ roomId }: { roomId: Id }) {
    return (
        <PanelFrame title={t("bookmarks.here")} focusesInside>
            <Bookmarks roomId={roomId} />
        </PanelFrame>
    );
}

export function BookmarksView() {
    return (
        <LeftFrame title={t("bookmarks.title")} onBack={() => showLeft("rooms")}>
            <Bookmarks roomId={undefined} />
        </LeftFrame>
    );
}

function Bookmarks({ roomId }: { roomId: Id | undefined }) {
    return (
        <MessageSearch
            label={t("bookmarks.find")}
            read={(query, cursor) => readBookmarks(query, roomId, cursor)}
            everywhere={roomId === undefined}
            onGone={leavePhonePanel}
            all={{
                turn: bookmarksPut.value,
                empty: (
                    <Empty icon="bookmark" title={t("bookmarks.empty")}>
                        <p class="quiet">{t("bookmarks.emptyHint")}</p>
                    </Empty>
                ),
            }}
            tool={(message) => <Mark message={message} />}
        />
    );
}

/// Taken away by mistake it is still there to be put again, until the list is opened anew.
function Mark({ message }: { message: Message }) {
    const on = isBookmarked(message.id);
    return (
        <IconButton
            icon="bookmark"
            class="bookmark-mark"
            label={t("message.bookmark")}
            pressed={on}
            onClick={() => void setBookmark(message, !on)}
        />
    );
}
