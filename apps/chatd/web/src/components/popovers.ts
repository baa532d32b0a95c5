// What opens beside a button and closes by itself: menus, and the choice of an emoji.

import { signal } from "@preact/signals";
import type { IconName } from "./Icon";

export interface MenuItem {
    icon: IconName;
    label: string;
    choose: () => void;
    grave?: boolean;
}

interface Anchored {
    /// What it stands beside, and what gets the focus back.
    anchor: HTMLElement;
    label: string;
}

export type OpenPopover =
    | (Anchored & { kind: "menu"; items: readonly MenuItem[] })
    | (Anchored & { kind: "emoji"; choose: (emoji: string) => void });

export const popover = signal<OpenPopover | undefined>(undefined);

export function openMenu(anchor: HTMLElement, label: string, items: readonly MenuItem[]): void {
    popover.value = { kind: "menu", anchor, label, items };
}

export function chooseEmoji(
    anchor: HTMLElement,
    label: string,
    choose: (emoji: string) => void,
): void {
    popover.value = { kind: "emoji", anchor, label, choose };
}

export function closePopover(): void {
    popover.value = undefined;
}
