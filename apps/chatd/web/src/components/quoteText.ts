import type { Message } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { person } from "../state/people";

export function quoteName({ senderId, senderNickname }: Message): string {
    return senderId === myId() ? t("common.you") : (person(senderId)?.nickname ?? senderNickname);
}

/// The name that a picture's letters come from: one's own too.
export function senderName({ senderId, senderNickname }: Message): string {
    return person(senderId)?.nickname ?? senderNickname;
}

export function quoteText({ deletedAt, content, attachments, forwardedFrom }: Message): string {
    if (deletedAt) return t("message.deleted");
    return content || forwardedFrom?.content || attachments?.[0]?.name || "";
}
