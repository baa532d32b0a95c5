// The browser's own modal dialog: it keeps the focus inside, closes with Esc and gives the focus
// back.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { IconButton } from "./controls";

interface Props {
    title: string;
    onClose: () => void;
    children: ComponentChildren;
    class?: string;
    /// Without a visible heading the title is spoken only.
    bare?: boolean;
}

export function Dialog({ title, onClose, children, class: extra = "", bare }: Props) {
    const ref = useRef<HTMLDialogElement>(null);
    const gone = useRef(false);
    useLayoutEffect(() => {
        const before = document.activeElement;
        const dialog = ref.current;
        dialog?.showModal();
        return () => {
            // While it is open nothing beside it can take the focus. It tells of its closing later,
            // when another dialog may be open already.
            gone.current = true;
            dialog?.close();
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog
            ref={ref}
            class={`dialog ${extra}`}
            aria-label={title}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            // Some ways of closing cannot be prevented; the state follows.
            onClose={() => gone.current || onClose()}
            onMouseDown={(event) => {
                // The dialog itself is hit only beside its content, on the backdrop.
                if (event.target === ref.current) onClose();
            }}
        >
            <div class="dialog-body">
                {!bare && (
                    <header class="dialog-head">
                        <h2>{title}</h2>
                        <IconButton icon="close" label={t("common.close")} onClick={onClose} />
                    </header>
                )}
                {children}
            </div>
        </dialog>
    );
}

interface ConfirmProps {
    title: string;
    text: string;
    action: string;
    onConfirm: () => void;
    onClose: () => void;
    /// What can be chosen along with it.
    children?: ComponentChildren;
    problem?: string | undefined;
    /// Whoever confirms closes it when it is done.
    stays?: boolean;
}

export function Confirm({
    title,
    text,
    action,
    onConfirm,
    onClose,
    children,
    problem,
    stays,
}: ConfirmProps) {
    return (
        <Dialog title={title} onClose={onClose} class="dialog-confirm" bare>
            <h2>{title}</h2>
            <p class="quiet">{text}</p>
            {children}
            {problem && (
                <p class="problem" role="alert">
                    {problem}
                </p>
            )}
            <div class="buttons">
                <button type="button" class="button" onClick={onClose}>
                    {t("common.cancel")}
                </button>
                <button
                    type="button"
                    class="button button-danger"
                    onClick={() => {
                        if (!stays) onClose();
                        onConfirm();
                    }}
                >
                    {action}
                </button>
            </div>
        </Dialog>
    );
}
