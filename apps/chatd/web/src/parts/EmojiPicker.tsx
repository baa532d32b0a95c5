// Emoji by group or by name. The list is a file of its own for each language, fetched once.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import englishUrl from "../emoji/en.json?url";
import koreanUrl from "../emoji/ko.json?url";
import { type Language, language, t, type TextKey } from "../i18n";
import { recentEmoji, rememberEmoji, USUAL } from "../state/reactions";
import { Icon } from "../components/Icon";
import { Skeleton } from "../components/controls";

interface Emoji {
    emoji: string;
    name: string;
}
type Groups = readonly (readonly Emoji[])[];

const URLS: Record<Language, string> = { en: englishUrl, ko: koreanUrl };
/// In the order of the file.
const GROUPS = [
    { key: "smileys", sign: "😀" },
    { key: "people", sign: "👋" },
    { key: "animals", sign: "🐻" },
    { key: "food", sign: "🍎" },
    { key: "travel", sign: "✈️" },
    { key: "activities", sign: "⚽" },
    { key: "objects", sign: "💡" },
    { key: "symbols", sign: "🔣" },
] as const;
const FOUND_MAX = 64;
const COLUMNS = 8;

const read = new Map<Language, Promise<Groups>>();

function readGroups(of: Language): Promise<Groups> {
    let known = read.get(of);
    if (!known) {
        known = fetch(URLS[of]).then(async (answer) => {
            if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
            return ((await answer.json()) as string[][]).map((group) => group.map(parse));
        });
        known.catch(() => read.delete(of));
        read.set(of, known);
    }
    return known;
}

function parse(line: string): Emoji {
    const space = line.indexOf(" ");
    return { emoji: line.slice(0, space), name: line.slice(space + 1) };
}

function search(groups: Groups, query: string): Emoji[] {
    const wanted = query.trim().toLocaleLowerCase();
    const all = groups.flat().filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
    const begins = ({ name }: Emoji): number =>
        Number(!name.toLocaleLowerCase().startsWith(wanted));
    return all.sort((a, b) => begins(a) - begins(b)).slice(0, FOUND_MAX);
}

interface Props {
    label: string;
    onChoose: (emoji: string) => void;
}

export function EmojiPicker({ label, onChoose }: Props) {
    const [groups, setGroups] = useState<Groups | undefined>(undefined);
    const [failed, setFailed] = useState(false);
    const [query, setQuery] = useState("");
    const [group, setGroup] = useState(0);
    const field = useRef<HTMLInputElement>(null);
    const spoken = language.value;
    useEffect(() => {
        let current = true;
        readGroups(spoken).then(
            (all) => current && setGroups(all),
            () => current && setFailed(true),
        );
        return () => {
            current = false;
        };
    }, [spoken]);
    useLayoutEffect(() => field.current?.focus(), []);

    const choose = (emoji: string): void => {
        rememberEmoji(emoji);
        onChoose(emoji);
    };
    const names = new Map(groups?.flat().map(({ emoji, name }) => [emoji, name]));
    const often = [...new Set([...recentEmoji(), ...USUAL])].slice(0, COLUMNS);
    const searching = query.trim() !== "";
    const shown = groups && (searching ? search(groups, query) : (groups[group] ?? []));
    return (
        <div class="emoji" role="dialog" aria-label={label}>
            <label class="picker-field">
                <Icon name="search" />
                <span class="sr-only">{t("emoji.find")}</span>
                <input
                    ref={field}
                    type="text"
                    autocomplete="off"
                    spellcheck={false}
                    placeholder={t("emoji.find")}
                    value={query}
                    onInput={(event) => setQuery(event.currentTarget.value)}
                    onKeyDown={(event) => {
                        if (event.isComposing || event.key !== "Enter") return;
                        event.preventDefault();
                        const first = searching ? shown?.[0]?.emoji : undefined;
                        if (first) choose(first);
                    }}
                />
            </label>
            {!searching && (
                <Grid
                    label={t("emoji.recent")}
                    items={often.map((emoji) => ({ emoji, name: names.get(emoji) ?? emoji }))}
                    onChoose={choose}
                />
            )}
            {!searching && <Tabs chosen={group} onChoose={setGroup} />}
            <div class="emoji-list">
                {shown && shown.length > 0 && (
                    <Grid
                        label={searching ? t("emoji.find") : groupName(group)}
                        items={shown}
                        onChoose={choose}
                    />
                )}
                {!shown && !failed && <Skeleton kind="person" rows={4} />}
                {(failed || shown?.length === 0) && (
                    <p class="picker-empty quiet" role="status">
                        {failed ? t("common.partFailed") : t("emoji.nothing", { query })}
                    </p>
                )}
            </div>
        </div>
    );
}

function groupName(index: number): string {
    return t(`emoji.${GROUPS[index]?.key ?? "symbols"}` as TextKey);
}

function Tabs({ chosen, onChoose }: { chosen: number; onChoose: (group: number) => void }) {
    return (
        <div class="emoji-tabs" role="group" aria-label={t("emoji.title")}>
            {GROUPS.map(({ key, sign }, index) => (
                <button
                    type="button"
                    key={key}
                    aria-label={groupName(index)}
                    title={groupName(index)}
                    aria-pressed={index === chosen}
                    onClick={() => onChoose(index)}
                >
                    {sign}
                </button>
            ))}
        </div>
    );
}

interface GridProps {
    label: string;
    items: readonly Emoji[];
    onChoose: (emoji: string) => void;
}

/// One stop for the Tab key; arrows go about in it.
function Grid({ label, items, onChoose }: GridProps) {
    const [at, setAt] = useState(0);
    const grid = useRef<HTMLDivElement>(null);
    const stop = Math.min(at, items.length - 1);
    const onKeyDown = (event: KeyboardEvent): void => {
        const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[
            event.key
        ];
        if (step === undefined) return;
        event.preventDefault();
        const to = Math.max(0, Math.min(items.length - 1, stop + step));
        setAt(to);
        grid.current?.querySelectorAll("button")[to]?.focus();
    };
    return (
        <div class="emoji-grid" role="group" aria-label={label} ref={grid} onKeyDown={onKeyDown}>
            {items.map(({ emoji, name }, index) => (
                <button
                    type="button"
                    key={emoji}
                    tabIndex={index === stop ? 0 : -1}
                    aria-label={name}
                    title={name}
                    onClick={() => onChoose(emoji)}
                >
                    {emoji}
                </button>
            ))}
        </div>
    );
}
