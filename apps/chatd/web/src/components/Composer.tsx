import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message, Room } from "../client/wire";
import { t } from "../i18n";
import { CONTENT_MAX, edit, lengthOf, post } from "../state/actions";
import { myId } from "../state/connection";
import { aim, type Aim, draft, setDraft } from "../state/drafts";
import { titleOf } from "../state/rooms";
import { timeline } from "../state/timelines";
import { showError } from "../state/toasts";
import { tellStopped, tellTyping } from "../state/typing";
import { IconButton } from "./controls";
import { Icon } from "./Icon";
import { quoteName, quoteText } from "./quoteText";

const COUNTED_FROM = 0.9 * CONTENT_MAX;
const TYPING_STOPS_MS = 4000;

/// Phones open their keyboard on focus, which nobody wants on merely opening a room.
const hasKeyboard = matchMedia("(hover: hover)").matches;

export function Composer({ room }: { room: Room }) {
    const aimed = aim(room.id).value;
    // Changing a message has a text of its own; the draft waits meanwhile.
    const editing = aimed?.kind === "edit" ? aimed.message : undefined;
    const [changed, setChanged] = useState<{ of: Message; text: string } | undefined>(undefined);
    const area = useRef<HTMLTextAreaElement>(null);
    const changedText = changed?.of === editing ? changed?.text : undefined;
    const text = editing ? (changedText ?? editing.content ?? "") : draft(room.id).value;
    const length = lengthOf(text);
    const sendable = text.trim() !== "" && length <= CONTENT_MAX;

    useEffect(() => {
        if (hasKeyboard) area.current?.focus();
        return tellStopped;
    }, [room.id]);
    useLayoutEffect(() => {
        if (!editing) return setChanged(undefined);
        area.current?.focus();
        area.current?.setSelectionRange(text.length, text.length);
    }, [editing]);
    useLayoutEffect(() => {
        const box = area.current;
        if (!box) return;
        box.style.height = "auto";
        box.style.height = `${box.scrollHeight}px`;
    }, [text]);
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
    const send = (): void => {
        if (!sendable) return;
        const content = text.trim();
        if (editing) void edit(editing, content);
        else {
            draft(room.id).value = "";
            post(room.id, content).catch(showError);
        }
        area.current?.focus();
    };
    const cancelAim = (): void => {
        aim(room.id).value = undefined;
        area.current?.focus();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
        // The Enter that confirms a Korean, Chinese or Japanese composition is not ours.
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            send();
        } else if (event.key === "ArrowUp" && text === "" && !aimed) {
            const own = lastOwn(room.id);
            if (own) aim(room.id).value = { kind: "edit", message: own };
            if (own) event.preventDefault();
        } else if (event.key === "Escape" && aimed) {
            event.preventDefault();
            cancelAim();
        }
    };
    return (
        <footer class="composer">
            {aimed && <AimBar aimed={aimed} onCancel={cancelAim} />}
            <div class="composer-line">
                <textarea
                    ref={area}
                    rows={1}
                    value={text}
                    enterkeyhint="send"
                    aria-label={t("composer.label", { title: titleOf(room) })}
                    placeholder={t("composer.placeholder")}
                    onInput={(event) => write(event.currentTarget.value)}
                    onKeyDown={onKeyDown}
                />
                {length > COUNTED_FROM && <Count length={length} />}
                <button
                    type="button"
                    class="send"
                    aria-label={t(editing ? "composer.save" : "composer.send")}
                    title={t(editing ? "composer.save" : "composer.send")}
                    disabled={!sendable}
                    onClick={send}
                >
                    <Icon name={editing ? "check" : "send"} />
                </button>
            </div>
        </footer>
    );
}

function lastOwn(roomId: number) {
    const messages = timeline(roomId).messages.peek();
    return messages.findLast(
        ({ senderId, deletedAt, type }) => senderId === myId() && !deletedAt && type === "text",
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

function Count({ length }: { length: number }) {
    const over = length - CONTENT_MAX;
    return (
        <span class={`count ${over > 0 ? "problem" : ""}`} role="status">
            {over > 0
                ? t("composer.tooLong", { count: over })
                : t("composer.left", { count: -over })}
        </span>
    );
}
