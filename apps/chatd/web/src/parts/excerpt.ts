// The part of a text around what was searched for, with the places that match marked.

const BEFORE = 40;
const LENGTH = 160;

export interface ExcerptPart {
    text: string;
    hit: boolean;
}

/// The server folds more than case (forms of one letter); what it found and this does not see is
/// shown without marks.
export function excerpt(text: string, query: string): ExcerptPart[] {
    const plain = text.replace(/\s+/gu, " ").normalize("NFC");
    const wanted = query.normalize("NFC").toLowerCase();
    const lower = plain.toLowerCase();
    // Some letters are longer in the other case; places would not be the same then.
    const comparable = lower.length === plain.length && wanted !== "";
    const first = comparable ? lower.indexOf(wanted) : -1;
    const from = first > BEFORE ? wordStart(plain, first - BEFORE) : 0;
    const shown = plain.slice(from, from + LENGTH);
    const parts: ExcerptPart[] = from > 0 ? [{ text: "…", hit: false }] : [];
    let at = 0;
    while (first >= 0) {
        const hit = lower.slice(from, from + LENGTH).indexOf(wanted, at);
        if (hit < 0) break;
        if (hit > at) parts.push({ text: shown.slice(at, hit), hit: false });
        parts.push({ text: shown.slice(hit, hit + wanted.length), hit: true });
        at = hit + wanted.length;
    }
    if (at < shown.length) parts.push({ text: shown.slice(at), hit: false });
    if (from + LENGTH < plain.length) parts.push({ text: "…", hit: false });
    return parts;
}

function wordStart(text: string, near: number): number {
    const space = text.indexOf(" ", near);
    return space >= 0 && space < near + BEFORE / 2 ? space + 1 : near;
}
