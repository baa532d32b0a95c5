import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { OutboxFile } from "../client";
import type { Mention, Message, Room } from "../client/wire";
import { t } from "../i18n";
import { momentText } from "../i18n/dates";
import { edit, post } from "../state/actions";
import { myId } from "../state/connection";
import { aim, type Aim, draft, setDraft } from "../state/drafts";
import { membersOf } from "../state/members";
import { titleOf } from "../state/rooms";
import { schedulesOf } from "../state/schedules";
import { bondWith, unblock } from "../state/social";
import { timeline } from "../state/timelines";
import { showError } from "../state/toasts";
import { forgetTaken } from "../state/trays";
import { tellStopped, tellTyping } from "../state/typing";
import { IconButton } from "./controls";
import { dialog } from "./dialogs";
import { Icon } from "./Icon";
import { MessageField } from "./MessageField";
import { quoteName, quoteText } from "./quoteText";

const TYPING_STOPS_MS = 4000;
/// Who is muted for longer than this is muted until somebody lifts it.
const LONG_MS = 366 * 86_400_000;

/// Phones open their keyboard on focus, which nobody wants on merely opening a room.
const hasKeyboard = matchMedia("(hover: hover)").matches;

export function Composer({ room }: { room: Room }) {
    const barred = useBarred(room);
    if (barred) return <footer class="composer composer-barred">{barred}</footer>;
    return <Writing room={room} />;
}

/// Why this person cannot write here, where they cannot.
function useBarred(room: Room) {
    const [, again] = useState(0);
    const mutedUntil = membersOf(room.id).value.byId.get(myId())?.mutedUntil;
    const left = mutedUntil ? Date.parse(mutedUntil) - Date.now() : 0;
    useEffect(() => {
        if (left <= 0 || left > LONG_MS) return;
        const timer = setTimeout(() => again((count) => count + 1), Math.min(left, 2 ** 31 - 1));
        return () => clearTimeout(timer);
    }, [mutedUntil]);
    const { peer } = room;
    if (peer && bondWith(peer.id) === "blocked") {
        return (
            <>
                <Icon name="block" />
                <span>{t("composer.blocked", { name: peer.nickname })}</span>
                <button
                    type="button"
                    class="link"
                    onClick={() => void unblock(peer.id).catch(showError)}
                >
                    {t("people.unblock")}
                </button>
            </>
        );
    }
    if (!mutedUntil || left <= 0) return undefined;
    return (
        <>
            <Icon name="mute" />
            <span>
                {left > LONG_MS
                    ? t("composer.mutedLong")
                    : t("composer.muted", { time: momentText(mutedUntil) })}
            </span>
        </>
    );
}

function Writing({ room }: { room: Room }) {
    const aimed = aim(room.id).value;
    // Changing a message has a text of its own; the draft waits meanwhile.
    const editing = aimed?.kind === "edit" ? aimed.message : undefined;
    const [changed, setChanged] = useState<{ of: Message; text: string } | undefined>(undefined);
    const area = useRef<HTMLTextAreaElement>(null);
    const changedText = changed?.of === editing ? changed?.text : undefined;
    const text = editing ? (changedText ?? editing.content ?? "") : draft(room.id).value;

    useEffect(() => {
        if (hasKeyboard) area.current?.focus();
        return tellStopped;
    }, [room.id]);
    useLayoutEffect(() => {
        if (!editing) return setChanged(undefined);
        area.current?.focus();
        area.current?.setSelectionRange(text.length, text.length);
    }, [editing]);
    useEffect(() => {
        if (!text || editing) return;
        const timer = setTimeout(tellStopped, TYPING_STOPS_MS);
        return () => clearTimeout(timer);
    }, [text]);

    const write = (value: string): void => {
        if (editing) return setChanged({ of: editing, text: value });
        setDraft(room.id, value);
        if (value.trim()) tellTyping(room.id);
        else tellStopped();
    };
    const trayKey = String(room.id);
    const send = (content: string, mentions: Mention[], files: OutboxFile[]): void => {
        if (editing) return void edit(editing, content);
        draft(room.id).value = "";
        post(room.id, content, mentions, files).then(() => forgetTaken(trayKey), showError);
    };
    const cancelAim = (): void => {
        aim(room.id).value = undefined;
        area.current?.focus();
    };
    const onKey = (event: KeyboardEvent): boolean => {
        if (event.key === "ArrowUp" && text === "" && !aimed) {
            const own = lastOwn(room.id);
            if (own) aim(room.id).value = { kind: "edit", message: own };
            return own !== undefined;
        }
        if (event.key !== "Escape" || !aimed) return false;
        cancelAim();
        return true;
    };
    return (
        <footer class="composer">
            {aimed && <AimBar aimed={aimed} onCancel={cancelAim} />}
            <MessageField
                room={room}
                text={text}
                onText={write}
                onSend={send}
                onKey={onKey}
                label={t("composer.label", { title: titleOf(room) })}
                placeholder={t("composer.placeholder")}
                action={
                    editing
                        ? { icon: "check", label: t("composer.save") }
                        : { icon: "send", label: t("composer.send") }
                }
                tray={editing ? undefined : trayKey}
                tools={!editing && <Later room={room} text={text} />}
                area={area}
            />
        </footer>
    );
}

/// Sending later; a dot says that something waits for its time already.
function Later({ room, text }: { room: Room; text: string }) {
    const count = schedulesOf(room.id).length;
    return (
        <IconButton
            icon="clock"
            class={`composer-tool ${count > 0 ? "has-some" : ""}`}
            label={
                count > 0
                    ? `${t("composer.later")}: ${t("composer.scheduled", { count })}`
                    : t("composer.later")
            }
            onClick={() => (dialog.value = { kind: "schedule", roomId: room.id, text })}
        />
    );
}

function lastOwn(roomId: number) {
    const messages = timeline(roomId).messages.peek();
    return messages.findLast(
        ({ senderId, deletedAt, type, content }) =>
            senderId === myId() && !deletedAt && type !== "system" && content,
    );
}

function AimBar({ aimed, onCancel }: { aimed: Aim; onCancel: () => void }) {
    const { kind, message } = aimed;
    return (
        <div class="aim">
            <Icon name={kind === "edit" ? "edit" : "reply"} />
            <div class="aim-text">
                <span class="quote-name ellipsis">
                    {kind === "edit"
                        ? t("composer.editing")
                        : t("composer.replying", { name: quoteName(message) })}
                </span>
                <span class="quote-text ellipsis">{quoteText(message)}</span>
            </div>
            <IconButton icon="close" label={t("composer.cancelAim")} onClick={onCancel} />
        </div>
    );
}
