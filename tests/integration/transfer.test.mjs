// Everything out of a running chatd, and into another.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, cp, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { Chatd, afterwards, binary, pause, run, scratch, until } from "./lib/chatd.mjs";

class Api {
    constructor(chatd, person) {
        this.chatd = chatd;
        this.person = person;
    }
    async ask(method, path, body) {
        const response = await fetch(`${this.chatd.url}/api/v1${path}`, {
            method,
            headers: {
                Authorization: `Bearer ${this.person.token}`,
                ...(body ? { "Content-Type": "application/json" } : {}),
            },
            body: body ? JSON.stringify(body) : undefined,
        });
        const text = await response.text();
        assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
        return text ? JSON.parse(text) : {};
    }
    get(path) {
        return this.ask("GET", path);
    }
    post(path, body = {}) {
        return this.ask("POST", path, body);
    }
}

async function logIn(chatd, name) {
    const response = await fetch(`${chatd.url}/api/v1/auth/login`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email: `${name}@example.org`, password: `password of ${name}` }),
    });
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    return { id: body.user.id, token: body.accessToken, name };
}

async function exists(path) {
    return access(path).then(
        () => true,
        () => false,
    );
}

/// A bit of everything, and how to ask for it.
async function live(chatd) {
    const ann = await chatd.signUp("ann");
    const bo = await chatd.signUp("bo");
    const asAnn = new Api(chatd, ann);
    const asBo = new Api(chatd, bo);
    const uploaded = await fetch(`${chatd.url}/api/v1/attachments?name=note.txt`, {
        method: "POST",
        headers: { Authorization: `Bearer ${ann.token}`, "Content-Type": "text/plain" },
        body: "some bytes",
    });
    const file = await uploaded.json();
    const room = await asAnn.post("/chatrooms", { title: "team", memberIds: [bo.id] });
    const key = randomUUID();
    const first = await asAnn.post(`/messages/${room.id}`, {
        content: "hello @bo 안녕",
        clientKey: key,
        attachments: [{ url: file.url, name: "note.txt", size: 10, contentType: "text/plain" }],
    });
    await asBo.post(`/messages/${room.id}`, { content: "an answer", parentId: first.id });
    await asBo.post("/messages/bookmark", { messageId: first.id });
    await asBo.post("/users/friends/requests", { userId: ann.id });
    return { ann, bo, room, first, key, file };
}

function reads(room) {
    return [
        "/users/me",
        "/chatrooms",
        `/messages/${room.id}`,
        `/messages/search?query=${encodeURIComponent("안녕")}`,
        "/messages/bookmarks",
        "/unread",
        "/users/friends/requests",
        "/notifications",
    ];
}

async function answers(chatd, person, room) {
    const api = new Api(chatd, person);
    const all = {};
    for (const path of reads(room)) all[path] = await api.get(path);
    // Who is there now is said by the cache of a server, not by its store.
    return JSON.parse(
        JSON.stringify(all, (name, value) =>
            ["lastSeenAt", "online", "presence", "status"].includes(name) ? undefined : value,
        ),
    );
}

test("what a running server has is exported, imported elsewhere, and goes on", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    const { room, first, key, file } = await live(chatd);
    const ann = await logIn(chatd, "ann");
    const bo = await logIn(chatd, "bo");
    await pause(300); // what is told to inboxes is written at leisure
    const before = { ann: await answers(chatd, ann, room), bo: await answers(chatd, bo, room) };

    const path = join(folder, "all.jsonl");
    const exported = await run(["export", path, "--files", "--data-dir", folder]);
    assert.equal(exported.code, 0, exported.err);
    assert.equal(exported.out, "");
    assert.match(exported.err, /^chatd: \d+ records exported\nchatd: 1 files exported, of 10 bytes\n$/);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const again = await run(["export", path, "--data-dir", folder]);
    assert.equal(again.code, 1);
    assert.match(again.err, /cannot make .*all\.jsonl: File exists/);
    assert.match((await run(["import", path, "--data-dir", folder])).err, /in use by another chatd/);
    await chatd.stop();

    const elsewhere = join(folder, "elsewhere");
    const imported = await run(["import", path, "--data-dir", elsewhere]);
    assert.equal(imported.code, 0, imported.err);
    assert.match(imported.err, /records imported\nchatd: 1 files imported, of 10 bytes\n$/);
    const twice = await run(["import", path, "--data-dir", elsewhere]);
    assert.equal(twice.code, 1);
    assert.match(twice.err, /is not empty/);
    const text = await readFile(path, "utf8");
    const round = await run(["export", "-", "--files", "--data-dir", elsewhere]);
    assert.equal(round.code, 0, round.err);
    assert.ok(round.out === text, "a round trip gives the same bytes");

    const other = await Chatd.start(t, elsewhere);
    const annThere = await logIn(other, "ann");
    const boThere = await logIn(other, "bo");
    const after = { ann: await answers(other, annThere, room), bo: await answers(other, boThere, room) };
    assert.deepEqual(after, before);
    const bytes = await fetch(other.url + file.url, { headers: { Authorization: `Bearer ${boThere.token}` } });
    assert.equal(await bytes.text(), "some bytes");

    const api = new Api(other, annThere);
    const repeated = await api.post(`/messages/${room.id}`, {
        content: "hello @bo 안녕",
        clientKey: key,
        attachments: [{ url: file.url, name: "note.txt", size: 10, contentType: "text/plain" }],
    });
    assert.equal(repeated.id, first.id);
    const next = await api.post(`/messages/${room.id}`, { content: "further" });
    assert.ok(next.id > first.id + 1, `${next.id}`);
    const newcomer = await other.signUp("chan");
    assert.equal(newcomer.id, 3);
});

