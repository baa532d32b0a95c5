// Small controls that every view uses.

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

interface IconButtonProps {
    icon: IconName;
    label: string;
    onClick: (event: MouseEvent) => void;
    class?: string;
    disabled?: boolean;
    pressed?: boolean;
    /// -1 where arrows lead to it.
    tabIndex?: number;
}

export function IconButton({
    icon,
    label,
    onClick,
    class: extra = "",
    disabled,
    pressed,
    tabIndex,
}: IconButtonProps) {
    return (
        <button
            type="button"
            class={`icon-button ${extra}`}
            aria-label={label}
            title={label}
            disabled={disabled ?? false}
            {...(pressed !== undefined && { "aria-pressed": pressed })}
            {...(tabIndex !== undefined && { tabIndex })}
            onClick={onClick}
        >
            <Icon name={icon} />
        </button>
    );
}

interface EmptyProps {
    icon: IconName;
    title: string;
    children?: ComponentChildren;
}

export function Empty({ icon, title, children }: EmptyProps) {
    return (
        <div class="empty">
            <Icon name={icon} />
            <p class="empty-title">{title}</p>
            {children}
        </div>
    );
}

export function Skeleton({ rows, kind }: { rows: number; kind: "room" | "message" | "person" }) {
    return (
        <div class={`skeleton skeleton-${kind}`} aria-hidden="true">
            {Array.from({ length: rows }, (_, index) => (
                <div class="skeleton-row" key={index} />
            ))}
        </div>
    );
}

interface ChoiceProps<T extends string> {
    label: string;
    options: ReadonlyArray<{ value: T; label: string }>;
    value: T;
    onChoose: (value: T) => void;
}

/// A few exclusive choices side by side.
export function Choice<T extends string>({ label, options, value, onChoose }: ChoiceProps<T>) {
    return (
        <fieldset class="choice">
            <legend>{label}</legend>
            <div class="choice-options">
                {options.map((option) => (
                    <label key={option.value} class={option.value === value ? "chosen" : ""}>
                        <input
                            type="radio"
                            name={label}
                            checked={option.value === value}
                            onChange={() => onChoose(option.value)}
                        />
                        {option.label}
                    </label>
                ))}
            </div>
        </fieldset>
    );
}
