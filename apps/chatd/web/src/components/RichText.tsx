// A message's text with its web addresses as links. It is built from text nodes, never from HTML.

import { splitAddresses } from "./splitAddresses";

/// Up to three emoji and nothing else are shown large.
const FEW_EMOJI =
    /^(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*\s?){1,3}$/u;

export function RichText({ text }: { text: string }) {
    return (
        <span class={FEW_EMOJI.test(text) ? "text text-emoji" : "text"}>
            {splitAddresses(text).map(({ text: shown, address }, index) =>
                address ? (
                    <a key={index} href={address} target="_blank" rel="noopener noreferrer">
                        {shown}
                    </a>
                ) : (
                    shown
                ),
            )}
        </span>
    );
}
