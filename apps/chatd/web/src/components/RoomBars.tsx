// What stands at the top of a conversation: its notice and its pinned messages.

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { Room } from "../client/wire";
import { t } from "../i18n";
import { momentText } from "../i18n/dates";
import { setPinned } from "../state/actions";
import { goToMessage } from "../state/app";
import { personAsked } from "../state/people";
import { pinsOf } from "../state/pins";
import { IconButton } from "./controls";
import { Icon } from "./Icon";
import { leads } from "./MessageActions";
import { quoteName, quoteText } from "./quoteText";

export function RoomBars({ room }: { room: Room }) {
    return (
        <>
            <NoticeBar room={room} />
            <PinBar room={room} />
        </>
    );
}

const HIDDEN_KEY = "chatd.hiddenNotices";
const HIDDEN_MAX = 100;

/// Notices that were hidden, as room and time: a new one shows again.
const hidden = signal<readonly string[]>(readHidden());

function readHidden(): string[] {
    try {
        const kept = JSON.parse(localStorage.getItem(HIDDEN_KEY) ?? "[]") as unknown;
        return Array.isArray(kept) ? kept.filter((item) => typeof item === "string") : [];
    } catch {
        return [];
    }
}

function NoticeBar({ room }: { room: Room }) {
    const { notice } = room;
    const [wide, setWide] = useState(false);
    const key = `${room.id} ${notice?.at ?? ""}`;
    if (!notice || hidden.value.includes(key)) return null;
    const hide = (): void => {
        hidden.value = [...hidden.peek(), key].slice(-HIDDEN_MAX);
        localStorage.setItem(HIDDEN_KEY, JSON.stringify(hidden.peek()));
    };
    const name = personAsked(notice.by)?.nickname ?? "";
    return (
        <section class="bar" aria-label={t("notice.title")}>
            <Icon name="notice" />
            <button
                type="button"
                class="bar-text"
                aria-expanded={wide}
                title={t("notice.by", { name, time: momentText(notice.at) })}
                onClick={() => setWide(!wide)}
            >
                <span class="bar-head">{t("notice.title")}</span>
                <span class={wide ? "bar-whole" : "ellipsis"}>{notice.content}</span>
            </button>
            <IconButton icon="close" label={t("notice.hide")} onClick={hide} />
        </section>
    );
}

/// One pinned message at a time: a click goes to it, and turns to the next.
function PinBar({ room }: { room: Room }) {
    const pins = pinsOf(room.id).value;
    const [turn, setTurn] = useState(0);
    if (pins.length === 0) return null;
    const index = turn % pins.length;
    const shown = pins[index];
    if (!shown) return null;
    const go = (): void => {
        goToMessage(room.id, shown.id);
        setTurn(index + 1);
    };
    const head =
        pins.length > 1 ? t("pins.some", { index: index + 1, count: pins.length }) : t("pins.one");
    return (
        <section class="bar" aria-label={t("pins.label")}>
            <span class="pin-marks" aria-hidden="true">
                {pins.map(({ id }) => (
                    <span key={id} data-shown={id === shown.id} />
                ))}
            </span>
            <button type="button" class="bar-text" onClick={go}>
                <span class="bar-head">{head}</span>
                <span class="ellipsis">
                    <span class="quiet">{quoteName(shown)}:</span> {quoteText(shown)}
                </span>
            </button>
            {(room.kind === "direct" || leads(room)) && (
                <IconButton
                    icon="unpin"
                    label={t("message.unpin")}
                    onClick={() => void setPinned(shown, false)}
                />
            )}
        </section>
    );
}
