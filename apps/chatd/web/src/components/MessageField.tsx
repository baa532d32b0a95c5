// Where a message is written: grows with its text, offers members behind an @, counts down towards
// the limit, sends with Enter.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useState } from "preact/hooks";
import type { OutboxFile } from "../client";
import type { Member, Mention, Room } from "../client/wire";
import { t } from "../i18n";
import { contentMax, lengthOf } from "../state/actions";
import { myId } from "../state/connection";
import { pickedIn } from "../state/drafts";
import { membersOf } from "../state/members";
import { findMentions, membersLike, mentionAt } from "../state/mentions";
import { useAttaching } from "./Attach";
import { Avatar } from "./Avatar";
import { IconButton } from "./controls";
import { Icon, type IconName } from "./Icon";
import { chooseEmoji } from "./popovers";

const COUNTED_FROM = 0.9;
const OFFERED_MAX = 6;

interface Props {
    room: Room;
    text: string;
    onText: (text: string) => void;
    onSend: (content: string, mentions: Mention[], files: OutboxFile[]) => void;
    /// The tray of its files; without one it has none.
    tray?: string | undefined;
    /// Keys that the list of members has no use for; answers whether it took the key.
    onKey?: (event: KeyboardEvent) => boolean;
    label: string;
    placeholder: string;
    action: { icon: IconName; label: string };
    /// Beside the emoji button: what else a message can be given.
    tools?: ComponentChildren;
    area: { current: HTMLTextAreaElement | null };
}

export function MessageField(props: Props) {
    const { room, text, onText, onSend, onKey, label, placeholder, action, tools, tray, area } =
        props;
    const length = lengthOf(text);
    const attaching = useAttaching(tray, area);
    const something = text.trim() !== "" || attaching.count > 0;
    const sendable = something && length <= contentMax() && attaching.sound;
    const offer = useOffer(room, text, onText, area);
    useLayoutEffect(() => {
        const box = area.current;
        if (!box) return;
        box.style.height = "auto";
        box.style.height = `${box.scrollHeight}px`;
    }, [text]);

    const send = (): void => {
        if (!sendable) return;
        const content = text.trim();
        onSend(content, mentionsIn(room, content), attaching.take());
        area.current?.focus();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
        // The Enter that confirms a Korean, Chinese or Japanese composition is not ours.
        if (event.isComposing || event.keyCode === 229) return;
        if (offer.onKey(event) || onKey?.(event)) event.preventDefault();
        else if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            send();
        }
    };
    const insert = (emoji: string): void => {
        const box = area.current;
        const from = box?.selectionStart ?? text.length;
        const to = box?.selectionEnd ?? text.length;
        put(box, text.slice(0, from) + emoji + text.slice(to), from + emoji.length, onText);
    };
    return (
        <>
            {attaching.shelf}
            <div class="composer-line">
                {offer.list}
                <div class="composer-box">
                    <textarea
                        ref={area}
                        rows={1}
                        value={text}
                        enterkeyhint="send"
                        aria-label={label}
                        placeholder={placeholder}
                        {...offer.attributes}
                        onInput={(event) => {
                            onText(event.currentTarget.value);
                            offer.look();
                        }}
                        onSelect={offer.look}
                        onBlur={offer.close}
                        onKeyDown={onKeyDown}
                        onPaste={attaching.onPaste}
                    />
                    {attaching.button}
                    <IconButton
                        icon="smile"
                        class="composer-tool"
                        label={t("composer.emoji")}
                        onClick={(event) =>
                            chooseEmoji(
                                event.currentTarget as HTMLElement,
                                t("emoji.title"),
                                insert,
                            )
                        }
                    />
                    {tools}
                </div>
                {length > COUNTED_FROM * contentMax() && <Count length={length} />}
                <button
                    type="button"
                    class="send"
                    aria-label={action.label}
                    title={action.label}
                    disabled={!sendable}
                    onClick={send}
                >
                    <Icon name={action.icon} />
                </button>
            </div>
        </>
    );
}

export function mentionsIn(room: Room, content: string): Mention[] {
    const members = activeOthers(room);
    return findMentions(content, members, pickedIn(room.id));
}

function activeOthers({ id }: Room): Member[] {
    return [...membersOf(id).peek().byId.values()].filter(
        ({ isActive, userId }) => isActive && userId !== myId(),
    );
}

/// At once, so that what is typed next stands behind it.
function put(
    box: HTMLTextAreaElement | null,
    text: string,
    caret: number,
    onText: (text: string) => void,
): void {
    if (box) {
        box.value = text;
        box.focus();
        box.setSelectionRange(caret, caret);
    }
    onText(text);
}

/// The members whose name begins as what stands behind the `@` before the caret.
function useOffer(
    room: Room,
    text: string,
    onText: (text: string) => void,
    area: { current: HTMLTextAreaElement | null },
) {
    const [asked, setAsked] = useState<{ from: number; query: string } | undefined>(undefined);
    const [active, setActive] = useState(0);
    const id = useId();
    const members =
        asked && room.kind === "group"
            ? membersLike(activeOthers(room), asked.query).slice(0, OFFERED_MAX)
            : [];
    const at = Math.min(active, members.length - 1);
    const look = (): void => {
        const box = area.current;
        const found = box && mentionAt(box.value, box.selectionEnd);
        if (found?.query === asked?.query && found?.from === asked?.from) return;
        setAsked(found ?? undefined);
        setActive(0);
    };
    const close = (): void => setAsked(undefined);
    const take = (member: Member): void => {
        if (!asked) return;
        const end = asked.from + 1 + asked.query.length;
        const written = `${text.slice(0, asked.from)}@${member.nickname} `;
        pickedIn(room.id).push(member.userId);
        close();
        put(area.current, written + text.slice(end).replace(/^ /, ""), written.length, onText);
    };
    const onKey = (event: KeyboardEvent): boolean => {
        const chosen = members[at];
        if (!chosen) return false;
        if (event.key === "ArrowDown") setActive((at + 1) % members.length);
        else if (event.key === "ArrowUp") setActive((at - 1 + members.length) % members.length);
        else if (event.key === "Enter" || event.key === "Tab") take(chosen);
        else if (event.key === "Escape") close();
        else return false;
        return true;
    };
    const attributes =
        members.length > 0
            ? ({
                  "aria-autocomplete": "list",
                  "aria-controls": `${id}-list`,
                  "aria-activedescendant": `${id}-${at}`,
              } as const)
            : {};
    const list = members.length > 0 && (
        <div class="offer" id={`${id}-list`} role="listbox" aria-label={t("composer.members")}>
            {members.map((member, index) => (
                <div
                    key={member.userId}
                    id={`${id}-${index}`}
                    class="picker-option"
                    role="option"
                    data-active={index === at}
                    aria-selected={index === at}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => take(member)}
                >
                    <Avatar
                        id={member.userId}
                        name={member.nickname}
                        image={member.profileImageUrl}
                        size="small"
                    />
                    <span class="ellipsis">{member.nickname}</span>
                </div>
            ))}
        </div>
    );
    return { look, close, onKey, attributes, list };
}

function Count({ length }: { length: number }) {
    const over = length - contentMax();
    return (
        <span class={`count ${over > 0 ? "problem" : ""}`} role="status">
            {over > 0
                ? t("composer.tooLong", { count: over })
                : t("composer.left", { count: -over })}
        </span>
    );
}
