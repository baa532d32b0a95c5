// Finds the web addresses in a text. Only http and https are taken for one.

const ADDRESS = /https?:\/\/[^\s<>"']+/gu;
/// A full stop or a bracket at the end belongs to the sentence, not to the address.
const TRAILING = /[.,;:!?)\]}'"…]+$/u;
type Part = { text: string; address?: string };

export function splitAddresses(text: string): Part[] {
    const parts: Part[] = [];
    let end = 0;
    for (const match of text.matchAll(ADDRESS)) {
        const address = match[0].replace(TRAILING, "");
        if (match.index > end) parts.push({ text: text.slice(end, match.index) });
        parts.push({ text: address, address });
        end = match.index + address.length;
    }
    if (end < text.length) parts.push({ text: text.slice(end) });
    return parts;
}
