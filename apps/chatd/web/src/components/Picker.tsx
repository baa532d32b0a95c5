// A field with a list of what it finds: typing searches, arrows go through the list, Enter chooses.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Skeleton } from "./controls";
import { Icon } from "./Icon";

export interface PickerItem {
    key: string;
    /// Heading above the first item of a section.
    section?: string;
    avatar: ComponentChildren;
    label: string;
    note?: string | undefined;
    tag?: string | undefined;
    checked?: boolean;
    choose: () => void;
}

interface Props {
    label: string;
    query: string;
    onQuery: (query: string) => void;
    items: readonly PickerItem[];
    busy: boolean;
    /// What is said instead of an empty list.
    empty: string;
    multiple?: boolean;
    /// Another field comes first and has the focus.
    waits?: boolean;
}

export function Picker({ label, query, onQuery, items, busy, empty, multiple, waits }: Props) {
    const [active, setActive] = useState(0);
    const id = useId();
    const input = useRef<HTMLInputElement>(null);
    const list = useRef<HTMLDivElement>(null);
    const at = Math.min(active, items.length - 1);

    useLayoutEffect(() => {
        if (!waits) input.current?.focus();
    }, []);
    useEffect(() => {
        list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: "nearest" });
    }, [at, items]);

    const onKeyDown = (event: KeyboardEvent): void => {
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === "ArrowDown") setActive(Math.min(items.length - 1, at + 1));
        else if (event.key === "ArrowUp") setActive(Math.max(0, at - 1));
        else if (event.key === "Enter") items[at]?.choose();
        else return;
        event.preventDefault();
    };
    return (
        <div class="picker">
            <label class="picker-field">
                <Icon name="search" />
                <span class="sr-only">{label}</span>
                <input
                    ref={input}
                    type="text"
                    autofocus={!waits}
                    role="combobox"
                    aria-expanded={items.length > 0}
                    aria-controls={`${id}-list`}
                    aria-autocomplete="list"
                    autocomplete="off"
                    spellcheck={false}
                    placeholder={label}
                    value={query}
                    {...(at >= 0 && { "aria-activedescendant": `${id}-${at}` })}
                    onInput={(event) => {
                        setActive(0);
                        onQuery(event.currentTarget.value);
                    }}
                    onKeyDown={onKeyDown}
                />
            </label>
            <div
                class="picker-list"
                id={`${id}-list`}
                ref={list}
                role="listbox"
                aria-label={label}
                {...(multiple && { "aria-multiselectable": true })}
            >
                {items.map((item, index) => (
                    <Option
                        key={item.key}
                        item={item}
                        id={`${id}-${index}`}
                        active={index === at}
                    />
                ))}
            </div>
            {items.length === 0 &&
                (busy ? (
                    <Skeleton kind="person" rows={4} />
                ) : (
                    <p class="picker-empty quiet" role="status">
                        {empty}
                    </p>
                ))}
        </div>
    );
}

function Option({ item, id, active }: { item: PickerItem; id: string; active: boolean }) {
    const { section, avatar, label, note, tag, checked, choose } = item;
    return (
        <>
            {section && (
                <div class="picker-section" role="presentation">
                    {section}
                </div>
            )}
            <div
                id={id}
                class="picker-option"
                role="option"
                data-active={active}
                aria-selected={checked ?? active}
                // The field keeps the focus, and with it the arrows.
                onMouseDown={(event) => event.preventDefault()}
                onClick={choose}
            >
                {avatar}
                <span class="picker-text">
                    <span class="ellipsis">{label}</span>
                    {note && <span class="ellipsis quiet">{note}</span>}
                </span>
                {tag && <span class="tag">{tag}</span>}
                {checked && <Icon name="check" />}
            </div>
        </>
    );
}
