import { useRef, useState } from "preact/hooks";
import { reasonText } from "../state/toasts";

interface DoingProps {
    label: string;
    /// Where the label alone does not say whom it is about.
    spoken?: string;
    primary?: boolean;
    act: () => Promise<unknown>;
}

/// A button that says beside itself why what it does was refused.
export function Doing({ label, spoken, primary, act }: DoingProps) {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const button = useRef<HTMLButtonElement>(null);
    const run = (): void => {
        if (busy) return;
        setBusy(true);
        setProblem(undefined);
        const list = button.current?.closest<HTMLElement>(".people-list");
        const dialog = button.current?.closest(".dialog");
        act().then(
            () => {
                setBusy(false);
                // Its row may be gone, and the focus with it.
                requestAnimationFrame(() => {
                    if (document.activeElement !== document.body) return;
                    (list ?? dialog?.querySelector<HTMLElement>(".dialog-head button"))?.focus();
                });
            },
            (error: unknown) => {
                setBusy(false);
                setProblem(reasonText(error));
            },
        );
    };
    return (
        <span class="doing">
            <button
                ref={button}
                type="button"
                class={`button button-small ${primary ? "button-primary" : ""}`}
                aria-busy={busy}
                {...(spoken && { "aria-label": spoken })}
                onClick={run}
            >
                {label}
            </button>
            {problem && (
                <span class="problem" role="alert">
                    {problem}
                </span>
            )}
        </span>
    );
}
