// Dates and times in the chosen language and the reader's time zone.

import { language, t } from ".";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = `${language.value} ${name}`;
    let known = formats.get(key);
    if (!known) {
        known = new Intl.DateTimeFormat(language.value, options);
        formats.set(key, known);
    }
    return known;
}

/// A day's number in the reader's time zone; equal for times of one day.
export function dayOf(date: Date): number {
    return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / 86_400_000);
}

export function timeText(iso: string | number): string {
    return format("time", { hour: "numeric", minute: "2-digit" }).format(new Date(iso));
}

export function fullText(iso: string | number): string {
    return format("full", { dateStyle: "full", timeStyle: "short" }).format(new Date(iso));
}

/// A day and a time of it, as short as it can be: of today, or of tomorrow, or a date.
export function momentText(iso: string | number): string {
    const date = new Date(iso);
    const ahead = dayOf(date) - dayOf(new Date());
    if (ahead === 0) return timeText(iso);
    const near = Math.abs(ahead) < 7;
    const day: Intl.DateTimeFormatOptions = near
        ? { weekday: "long" }
        : {
              month: "short",
              day: "numeric",
              ...(date.getFullYear() !== new Date().getFullYear() && { year: "numeric" }),
          };
    const key = near ? "moment-near" : `moment-${"year" in day}`;
    return format(key, { ...day, hour: "numeric", minute: "2-digit" }).format(date);
}

export function dayText(iso: string | number): string {
    const date = new Date(iso);
    const age = dayOf(new Date()) - dayOf(date);
    if (age === 0) return t("day.today");
    if (age === 1) return t("day.yesterday");
    if (date.getFullYear() === new Date().getFullYear()) {
        return format("day", { weekday: "long", month: "long", day: "numeric" }).format(date);
    }
    return format("year", { year: "numeric", month: "long", day: "numeric" }).format(date);
}

/// Short enough for a room's row: the time today, a weekday this week, else the date.
export function shortText(iso: string): string {
    const date = new Date(iso);
    const age = dayOf(new Date()) - dayOf(date);
    if (age <= 0) return timeText(iso);
    if (age < 7) return format("weekday", { weekday: "short" }).format(date);
    return format("short", { month: "short", day: "numeric" }).format(date);
}

export function lastSeenText(iso: string): string {
    const minutes = Math.max(0, Math.round((Date.now() - new Date(iso).getTime()) / 60_000));
    if (minutes < 1) return t("presence.justNow");
    const relative = new Intl.RelativeTimeFormat(language.value, { numeric: "auto" });
    let ago: string;
    if (minutes < 60) ago = relative.format(-minutes, "minute");
    else if (minutes < 24 * 60) ago = relative.format(-Math.round(minutes / 60), "hour");
    else ago = relative.format(-Math.round(minutes / 1440), "day");
    return t("presence.lastSeen", { ago });
}
