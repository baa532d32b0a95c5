// Writes src/emoji/{en,ko}.json, the emoji that the picker offers with their names, from the package
// emojibase-data. It has 49 MB, so what is needed of it is kept here; run this for a later Unicode:
//
//     npm install --no-save emojibase-data && node scripts/emoji.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

/// What fonts have had for some years; a later one would be a blank square to many.
const VERSION_MAX = 15;
const COMPONENTS = 2;
const FLAGS = 9;
const GENDERED = /\u200d[♀♂]/u;
/// A mark that only repeats what the emoji is by default; other programs send it without.
const NEEDLESS_MARK = /^(\p{Emoji_Presentation})\uFE0F$/u;
const require = createRequire(import.meta.url);

/// Groups of "😀 grinning face". Skin tones, the variants by gender and flags are left out: they are
/// most of the list, and can be typed.
for (const language of ["en", "ko"]) {
    const path = require.resolve(`emojibase-data/${language}/data.json`);
    const groups = new Map();
    for (const { emoji, label, group, version, order } of JSON.parse(readFileSync(path, "utf8"))) {
        const shown = group !== undefined && group !== COMPONENTS && group !== FLAGS;
        if (!shown || version > VERSION_MAX || GENDERED.test(emoji)) continue;
        const text = `${emoji.replace(NEEDLESS_MARK, "$1")} ${label}`;
        groups.set(group, [...(groups.get(group) ?? []), { order, text }]);
    }
    const ordered = [...groups.entries()]
        .sort(([a], [b]) => a - b)
        .map(([, items]) => items.sort((a, b) => a.order - b.order).map(({ text }) => text));
    const out = new URL(`../src/emoji/${language}.json`, import.meta.url);
    writeFileSync(out, `${JSON.stringify(ordered, undefined, 0)}\n`);
}
