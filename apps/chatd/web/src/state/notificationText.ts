import type { Notification } from "../client/wire";
import { t, type TextKey } from "../i18n";
import { person } from "./people";
import { room, titleOf } from "./rooms";

/// What happened, as a sentence.
export function notificationText({ kind, actor, roomId }: Notification): string {
    const name = person(actor.id)?.nickname ?? actor.nickname;
    const shown = roomId === undefined ? undefined : room(roomId)?.value;
    const title = shown ? titleOf(shown) : t("inbox.someRoom");
    return t(`inbox.${kind}` as TextKey, { name, title });
}
