// Makes C++ of the built page: node embed_page.mjs DIST OUTPUT_FOLDER
// Writes page_files.cpp, and beside it the files as they are included by it, plain and gzipped.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
};

/// Where files are served whose names are not their addresses.
const PATHS = { "index.html": ["/"], "docs.html": ["/docs", "/swagger-ui.html"] };

const [dist, output] = process.argv.slice(2);
const blobs = join(output, "page_blobs");
rmSync(blobs, { recursive: true, force: true });
mkdirSync(blobs, { recursive: true });

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
for (const needed of Object.keys(PATHS)) {
    if (!files.includes(needed)) throw new Error(`${dist} holds no ${needed}`);
}

const sections = [];
const rows = [];

/// Puts bytes between two symbols; gives the C++ that views them.
function blob(name, bytes) {
    const path = join(blobs, name);
    writeFileSync(path, bytes);
    sections.push(
        `    ".global ${name}_begin\\n${name}_begin:\\n.incbin \\"${path}\\"\\n"\n` +
            `    ".global ${name}_end\\n${name}_end:\\n"`,
    );
    return {
        declaration: `extern "C" const char ${name}_begin[];\nextern "C" const char ${name}_end[];`,
        view: `view(${name}_begin, ${name}_end)`,
    };
}

const declarations = [];
files.forEach((file, index) => {
    const type = TYPES[extname(file)];
    if (!type) throw new Error(`${file}: no content type is known for its name`);
    const bytes = readFileSync(join(dist, file));
    const tag = createHash("sha256").update(bytes).digest("hex").slice(0, 24);
    const plain = blob(`chatd_page_${index}`, bytes);
    declarations.push(plain.declaration);
    let gzipped = "{}";
    const compressed = gzipSync(bytes, { level: 9 });
    if (compressed.length < bytes.length) {
        const packed = blob(`chatd_page_${index}_gz`, compressed);
        declarations.push(packed.declaration);
        gzipped = packed.view;
    }
    const immutable = file.startsWith("assets/") || file.startsWith("docs/");
    for (const path of PATHS[file] ?? [`/${file}`]) {
        rows.push(
            `        {"${path}", "${type}",\n         "${tag}", ${plain.view},\n         ${gzipped}, ${immutable}},`,
        );
    }
});

writeFileSync(
    join(output, "page_files.cpp"),
    `// Made by embed_page.mjs from the built page.
#include "page.h"

__asm__(
    ".pushsection .rodata\\n"
${sections.join("\n")}
    ".popsection\\n");

${declarations.join("\n")}

namespace chatcore::chatd {

static std::string_view view(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

std::span<const PageFile> page_files() {
    static const PageFile files[] = {
${rows.join("\n")}
    };
    return files;
}

}  // namespace chatcore::chatd
`,
);
