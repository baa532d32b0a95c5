import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { closeToMessage } from "./focus";
import { Icon } from "./Icon";
import { lazy } from "./lazy";
import { closePopover, type MenuItem, type OpenPopover, popover } from "./popovers";

const EmojiPicker = lazy(async () => (await import("../parts/EmojiPicker")).EmojiPicker);
const EDGE_PX = 8;
const GAP_PX = 4;

export function Popovers() {
    const open = popover.value;
    if (!open) return null;
    return <Popover key={open.label} open={open} />;
}

function Popover({ open }: { open: OpenPopover }) {
    const { anchor, label } = open;
    return (
        <Floating anchor={anchor} kind={open.kind}>
            {open.kind === "menu" ? (
                <Menu label={label} items={open.items} />
            ) : (
                <EmojiPicker
                    label={label}
                    onChoose={(emoji) => {
                        closePopover();
                        open.choose(emoji);
                    }}
                />
            )}
        </Floating>
    );
}

interface FloatingProps {
    anchor: HTMLElement;
    kind: string;
    children: ComponentChildren;
}

/// Above or below its anchor, whichever has room; a press beside it closes it.
function Floating({ anchor, kind, children }: FloatingProps) {
    const box = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
        const shown = box.current;
        const place = (): void => {
            if (shown) placeBeside(shown, anchor.getBoundingClientRect());
        };
        place();
        const observer = new ResizeObserver(place);
        if (shown) observer.observe(shown);
        window.addEventListener("resize", closePopover);
        return () => {
            observer.disconnect();
            window.removeEventListener("resize", closePopover);
            closeToMessage(anchor);
        };
    }, []);
    return (
        <div
            class="popover-ground"
            onMouseDown={(event) => {
                if (event.target === event.currentTarget) closePopover();
            }}
            onKeyDown={(event) => {
                if (event.key !== "Escape" && event.key !== "Tab") return;
                // In the emoji's field and list Tab goes on.
                if (event.key === "Tab" && kind === "emoji") return;
                event.preventDefault();
                event.stopPropagation();
                closePopover();
            }}
        >
            <div class={`popover popover-${kind}`} ref={box}>
                {children}
            </div>
        </div>
    );
}

function placeBeside(shown: HTMLElement, anchor: DOMRect): void {
    const { offsetWidth: width, offsetHeight: height } = shown;
    const above = anchor.top - height - GAP_PX;
    const below = anchor.bottom + GAP_PX;
    const fitsBelow = below + height + EDGE_PX <= innerHeight;
    const top = fitsBelow || above < EDGE_PX ? below : above;
    const left = anchor.left + width + EDGE_PX <= innerWidth ? anchor.left : anchor.right - width;
    shown.style.top = `${clamp(top, EDGE_PX, innerHeight - height - EDGE_PX)}px`;
    shown.style.left = `${clamp(left, EDGE_PX, innerWidth - width - EDGE_PX)}px`;
}

function clamp(value: number, least: number, most: number): number {
    return Math.max(least, Math.min(value, most));
}

function Menu({ label, items }: { label: string; items: readonly MenuItem[] }) {
    const list = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => list.current?.querySelector("button")?.focus(), []);
    const onKeyDown = (event: KeyboardEvent): void => {
        const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
        const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
        const count = buttons.length;
        const to = {
            ArrowDown: (at + 1) % count,
            ArrowUp: (at - 1 + count) % count,
            Home: 0,
            End: count - 1,
        }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        buttons[to]?.focus();
    };
    return (
        <div class="menu" role="menu" aria-label={label} ref={list} onKeyDown={onKeyDown}>
            {items.map(({ icon, label: text, choose, grave }) => (
                <button
                    type="button"
                    role="menuitem"
                    tabIndex={-1}
                    class={grave ? "grave" : ""}
                    key={text}
                    onClick={() => {
                        closePopover();
                        choose();
                    }}
                >
                    <Icon name={icon} />
                    {text}
                </button>
            ))}
        </div>
    );
}
