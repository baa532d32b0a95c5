// What a browser shows of a file by itself, by the type that the server has recognised.

import type { Attachment, MessageType } from "./wire";

export type Media = "image" | "video" | "file";

const PICTURES = new Set(["avif", "bmp", "gif", "jpeg", "png", "webp"]);

export function mediaOf(contentType: string | null | undefined): Media {
    const [kind, form] = (contentType ?? "").toLowerCase().split(";")[0]?.trim().split("/") ?? [];
    if (kind === "image" && PICTURES.has(form ?? "")) return "image";
    return kind === "video" ? "video" : "file";
}

/// The type of a message that shows these: pictures or films where it shows nothing else.
export function messageTypeOf(attachments: readonly Attachment[]): MessageType {
    const kinds = new Set(attachments.map(({ contentType }) => mediaOf(contentType)));
    const [only] = kinds;
    if (only === undefined) return "text";
    return kinds.size === 1 ? only : "file";
}
