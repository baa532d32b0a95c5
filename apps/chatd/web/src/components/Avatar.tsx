import { useState } from "preact/hooks";
import type { Id } from "../client/wire";
import { t } from "../i18n";
import { presence } from "../state/people";

const HUES = 8;

/// The first letters of the first two words; of a Korean, Chinese or Japanese name its last two.
function initials(name: string): string {
    const words = name.trim().split(/\s+/u).filter(Boolean);
    const first = [...(words[0] ?? "")];
    if (words.length === 1 && /[\p{Script=Hangul}\p{Script=Han}]/u.test(first[0] ?? "")) {
        return first.slice(-2).join("");
    }
    const second = [...(words[1] ?? "")];
    return ((first[0] ?? "?") + (second[0] ?? "")).toUpperCase();
}

/// What the page may load as a picture; another address would only be refused by the browser.
export function isPicture(address: string): boolean {
    return /^(https:\/\/[^\s/]|\/(?!\/)|data:image\/)/.test(address);
}

interface Props {
    id: Id;
    name: string;
    image?: string | null | undefined;
    size?: "small" | "medium" | "large";
    /// Shows the green dot while this person is online.
    presenceOf?: Id | undefined;
}

export function Avatar({ id, name, image, size = "medium", presenceOf }: Props) {
    const [broken, setBroken] = useState<string | undefined>(undefined);
    const online = presenceOf !== undefined && presence(presenceOf).value.online === true;
    return (
        <span class={`avatar avatar-${size} hue-${id % HUES}`}>
            <span class="avatar-face" aria-hidden="true">
                {image && isPicture(image) && broken !== image ? (
                    <img src={image} alt="" loading="lazy" onError={() => setBroken(image)} />
                ) : (
                    initials(name)
                )}
            </span>
            {online && <span class="avatar-online" role="img" aria-label={t("presence.online")} />}
        </span>
    );
}
