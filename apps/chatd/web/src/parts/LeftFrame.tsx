// A view in the column on the left, in place of the list of rooms.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { IconButton } from "../components/controls";

interface Props {
    title: string;
    onBack: () => void;
    /// Buttons at the end of the head.
    tools?: ComponentChildren;
    children: ComponentChildren;
}

export function LeftFrame({ title, onBack, tools, children }: Props) {
    const head = useRef<HTMLElement>(null);
    useLayoutEffect(() => {
        // What led here is gone, and the focus with it, unless a field inside has taken it.
        if (document.activeElement === document.body)
            head.current?.querySelector("button")?.focus();
    }, []);
    return (
        <nav
            class="rooms"
            aria-label={title}
            onKeyDown={(event) => {
                if (event.key !== "Escape" || event.defaultPrevented) return;
                event.preventDefault();
                onBack();
            }}
        >
            <header class="rooms-head left-head" ref={head}>
                <IconButton icon="back" label={t("common.back")} onClick={onBack} />
                <h1 class="ellipsis">{title}</h1>
                {tools}
            </header>
            {children}
        </nav>
    );
}
