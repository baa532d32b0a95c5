// Short notices about something that just happened, each gone by itself after a while.

import { signal } from "@preact/signals";
import { ChatError } from "../client";
import { refusalText, t } from "../i18n";

export interface Toast {
    id: number;
    text: string;
    /// What a click on it does, beside closing it.
    act?: (() => void) | undefined;
}

const SHOWN_MS = 5000;
const TOASTS_MAX = 3;
let lastId = 0;

export const toasts = signal<Toast[]>([]);

export function showToast(text: string, act?: () => void): void {
    lastId += 1;
    const id = lastId;
    toasts.value = [...toasts.value, { id, text, act }].slice(-TOASTS_MAX);
    setTimeout(() => closeToast(id), SHOWN_MS);
}

export function closeToast(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function reasonText(error: unknown): string {
    if (error instanceof ChatError) return refusalText(error.code, error.message);
    return t("error.internal");
}

export function showError(error: unknown): void {
    showToast(reasonText(error));
}
