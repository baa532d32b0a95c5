// Light or dark: by the system's preference until the person chooses.

import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "chatd.theme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function stored(): Theme {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
}

export const theme = signal<Theme>(stored());
const systemIsDark = signal(systemDark.matches);
systemDark.addEventListener("change", (event) => {
    systemIsDark.value = event.matches;
});

export function chooseTheme(chosen: Theme): void {
    if (chosen === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
    theme.value = chosen;
}

effect(() => {
    const dark = theme.value === "dark" || (theme.value === "system" && systemIsDark.value);
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
});
