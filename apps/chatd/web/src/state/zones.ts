// Wall clocks: what a clock shows in a named time zone, and which moment that is.

export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function allZones(): string[] {
    const zones = Intl.supportedValuesOf("timeZone");
    return zones.includes("UTC") ? zones : ["UTC", ...zones];
}

/// `2026-05-01T09:30`, as a clock in that zone shows it, the form that date fields speak.
export function wallClock(moment: Date, zone: string): string {
    const parts = new Intl.DateTimeFormat("en-CA", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
    }).formatToParts(moment);
    const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "00";
    return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/// The moment at which a clock in that zone shows this; of two such moments the first, and where
/// the clock leaps over it, as much later as it leaps. Undefined for what is no time.
export function momentOf(wall: string, zone: string): Date | undefined {
    const asUtc = Date.parse(`${wall}Z`);
    if (Number.isNaN(asUtc)) return undefined;
    const offsetAt = (moment: number): number =>
        Date.parse(`${wallClock(new Date(moment), zone)}Z`) - Math.floor(moment / 60_000) * 60_000;
    const DAY_MS = 86_400_000;
    const before = asUtc - offsetAt(asUtc - DAY_MS);
    const after = asUtc - offsetAt(asUtc + DAY_MS);
    const shows = (moment: number): boolean =>
        wallClock(new Date(moment), zone) === wallClock(new Date(asUtc), "UTC");
    if (shows(before)) return new Date(before);
    if (shows(after)) return new Date(after);
    return new Date(before);
}