test("without --files the program says that they are not in it", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    await live(chatd);
    const exported = await run(["export", "--data-dir", folder]);
    assert.equal(exported.code, 0, exported.err);
    assert.match(exported.err, /NOT in it, for want of --files: 1 uploaded files, 0 archives of consultations and 0 other files, of 10 bytes/);
    const imported = await run(["import", "-", "--data-dir", join(folder, "other")], { input: exported.out });
    assert.equal(imported.code, 0, imported.err);
    assert.match(imported.err, /the bytes of 1 uploads were not in it/);
});

/// An export of many messages, made by hand.
function many(count) {
    const lines = [];
    lines.push('{"record":"room","id":1,"kind":"group","title":"t","createdBy":1,"head":%,"lastSeq":#}');
    lines[0] = lines[0].replace("%", String(count + 1)).replace("#", String(count));
    for (let i = 1; i <= count; ++i) {
        const key = `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`;
        lines.push(
            `{"record":"message","id":${i + 1},"room":1,"seq":${i},"sender":1,"content":"message number ${i} of many","clientKey":"${key}","changedAt":${i + 1},"createdAt":5,"movesPointer":true}`,
        );
    }
    const head = { format: "chatcore-export", version: 1, counts: { room: 1, message: count, counters: 1 } };
    return [JSON.stringify(head), ...lines, `{"record":"counters","position":${count + 1}}`].join("\n") + "\n";
}

test("an import that is killed leaves nothing that serves, and is begun anew", async (t) => {
    const folder = await scratch(t);
    const source = join(folder, "source");
    const chatd = await Chatd.start(t, source);
    await live(chatd);
    const good = (await run(["export", "--data-dir", source])).out;

    const target = join(folder, "target");
    const child = spawn(binary, ["import", "-", "--data-dir", target]);
    const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
    afterwards(t, () => child.kill("SIGKILL"));
    child.stdin.on("error", () => {});
    child.stdin.write(many(25_000)); // two batches, and no end
    await until(() => exists(join(target, "chatd.db-wal")), "the database is made");
    await until(async () => (await stat(join(target, "chatd.db-wal"))).size > 1_000_000, "messages are written"); // the schema alone is 600 kB
    child.kill("SIGKILL");
    assert.equal((await ended).signal, "SIGKILL");

    for (const command of [[], ["export"], ["user", "add", "--email", "x@example.org", "--nickname", "X", "--password", "long enough"]]) {
        const refused = await run([...command, "--data-dir", target, ...(command.length ? [] : ["--listen", "127.0.0.1:0"])]);
        assert.equal(refused.code, 1, command.join(" "));
        assert.match(refused.err, /was not finished\. Run chatd import again/);
    }
    const imported = await run(["import", "-", "--data-dir", target], { input: good });
    assert.equal(imported.code, 0, imported.err);
    assert.match(imported.err, /an import that was not finished is begun anew/);
    const other = await Chatd.start(t, target);
    assert.equal((await logIn(other, "bo")).id, 2);
});

test("an import that is killed before its first line leaves nothing that serves", async (t) => {
    const folder = await scratch(t);
    for (const used of [false, true]) {
        const target = join(folder, `target-${used}`);
        // A database that is there and never held anything is filled, too.
        if (used) assert.equal((await run(["migrate", "--data-dir", target])).code, 0);
        const child = spawn(binary, ["import", "-", "--data-dir", target]);
        const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(signal)));
        afterwards(t, () => child.kill("SIGKILL"));
        child.stdin.on("error", () => {});
        const export_ = () => run(["export", "--data-dir", target]);
        await until(async () => (await exists(join(target, "chatd.db-wal"))) && (await export_()).code === 1, "it is marked");
        child.kill("SIGKILL");
        assert.equal(await ended, "SIGKILL");
        assert.match((await export_()).err, /was not finished\. Run chatd import again/);
        const refused = await run(["--data-dir", target, "--listen", "127.0.0.1:0"]);
        assert.equal(refused.code, 1);
        assert.match(refused.err, /was not finished\. Run chatd import again/);
    }
});

