// Fails if the built page has more than 90 KB of script, gzipped, or names another host to load
// from. What /docs loads is no part of it.

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
for (const name of ["index.html", "docs.html"]) {
    const html = await readFile(new URL(`../dist/${name}`, import.meta.url), "utf8");
    if (/(?:src|href)="https?:/.test(html) || /<script(?![^>]* src=)|<style| style=/.test(html)) {
        console.error(`${name} loads from another host, or has inline script or style`);
        failed = true;
    }
}
console.log(`script in all: ${script} bytes gzipped, at most ${SCRIPT_MAX}`);
process.exitCode = failed || script > SCRIPT_MAX ? 1 : 0;
