// Puts the browsable form of /openapi.json into dist/: docs.html, and under docs/ what it loads,
// with names that change with the content. Beside the page, and no part of it.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const parts = [
    join(swagger, "swagger-ui-bundle.js"),
    join(swagger, "swagger-ui.css"),
    join(here, "reference/start.js"),
    join(here, "reference/style.css"),
    join(here, "src/icon.svg"),
];

mkdirSync(join(here, "dist/docs"), { recursive: true });
let html = readFileSync(join(here, "reference/index.html"), "utf8");
for (const path of parts) {
    // Maps are not served.
    const text = readFileSync(path, "utf8").replace(/\n?\/[/*]# sourceMappingURL=.*$/m, "");
    const name = basename(path);
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
    const hashed = `${basename(name, extname(name))}-${hash}${extname(name)}`;
    if (!html.includes(`"${name}"`)) throw new Error(`reference/index.html does not load ${name}`);
    html = html.replace(`"${name}"`, `"/docs/${hashed}"`);
    writeFileSync(join(here, "dist/docs", hashed), text);
}
writeFileSync(join(here, "dist/docs.html"), html);