/// The files below a folder, by name, without uploads under way.
async function filesBelow(folder) {
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return found
        .filter((entry) => entry.isFile() && !(entry.parentPath ?? entry.path).includes(".uploads"))
        .map((entry) => entry.name);
}

test("an import that fails or is killed leaves no files, and the next one is clean", async (t) => {
    const folder = await scratch(t);
    const source = join(folder, "source");
    const chatd = await Chatd.start(t, source);
    await live(chatd);
    const good = (await run(["export", "--files", "--data-dir", source])).out;
    const target = join(folder, "target");
    const blobs = join(target, "blobs");

    const failed = await run(["import", "-", "--data-dir", target], { input: good.replace("an answer", "an amswer") });
    assert.equal(failed.code, 1);
    assert.match(failed.err, /its digest is another/);
    assert.deepEqual(await filesBelow(blobs), []);
    assert.equal(await exists(join(target, "import-files")), false);

    const child = spawn(binary, ["import", "-", "--data-dir", target]);
    const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(signal)));
    afterwards(t, () => child.kill("SIGKILL"));
    child.stdin.on("error", () => {});
    child.stdin.write(good.slice(0, good.lastIndexOf('{"record":"end"')));
    await until(async () => (await filesBelow(blobs)).length === 1, "the file is put");
    child.kill("SIGKILL");
    assert.equal(await ended, "SIGKILL");
    const without = (await run(["export", "--data-dir", source])).out;
    const imported = await run(["import", "-", "--data-dir", target], { input: without });
    assert.equal(imported.code, 0, imported.err);
    assert.deepEqual(await filesBelow(blobs), [], "the file of the killed one is gone");
    assert.equal(await exists(join(target, "import-files")), false);
});

test("an import that cannot make its tables leaves no database", async (t) => {
    const target = join(await scratch(t), "target");
    const few = `trap '' XFSZ; ulimit -f 100; exec "$0" import - --data-dir "$1"`; // the schema alone is 600 kB
    const ended = spawnSync("sh", ["-c", few, binary, target], { input: "", encoding: "utf8" });
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(ended.stderr, /cannot be opened/);
    assert.deepEqual((await readdir(target)).filter((name) => name.startsWith("chatd.db") && !name.endsWith("lock")), []);
});

test("an import takes no file away that was there before it", async (t) => {
    const folder = await scratch(t);
    const source = join(folder, "source");
    const chatd = await Chatd.start(t, source);
    await live(chatd);
    const good = (await run(["export", "--files", "--data-dir", source])).out;
    const target = join(folder, "target");
    await cp(join(source, "blobs"), join(target, "blobs"), { recursive: true });
    const before = await filesBelow(join(target, "blobs"));
    assert.equal(before.length, 1);

    const refused = await run(["import", "-", "--data-dir", target], { input: good });
    assert.equal(refused.code, 1);
    assert.match(refused.err, /nothing was imported: standard input, line \d+: a file "attachments.*" is in the folder of uploaded files already/);
    assert.deepEqual(await filesBelow(join(target, "blobs")), before);
    assert.equal(await exists(join(target, "import-files")), false);
    const without = (await run(["export", "--data-dir", source])).out;
    assert.equal((await run(["import", "-", "--data-dir", target], { input: without })).code, 0);
    assert.deepEqual(await filesBelow(join(target, "blobs")), before);
});

/// The lines with another one in place of one, and the end that fits them.
function resealed(text, alter) {
    const lines = text.trimEnd().split("\n").slice(0, -1).map(alter);
    let digest = "";
    for (const line of lines) digest = createHash("sha256").update(`${digest}${line}\n`).digest("hex");
    const end = { ...JSON.parse(text.trimEnd().split("\n").at(-1)), digest };
    return `${[...lines, JSON.stringify(end)].join("\n")}\n`;
}

test("an import opens nobody's files by naming them as pictures", async (t) => {
    const folder = await scratch(t);
    const source = join(folder, "source");
    const chatd = await Chatd.start(t, source);
    const { file } = await live(chatd);
    const good = (await run(["export", "--files", "--data-dir", source])).out;
    for (const [i, url] of [file.url, "/api/v1/attachments/5", "javascript:alert(1)", "//evil.example/a"].entries()) {
        const target = join(folder, `target-${i}`);
        const input = resealed(good, (line) => {
            const record = JSON.parse(line);
            if (record.record === "account" && record.nickname === "bo") record.profileImageUrl = url;
            if (record.record === "room") record.imageUrl = url;
            return JSON.stringify(record);
        });
        const imported = await run(["import", "-", "--data-dir", target], { input });
        assert.equal(imported.code, 0, imported.err);
        const other = await Chatd.start(t, target);
        const bo = new Api(other, await logIn(other, "bo"));
        assert.ok(!(await bo.get("/users/me")).profileImageUrl, url);
        const stranger = await other.signUp(`stranger${i}`);
        const got = await fetch(other.url + file.url, { headers: { Authorization: `Bearer ${stranger.token}` } });
        assert.equal(got.status, 404, url);
        await other.stop();
    }
});

