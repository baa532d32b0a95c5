// What `chatd doctor` finds, and what `chatd migrate` does.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { Chatd, run, scratch, sqlite } from "./lib/chatd.mjs";

const schemas = process.env.CHATCORE_SCHEMAS; // the folder of adapters/sqlite/schema

/// What was found of a part: its verdict and text.
function finding(ended, part) {
    const line = ended.out.split("\n").find((each) => each.slice(7).startsWith(part));
    assert.ok(line, `${part} in:\n${ended.out}${ended.err}`);
    return line;
}

/// A database as an older version left it, with this many steps of the schema, and one message.
async function older(folder, steps) {
    const files = (await readdir(schemas)).sort().slice(0, steps);
    let sql = "CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT;\n";
    for (const [i, file] of files.entries()) {
        sql += await readFile(join(schemas, file), "utf8");
        sql += `INSERT INTO schema_versions VALUES (${i + 1}, '${file}', 0);\n`;
    }
    const path = join(folder, "chatd.db");
    execFileSync("sqlite3", [path], { input: `PRAGMA journal_mode = WAL;\n${sql}` });
    return path;
}

async function version(path) {
    return Number(execFileSync("sqlite3", [path, "SELECT max(version) FROM schema_versions"], { encoding: "utf8" }));
}

test("doctor finds nothing wrong where nothing is yet, and makes nothing", async (t) => {
    const folder = join(await scratch(t), "data");
    const ended = await run(["doctor", "--data-dir", folder, "--listen", "127.0.0.1:0"]);
    assert.equal(ended.code, 0, ended.out + ended.err);
    assert.match(finding(ended, "data folder"), /^note/);
    assert.match(finding(ended, "page"), /^ok/);
    await assert.rejects(stat(folder));
});

test("doctor finds all well beside a running server", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    const ended = await run(["doctor", "--data-dir", folder, "--listen", `127.0.0.1:${chatd.port}`]);
    assert.equal(ended.code, 0, ended.out + ended.err);
    assert.match(finding(ended, "store"), /^ok/);
    assert.match(finding(ended, "secret"), /^ok/);
    assert.match(finding(ended, "address"), /^note.*in use/);
    assert.doesNotMatch(ended.out, /^fault/m);
    const migrated = await run(["migrate", "--data-dir", folder]);
    assert.equal(migrated.code, 1);
    assert.match(migrated.err, /in use by another chatd/);
});

test("doctor tells each fault, and ends with 1", async (t) => {
    const folder = await scratch(t);
    await writeFile(join(folder, "jwt_secret"), "0".repeat(64));
    await chmod(join(folder, "jwt_secret"), 0o644);
    await writeFile(join(folder, "chatd.db"), "this is no database, and long enough to be told from one".repeat(100));
    const ended = await run(["doctor", "--data-dir", folder, "--listen", "203.0.113.7:1"]);
    assert.equal(ended.code, 1);
    assert.match(finding(ended, "secret"), /^fault.*mode 644/);
    assert.match(finding(ended, "store"), /^fault.*none of chatd's/);
    assert.match(finding(ended, "address"), /^fault.*cannot listen/);
    const nowhere = join(folder, "file");
    await writeFile(nowhere, "");
    const other = await run(["doctor", "--data-dir", nowhere, "--listen", "127.0.0.1:0"]);
    assert.equal(other.code, 1);
    assert.match(finding(other, "data folder"), /^fault/);
});

test("an older database is brought up to date by a start, or by migrate alone", { skip: sqlite }, async (t) => {
    const newest = (await readdir(schemas)).length;
    const folder = await scratch(t);
    const path = await older(folder, 4);
    const noted = await run(["doctor", "--data-dir", folder, "--listen", "127.0.0.1:0"]);
    assert.equal(noted.code, 0, noted.out);
    assert.match(finding(noted, "store"), new RegExp(`^note.*schema 4 of ${newest}; the next start`));

    const refused = await run(["--data-dir", folder, "--listen", "127.0.0.1:0", "--store.migrate=false"]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^chatd: the database .* older version: it has schema 4, .*Run chatd migrate\n$/);
    assert.equal(await version(path), 4);

    const migrated = await run(["migrate", "--data-dir", folder, "--store.migrate=false"]);
    assert.equal(migrated.code, 0, migrated.err);
    assert.match(migrated.out, new RegExp(`had schema 4, and has ${newest} now`));
    assert.equal(await version(path), newest);
    assert.match((await run(["migrate", "--data-dir", folder])).out, /is up to date/);
    await Chatd.start(t, folder, { args: ["--store.migrate=false"] });

    const second = await scratch(t);
    const other = await older(second, 1);
    await Chatd.start(t, second);
    assert.equal(await version(other), newest);
});

test("a database whose import was not finished is none, whatever schema it had got to", { skip: sqlite }, async (t) => {
    const newest = (await readdir(schemas)).length;
    for (const steps of [1, 4, newest]) {
        const folder = await scratch(t);
        const path = await older(folder, steps);
        execFileSync("sqlite3", [path, "INSERT INTO counters VALUES ('importing', 1)"]);
        const args = ["--data-dir", folder, "--listen", "127.0.0.1:0"];
        const looked = await run(["doctor", ...args]);
        assert.equal(looked.code, 1, looked.out);
        assert.match(finding(looked, "store"), /^fault.*was not finished\. Run chatd import again/);
        const checked = await run(["config", "check", ...args]);
        assert.equal(checked.code, 2, checked.out);
        assert.match(checked.err, /store\.sqlite\.path: .*was not finished\. Run chatd import again/);
        const migrated = await run(["migrate", "--data-dir", folder]);
        assert.equal(migrated.code, 1);
        assert.match(migrated.err, /was not finished/);
        assert.equal(await version(path), steps, "nothing was done to it");
    }
});

test("what is in memory has nothing to migrate", async () => {
    const ended = await run(["migrate", "--store.kind", "memory"]);
    assert.equal(ended.code, 2);
    assert.match(ended.err, /nothing to migrate/);
});
