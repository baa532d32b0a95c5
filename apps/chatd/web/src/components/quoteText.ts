import { mediaOf } from "../client/media";
import type { Attachment, LastMessage, Message } from "../client/wire";
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
    return content || forwardedFrom?.content || filesText(attachments ?? []);
}

/// What files are, in few words: "Picture", "3 pictures", "File: plan.pdf".
export function filesText(attachments: readonly Attachment[]): string {
    const [first] = attachments;
    if (!first) return "";
    const count = attachments.length;
    const kinds = new Set(attachments.map(({ contentType }) => mediaOf(contentType)));
    const kind = kinds.size === 1 ? mediaOf(first.contentType) : "file";
    if (count > 1) return t(`files.${kind}s`, { count });
    return kind === "file" ? t("files.fileNamed", { name: first.name }) : t(`rooms.${kind}`);
}

const FILE_NAME = /^[^\n]{1,200}\.(?:avif|bmp|gif|jpe?g|png|webp|mp4|m4v|mov|webm|mkv|avi|3gp)$/iu;

const KIND = /^(?:image|video|audio|file)$/;

/// A room's newest message in the list, which says its text, or else the name of its first file, or
/// the kind of one without a name.
export function previewText({ content: said, type }: LastMessage): string {
    const content = said && type !== "text" && KIND.test(said) ? "" : said;
    if (type === "file") return content ? t("files.fileNamed", { name: content }) : t("rooms.file");
    if (type !== "image" && type !== "video") return content || t("rooms.deleted");
    // Null stands for one that has just been deleted.
    if (content === null) return t("rooms.deleted");
    const kind = t(`rooms.${type}`);
    return content && !FILE_NAME.test(content)
        ? t("files.captioned", { kind, text: content })
        : kind;
}
