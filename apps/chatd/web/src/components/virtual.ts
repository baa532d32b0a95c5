// @tanstack/virtual-core for Preact: renders again when the visible range changes.

import {
    elementScroll,
    observeElementOffset,
    observeElementRect,
    Virtualizer,
    type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

type Own = "observeElementRect" | "observeElementOffset" | "scrollToFn" | "onChange";
export type List = Virtualizer<HTMLElement, HTMLElement>;

export function useVirtualList(
    options: Omit<VirtualizerOptions<HTMLElement, HTMLElement>, Own>,
): List {
    const [, renderAgain] = useReducer((count: number) => count + 1, 0);
    const resolved: VirtualizerOptions<HTMLElement, HTMLElement> = {
        ...options,
        observeElementRect,
        observeElementOffset,
        scrollToFn: elementScroll,
        onChange: () => renderAgain(undefined),
    };
    const [list] = useState(() => {
        const created = new Virtualizer<HTMLElement, HTMLElement>(resolved);
        // Rows are measured again only when they change (an edit, a day line that comes to stand
        // above them); what is wholly above the fold then must not push what is read.
        created.shouldAdjustScrollPositionOnItemSizeChange = (
            item,
            _delta,
            { itemSizeCache, scrollOffset },
        ) => {
            const fold = scrollOffset ?? 0;
            return itemSizeCache.has(item.key) ? item.end <= fold : item.start < fold;
        };
        return created;
    });
    list.setOptions(resolved);
    useLayoutEffect(() => list._didMount(), [list]);
    useLayoutEffect(() => list._willUpdate());
    return list;
}
