export function focusComposer(): void {
    document.querySelector<HTMLElement>(".conversation .composer textarea")?.focus();
}

/// Gives the focus back to the button that something was opened from; where the button shows only
/// with the focus on its message, by way of that.
export function closeToMessage(button: HTMLElement): void {
    const active = document.activeElement;
    // Whatever was chosen may have moved the focus on.
    if (active && active !== document.body && !active.closest(".popover-ground")) return;
    if (!button.isConnected) return focusComposer();
    button.focus({ preventScroll: true });
    if (document.activeElement === button) return;
    button.closest(".line")?.querySelector<HTMLElement>(".bubble")?.focus({ preventScroll: true });
    button.focus({ preventScroll: true });
}
