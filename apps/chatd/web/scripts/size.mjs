// Fails if the built page has more than 90 KB of script, gzipped, or names another host to load
// from.

import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const SCRIPT_MAX = 90 * 1024;
const assets = fileURLToPath(new URL("../dist/assets/", import.meta.url));

let script = 0;
let failed = false;
for (const name of await readdir(assets)) {
    const content = await readFile(assets + name);
    const packed = gzipSync(content).length;
    if (name.endsWith(".js")) script += packed;
    console.log(`${name}: ${content.length} bytes, ${packed} gzipped`);
    if (name.endsWith(".css") && /url\(\s*["']?https?:|@import/.test(content.toString())) {
        console.error(`${name} loads from another host`);
        failed = true;
    }
}
const index = await readFile(new URL("../dist/index.html", import.meta.url), "utf8");
if (/(?:src|href)="https?:/.test(index) || /<script(?![^>]* src=)|<style| style=/.test(index)) {
    console.error("index.html loads from another host, or has inline script or style");
    failed = true;
}
console.log(`script in all: ${script} bytes gzipped, at most ${SCRIPT_MAX}`);
process.exitCode = failed || script > SCRIPT_MAX ? 1 : 0;
