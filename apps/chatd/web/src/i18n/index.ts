// The page's texts. Components name keys; the languages live in one file each.

import { effect, signal } from "@preact/signals";
import { en } from "./en";
import { ko } from "./ko";

export type Text = string | { one: string; other: string };
export type Texts = { [K in keyof typeof en]: Text };
export type TextKey = keyof typeof en & string;
export type Language = "en" | "ko";

const KEY = "chatd.language";
const LANGUAGES: Record<Language, Texts> = { en, ko };

function preferred(): Language {
    const stored = localStorage.getItem(KEY);
    if (stored === "en" || stored === "ko") return stored;
    return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

export const language = signal<Language>(preferred());

export function chooseLanguage(chosen: Language): void {
    localStorage.setItem(KEY, chosen);
    language.value = chosen;
}

effect(() => {
    document.documentElement.lang = language.value;
});

/// The text of a key in the chosen language, `{name}` replaced by the value of that name; where the
/// text has a singular and a plural, `count` decides.
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
    const text: Text = LANGUAGES[language.value][key];
    let chosen: string;
    if (typeof text === "string") chosen = text;
    else {
        const rule = new Intl.PluralRules(language.value).select(Number(values["count"] ?? 0));
        chosen = rule === "one" ? text.one : text.other;
    }
    return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/// The sentence for a refusal's code, or the server's own words where the page has none.
export function refusalText(code: string, fallback: string): string {
    const key = `error.${code}`;
    return key in en ? t(key as TextKey) : fallback;
}