test("an import that is interrupted ends in good order", async (t) => {
    const target = join(await scratch(t), "target");
    const child = spawn(binary, ["import", "-", "--data-dir", target]);
    let err = "";
    child.stderr.on("data", (data) => (err += data));
    const ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    afterwards(t, () => child.kill("SIGKILL"));
    child.stdin.write(many(10));
    await until(() => exists(join(target, "chatd.db")), "the database is made");
    await pause(200);
    child.kill("SIGINT");
    assert.equal(await ended, 1);
    assert.match(err, /nothing was imported: it was interrupted/);
    assert.equal(await exists(join(target, "chatd.db")), false);
});

test("what is no export is refused with its line, and leaves no database", async (t) => {
    const folder = await scratch(t);
    const source = join(folder, "source");
    const chatd = await Chatd.start(t, source);
    await live(chatd);
    const good = (await run(["export", "--data-dir", source])).out;
    const lines = good.split("\n");
    const cases = [
        ["", /line 0: it is empty/],
        ["no JSON\n", /line 1: it is no JSON/],
        [`${lines[1]}\n`, /line 1: it is not the first line/],
        [good.slice(0, good.length / 2), /is cut off/],
        [good.replace('"version":1', '"version":9'), /line 1: it is of version 9, and this chatd knows 1/],
        [good.replace('"record":"room"', '"record":"castle"'), /line \d+: it is of a kind that is not known/],
        [good.replace("an answer", "an amswer"), /its digest is another/],
        [[lines[0], lines[1], ...lines.slice(1)].join("\n"), /line 3: account: there is a second one of its key/],
    ];
    for (const [text, wanted] of cases) {
        const target = join(folder, "target");
        const refused = await run(["import", "-", "--data-dir", target], { input: text });
        assert.equal(refused.code, 1, refused.err);
        assert.match(refused.err, wanted);
        assert.match(refused.err, /^chatd: nothing was imported: /);
        assert.equal(await exists(join(target, "chatd.db")), false);
    }
});

test("--files and the file's name do not get in each other's way", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    await live(chatd);
    await mkdir(join(folder, "blobs", "archive"), { recursive: true });
    await writeFile(join(folder, "blobs", "archive", "chat_7_final.txt"), "a talk");
    const orders = [
        (file) => ["export", "--files", file, "--data-dir", folder],
        (file) => ["export", file, "--files", "--data-dir", folder],
        (file) => ["export", "--data-dir", folder, "--files", file],
        (file) => ["--files", "export", "--data-dir", folder, file],
    ];
    for (const [i, order] of orders.entries()) {
        const file = join(folder, `${i}.jsonl`);
        const done = await run(order(file));
        assert.equal(done.code, 0, done.err);
        assert.match(done.err, /2 files exported/);
        assert.match(await readFile(file, "utf8"), /chat_7_final/);
    }
    const without = await run(["export", join(folder, "without"), "--data-dir", folder]);
    assert.match(without.err, /NOT in it, for want of --files: 1 uploaded files, 1 archives of consultations and 0 other files, of 16 bytes/);
    const valued = await run(["export", "--files=all.jsonl", "--data-dir", folder]);
    assert.equal(valued.code, 2);
    assert.match(valued.err, /--files has no value/);
    for (const words of [["import", "-", "--files"], ["--files"], ["export", "--email", "a@b"]]) {
        const refused = await run([...words, "--data-dir", folder]);
        assert.equal(refused.code, 2, words.join(" "));
        assert.match(refused.err, /is no flag of/);
    }
});

test("commands that make no sense are refused", async (t) => {
    const folder = await scratch(t);
    await writeFile(join(folder, "file"), "");
    await mkdir(join(folder, "empty"));
    assert.equal((await run(["import", "--data-dir", folder])).code, 2);
    assert.equal((await run(["export", "a", "b", "--data-dir", folder])).code, 2);
    assert.equal((await run(["export", "--store.kind", "memory"])).code, 2);
    assert.equal((await run(["import", "-", "--store.kind", "memory"])).code, 2);
    assert.match((await run(["export", "--data-dir", join(folder, "empty")])).err, /there is no database/);
    assert.match((await run(["export", "--data-dir", join(folder, "nowhere")])).err, /there is no data folder/);
    assert.match((await run(["import", join(folder, "nothing"), "--data-dir", folder])).err, /cannot open/);
});
