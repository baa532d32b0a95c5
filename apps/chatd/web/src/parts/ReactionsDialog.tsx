import { useEffect } from "preact/hooks";
import type { Message } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { personAsked } from "../state/people";
import { shownReactions } from "../state/reactions";
import { timeline } from "../state/timelines";
import { Avatar } from "../components/Avatar";
import { Dialog } from "../components/Dialog";
import { closeDialog } from "../components/dialogs";

/// Who reacted to a message, by emoji, as it is now.
export function ReactionsDialog({ message }: { message: Message }) {
    const now = timeline(message.roomId).messages.value.find(({ id }) => id === message.id);
    const shown = shownReactions(now ?? message);
    useEffect(() => {
        if (shown.length === 0) closeDialog();
    }, [shown.length]);
    return (
        <Dialog title={t("message.reactions")} onClose={closeDialog}>
            {shown.map(({ reaction, count, userIds }) => (
                <section key={reaction} aria-label={reaction}>
                    <h3 class="reactions-head">
                        <span class="reaction-emoji">{reaction}</span> {count}
                    </h3>
                    <ul>
                        {userIds.map((id) => {
                            const known = personAsked(id);
                            const name = known?.nickname ?? "…";
                            return (
                                <li key={id} class="member">
                                    <Avatar
                                        id={id}
                                        name={name}
                                        image={known?.profileImageUrl}
                                        size="small"
                                    />
                                    <span class="ellipsis">
                                        {id === myId() ? t("details.me", { name }) : name}
                                    </span>
                                </li>
                            );
                        })}
                    </ul>
                </section>
            ))}
        </Dialog>
    );
}
