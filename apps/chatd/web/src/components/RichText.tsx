// A message's text with its web addresses as links, and those it names. It is built from text
// nodes, never from HTML.

import type { Id, Mention } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { splitMentions } from "../state/mentions";
import { showPerson } from "./showPerson";
import { splitAddresses } from "./splitAddresses";

/// Up to three emoji and nothing else are shown large.
const FEW_EMOJI =
    /^(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*\s?){1,3}$/u;

interface Props {
    text: string;
    mentions?: readonly Mention[] | undefined;
}

export function RichText({ text, mentions }: Props) {
    return (
        <span class={FEW_EMOJI.test(text) ? "text text-emoji" : "text"}>
            {splitMentions(text, mentions).map(({ text: part, userId }, index) =>
                userId === undefined ? (
                    <Linked key={index} text={part} />
                ) : (
                    <Name key={index} text={part} userId={userId} />
                ),
            )}
        </span>
    );
}

function Name({ text, userId }: { text: string; userId: Id }) {
    return (
        <button
            type="button"
            class={userId === myId() ? "mention mention-me" : "mention"}
            tabIndex={-1}
            title={t("message.mention", { name: text.slice(1) })}
            onClick={() => showPerson(userId, text.slice(1))}
        >
            {text}
        </button>
    );
}

function Linked({ text }: { text: string }) {
    return (
        <>
            {splitAddresses(text).map(({ text: shown, address }, index) =>
                address ? (
                    <a key={index} href={address} target="_blank" rel="noopener noreferrer">
                        {shown}
                    </a>
                ) : (
                    shown
                ),
            )}
        </>
    );
}
