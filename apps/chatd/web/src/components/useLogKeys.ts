// The log by keyboard: up and down go from message to message, left and right through what is in
// one, Enter to what can be done with it.

import { focusComposer } from "./focus";
import { stepInLine } from "./lineKeys";
import type { LogRow } from "./logRows";
import type { List } from "./virtual";

interface Options {
    list: List;
    rows: LogRow[];
    scroller: { current: HTMLElement | null };
    setFocusedKey: (key: string | undefined) => void;
}

export function useLogKeys({ list, rows, scroller, setFocusedKey }: Options) {
    const indexOf = (target: EventTarget | null): number => {
        const item = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
        return item ? Number(item.dataset["index"]) : -1;
    };
    const focusRow = (index: number): void => {
        const row = rows[index];
        if (!row) return;
        setFocusedKey(row.key);
        list.scrollToIndex(index, { align: "auto" });
        // The row may have to be drawn first.
        requestAnimationFrame(() => {
            const item = scroller.current?.querySelector(`[data-index="${index}"] .bubble`);
            if (item instanceof HTMLElement) item.focus({ preventScroll: true });
        });
    };
    return {
        onFocusIn: (event: FocusEvent): void => {
            const row = rows[indexOf(event.target)];
            setFocusedKey(row?.key);
            // What can be done with the message needs room above it on a phone.
            if (event.target instanceof Element) {
                event.target.closest(".line")?.scrollIntoView({ block: "nearest" });
            }
        },
        onFocusOut: (event: FocusEvent): void => {
            if (indexOf(event.relatedTarget) < 0) setFocusedKey(undefined);
        },
        onKeyDown: (event: KeyboardEvent): void => {
            const at = indexOf(event.target);
            const last = rows.length - 1;
            const onBubble = event.target instanceof Element && event.target.matches(".bubble");
            if (event.key === "ArrowUp") focusRow(at < 0 ? last : Math.max(0, at - 1));
            else if (event.key === "ArrowDown" && at >= 0) focusRow(Math.min(last, at + 1));
            else if (event.key === "Home" && at >= 0) focusRow(0);
            else if (event.key === "End" && at >= 0) focusRow(last);
            else if (event.key === "Enter" && onBubble) {
                const item = scroller.current?.querySelector(
                    `[data-index="${at}"] .actions button`,
                );
                if (item instanceof HTMLElement) item.focus();
            } else if (event.key === "ArrowRight" && stepInLine(event.target, 1)) {
                // It has moved.
            } else if (event.key === "ArrowLeft" && stepInLine(event.target, -1)) {
                // It has moved.
            } else if (event.key === "Escape" && at >= 0) {
                focusComposer();
            } else return;
            event.preventDefault();
        },
    };
}
