// The column on the right: takes the focus when it opens and gives it back when it closes.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { closePanel } from "../state/views";
import { IconButton } from "./controls";

interface Props {
    title: string;
    class?: string;
    /// In place of "close": a way back to what led here.
    onBack?: () => void;
    children: ComponentChildren;
    /// Something inside takes the focus by itself.
    focusesInside?: boolean;
}

export function PanelFrame({ title, class: extra = "", onBack, children, focusesInside }: Props) {
    const head = useRef<HTMLElement>(null);
    useLayoutEffect(() => {
        const before = document.activeElement;
        if (!focusesInside) head.current?.querySelector("button")?.focus();
        return () => {
            if (document.activeElement && document.activeElement !== document.body) return;
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return (
        <aside class={`details ${extra}`} aria-label={title}>
            <header class="details-head" ref={head}>
                <IconButton icon="close" label={t("common.close")} onClick={closePanel} />
                <h2 class="ellipsis">{title}</h2>
                {onBack && <IconButton icon="back" label={t("common.back")} onClick={onBack} />}
            </header>
            {children}
        </aside>
    );
}
