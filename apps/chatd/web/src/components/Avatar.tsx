import { useEffect, useState } from "preact/hooks";
import type { Id } from "../client/wire";
import { t } from "../i18n";
import { addressAtHand, addressOf, isOwn } from "../state/files";
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

/// What the page may load as a picture: what the server takes as one, less what the browser would
/// refuse.
export function isPicture(address: string): boolean {
    return isOwn(address) || /^https:\/\/[^\s\\/?#@]+([/?#][^\s\\]*)?$/i.test(address);
}

/// Where it is fetched: a file of this server with a token, which may have to be asked for.
function useAddress(image: string | null | undefined): string | undefined {
    const own = image && isOwn(image) ? image : undefined;
    const atHand = own && addressAtHand(own);
    const [, setAsked] = useState<string | undefined>(undefined);
    useEffect(() => {
        if (own && !atHand) addressOf(own).then(setAsked, () => undefined);
    }, [own]);
    if (own) return atHand;
    return image && isPicture(image) ? image : undefined;
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
    const source = useAddress(image);
    const online = presenceOf !== undefined && presence(presenceOf).value.online === true;
    return (
        <span class={`avatar avatar-${size} hue-${id % HUES}`}>
            <span class="avatar-face" aria-hidden="true">
                {source && broken !== source ? (
                    <img src={source} alt="" loading="lazy" onError={() => setBroken(source)} />
                ) : (
                    initials(name)
                )}
            </span>
            {online && <span class="avatar-online" role="img" aria-label={t("presence.online")} />}
        </span>
    );
}
