// Files that are uploaded to a real chatd and got back: large ones in little memory, cut connections,
// a kill in the middle, a full disk.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { Chatd, afterwards, has, pause, run, scratch, until } from "./lib/chatd.mjs";

const MIB = 1024 * 1024;

/// The n-th MiB of a file of which every MiB is another.
function mebibyte(n) {
    const bytes = Buffer.alloc(MIB);
    for (let i = 0; i < MIB; i += 4) bytes.writeUInt32LE((n * 2654435761 + i * 40503) >>> 0, i);
    return bytes;
}

async function rss(chatd) {
    const status = await readFile(`/proc/${chatd.child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
}

/// Uploads so many MiB, each when the one before has gone out.
function upload(chatd, person, mebibytes, { headers = {}, each = () => {} } = {}) {
    return new Promise((resolve, reject) => {
        const out = request(`${chatd.url}/api/v1/attachments?name=large.bin`, {
            method: "POST",
            headers: {
                Authorization: `Bearer ${person.token}`,
                "Content-Type": "application/octet-stream",
                ...headers,
            },
        });
        const gone = new Promise((go) => out.once("close", go));
        out.on("error", reject);
        out.on("response", async (answer) => {
            let text = "";
            for await (const piece of answer) text += piece;
            resolve({ status: answer.statusCode, body: JSON.parse(text) });
        });
        (async () => {
            for (let n = 0; n < mebibytes && !out.destroyed; ++n) {
                await each(n, out);
                if (!out.write(mebibyte(n)))
                    await Promise.race([once(out, "drain"), gone]);
            }
            out.end();
        })().catch(reject);
    });
}

function small(chatd, person, bytes, type = "text/plain", name = "note.txt") {
    return fetch(`${chatd.url}/api/v1/attachments?name=${name}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${person.token}`, "Content-Type": type },
        body: bytes,
    });
}

function get(chatd, person, url, headers = {}) {
    return fetch(chatd.url + url, {
        headers: { Authorization: `Bearer ${person.token}`, ...headers },
    });
}

/// The files below a folder, by their names from there.
async function files(folder) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test("a large file comes in, and goes out, in little memory", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder, {
        env: { CHATD_LIMITS_ATTACHMENT_BYTES: String(1024 * MIB) },
    });
    const ann = await chatd.signUp("ann");
    await (await small(chatd, ann, "warm")).json();
    const size = 256;
    const before = await rss(chatd);
    let most = 0;
    const look = async () => (most = Math.max(most, await rss(chatd)));
    const answer = await upload(chatd, ann, size, { each: (n) => (n % 8 === 0 ? look() : null) });
    await look();
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    assert.equal(answer.body.size, size * MIB);
    t.diagnostic(`${size} MiB in: resident memory grew by ${((most - before) / MIB).toFixed(1)} MiB`);
    assert.ok(most - before < 16 * MIB, `${most - before} bytes more`);

    const wanted = createHash("sha256");
    for (let n = 0; n < size; ++n) wanted.update(mebibyte(n));
    const got = createHash("sha256");
    most = 0;
    let pieces = 0;
    const file = await get(chatd, ann, answer.body.url);
    assert.equal(file.headers.get("content-length"), String(size * MIB));
    for await (const piece of file.body) {
        got.update(piece);
        if (++pieces % 200 === 0) await look();
    }
    assert.equal(got.digest("hex"), wanted.digest("hex"));
    t.diagnostic(`${size} MiB out: resident memory grew by ${((most - before) / MIB).toFixed(1)} MiB`);
    assert.ok(most - before < 16 * MIB, `${most - before} bytes more`);

    for (const [range, from, to] of [
        ["bytes=0-0", 0, 1],
        [`bytes=${100 * MIB - 5}-${100 * MIB + 4}`, 100 * MIB - 5, 100 * MIB + 5],
        ["bytes=-7", size * MIB - 7, size * MIB],
        [`bytes=${3 * MIB}-${5 * MIB - 1}`, 3 * MIB, 5 * MIB],
    ]) {
        const part = await get(chatd, ann, answer.body.url, { Range: range });
        assert.equal(part.status, 206);
        assert.equal(part.headers.get("content-range"), `bytes ${from}-${to - 1}/${size * MIB}`);
        const bytes = Buffer.from(await part.arrayBuffer());
        const first = Math.floor(from / MIB);
        const all = [];
        for (let n = first; n * MIB < to; ++n) all.push(mebibyte(n));
        assert.ok(bytes.equals(Buffer.concat(all).subarray(from - first * MIB, to - first * MIB)), range);
    }
    const figures = await chatd.metrics();
    assert.equal(figures.get("chat_attachments_uploaded_total"), 2);
    assert.equal(figures.get("chat_attachment_bytes_uploaded_total"), size * MIB + 4);
    assert.ok(figures.get("chat_attachment_bytes_read_total") >= size * MIB);
    const health = await (await fetch(`${chatd.url}/health`)).json();
    assert.deepEqual(health.components.blob.status, "UP");
});

test("many slow readers and writers at once take little memory", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), {
        env: { CHATD_LIMITS_PERSON_DOWNLOADS: "0" },
    });
    const ann = await chatd.signUp("ann");
    const { body } = await upload(chatd, ann, 20);
    const before = await rss(chatd);
    const sockets = [];
    afterwards(t, () => sockets.forEach((socket) => socket.destroy()));
    for (let i = 0; i < 40; ++i) {
        const socket = connect(chatd.port, "127.0.0.1");
        socket.on("error", () => {});
        socket.pause();
        socket.write(`GET ${body.url}?token=${ann.token} HTTP/1.1\r\nHost: h\r\n\r\n`);
        sockets.push(socket);
    }
    await pause(1_000);
    const more = (await rss(chatd)) - before;
    t.diagnostic(`40 readers that read nothing: ${(more / MIB).toFixed(1)} MiB more`);
    assert.ok(more < 40 * MIB, `${more} bytes more`);
});

test("one person has a share of the downloads, and gets it back when readers go", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), {
        env: { CHATD_LIMITS_PERSON_DOWNLOADS: "3" },
    });
    const ann = await chatd.signUp("ann");
    const { body } = await upload(chatd, ann, 20);
    const sockets = [];
    afterwards(t, () => sockets.forEach((socket) => socket.destroy()));
    for (let i = 0; i < 3; ++i) {
        const socket = connect(chatd.port, "127.0.0.1");
        socket.on("error", () => {});
        socket.write(`GET ${body.url}?token=${ann.token} HTTP/1.1\r\nHost: h\r\n\r\n`);
        await new Promise((resolve) => socket.once("readable", resolve));
        sockets.push(socket);
    }
    const refused = await get(chatd, ann, body.url);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("retry-after"), "1");
    assert.equal((await refused.json()).error.details.field, "downloads");
    sockets.forEach((socket) => socket.destroy());
    for (let i = 0; ; ++i) {
        const answer = await get(chatd, ann, body.url);
        await answer.body.cancel();
        if (answer.status === 200) break;
        assert.ok(i < 100, "the places are given back");
        await pause(50);
    }
});

test("a refusal comes before the body is sent", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), {
        env: { CHATD_LIMITS_ATTACHMENT_BYTES: "1000" },
    });
    const ann = await chatd.signUp("ann");
    const ask = (headers) =>
        new Promise((resolve, reject) => {
            const socket = connect(chatd.port, "127.0.0.1");
            let text = "";
            socket.on("data", (data) => (text += data));
            socket.on("error", reject);
            socket.on("close", () => resolve(text));
            setTimeout(() => socket.end(), 1_000);
            socket.write(`POST /api/v1/attachments?name=a HTTP/1.1\r\nHost: h\r\n${headers}\r\n`);
        });
    const mine = `Authorization: Bearer ${ann.token}\r\nExpect: 100-continue\r\n`;
    assert.match(await ask(`${mine}Content-Length: 5000000000\r\n`), /^HTTP\/1\.1 413 /);
    assert.match(await ask("Expect: 100-continue\r\nContent-Length: 5\r\n"), /^HTTP\/1\.1 401 /);
    assert.match(await ask(`${mine}Content-Length: 5\r\nContent-Type: nonsense\r\n`), /^HTTP\/1\.1 415 /);
    assert.equal(await ask(`${mine}Content-Length: 5\r\n`), "HTTP/1.1 100 Continue\r\n\r\n");
    // Without a length it is refused where it passes the limit.
    const answer = await upload(chatd, ann, 3, { headers: { "Transfer-Encoding": "chunked" } }).catch(
        (error) => ({ status: error.code }),
    );
    assert.ok([413, "EPIPE", "ECONNRESET"].includes(answer.status), answer.status);
});

test("the kind of a file is verified from its bytes", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const ann = await chatd.signUp("ann");
    const png = Buffer.from(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "base64",
    );
    assert.equal((await (await small(chatd, ann, png, "image/png")).json()).contentType, "image/png");
    for (const [bytes, type] of [
        [png, "image/jpeg"],
        ["<!doctype html><html><body>x</body></html>", "image/png"],
        [png, "text/plain"],
        [Buffer.from("7f454c46020101000000000000000000", "hex"), "image/gif"],
    ]) {
        const refused = await small(chatd, ann, bytes, type);
        assert.equal(refused.status, 415, type);
        assert.equal((await refused.json()).error.code, "unsupported_type");
    }
    const html = await (
        await small(chatd, ann, "<!doctype html><html><script>x</script></html>", "text/html")
    ).json();
    const page = await get(chatd, ann, html.url);
    assert.match(page.headers.get("content-disposition"), /^attachment;/);
    assert.equal(page.headers.get("content-security-policy"), "default-src 'none'; sandbox");
});

test("a client that goes in the middle leaves nothing", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    const ann = await chatd.signUp("ann");
    for (let i = 0; i < 5; ++i) {
        await assert.rejects(
            upload(chatd, ann, 50, { each: (n, out) => (n === 10 + i ? out.destroy() : null) }),
        );
    }
    const blobs = join(folder, "blobs");
    await until(async () => (await files(blobs)).length === 0, "the uploads' files to go");
    assert.equal((await chatd.metrics()).get("chat_attachments_uploaded_total"), 0);
    assert.equal((await small(chatd, ann, "after")).status, 201);
});

test("the commands beside a server leave its uploads alone", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    const ann = await chatd.signUp("ann");
    const add = ["user", "add", "--data-dir", folder, "--email", "b@x.org", "--nickname", "B"];
    const answer = await upload(chatd, ann, 30, {
        each: async (n) => {
            if (n !== 15) return;
            const added = await run(add, { input: "a password\n", env: { CHATD_AUTH_BCRYPT_COST: "4" } });
            assert.equal(added.code, 0, added.err);
        },
    });
    assert.equal(answer.status, 201);
});

test("a kill in the middle leaves nothing, and takes nothing that was acknowledged", async (t) => {
    const folder = await scratch(t);
    const blobs = join(folder, "blobs");
    const kept = [];
    for (let round = 0; round < 3; ++round) {
        const chatd = await Chatd.start(t, folder, { env: { CHATD_AUTH_JWT_SECRET: "s".repeat(40) } });
        if (round === 0) kept.person = await chatd.signUp("ann");
        assert.equal((await files(blobs)).length, kept.length, "what the kill has left is gone");
        for (const [i, url] of kept.entries())
            assert.equal(await (await get(chatd, kept.person, url)).text(), `file ${i}`);
        const fresh = await small(chatd, kept.person, `file ${kept.length}`);
        kept.push((await fresh.json()).url);
        await assert.rejects(
            upload(chatd, kept.person, 50, { each: (n) => (n === 12 ? chatd.kill() : null) }),
        );
        assert.equal((await files(blobs)).length, kept.length + 1, "the kill was in the middle");
    }
});

test("what a message shows is its room's, as what it is", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const file = await (await small(chatd, ann, "secret")).json();
    assert.equal((await get(chatd, bob, file.url)).status, 404);
    const post = (path, body) =>
        fetch(`${chatd.url}/api/v1${path}`, {
            method: "POST",
            headers: { Authorization: `Bearer ${ann.token}` },
            body: JSON.stringify(body),
        });
    const room = await (await post("/chatrooms/direct", { userId: bob.id })).json();
    const said = await (
        await post(`/messages/${room.id}`, {
            content: "here",
            type: "file",
            attachments: [{ url: file.url, name: "x.exe", size: 1, contentType: "a/b" }],
        })
    ).json();
    assert.deepEqual(said.attachments, [
        { url: file.url, name: "note.txt", size: 6, contentType: "text/plain" },
    ]);
    assert.equal(await (await get(chatd, bob, file.url)).text(), "secret");
    await fetch(`${chatd.url}/api/v1/messages/${said.id}`, {
        method: "DELETE",
        headers: { Authorization: `Bearer ${ann.token}` },
    });
    assert.equal((await get(chatd, bob, file.url)).status, 404);
    assert.equal((await get(chatd, ann, file.url)).status, 404);
});

test("uploads leave the database its part of the disk that they share", async (t) => {
    const folder = await scratch(t);
    const disk = join(folder, "disk");
    await mkdir(disk);
    if (!has("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk))
        return t.skip("only root may mount a small disk");
    const chatd = await Chatd.start(t, join(disk, "data"));
    afterwards(t, async () => {
        await chatd.kill();
        execFileSync("umount", [disk]);
    });
    const ann = await chatd.signUp("ann");
    let taken = 0;
    const filled = async () => {
        const sent = await upload(chatd, ann, 1).catch((error) => ({ status: error.code }));
        taken += sent.status === 201 ? 1 : 0;
        return sent.status !== 201;
    };
    while (taken < 30 && !(await filled()));
    assert.ok(taken > 10 && taken < 24, `${taken} MiB were taken`);
    // What a post needs is there all the same.
    const post = async (path, body) => {
        const answer = await fetch(`${chatd.url}/api/v1${path}`, {
            method: "POST",
            headers: { Authorization: `Bearer ${ann.token}` },
            body: JSON.stringify(body),
        });
        assert.equal(answer.status, 201, await answer.clone().text());
        return answer.json();
    };
    const room = await post("/chatrooms", { title: "small", memberIds: [] });
    for (let i = 0; i < 5; ++i) await post(`/messages/${room.id}`, { content: `still here ${i}` });
});

test("on a full disk uploads are refused, and everything else goes on", async (t) => {
    const folder = await scratch(t);
    const disk = join(folder, "disk");
    await mkdir(disk);
    if (!has("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk))
        return t.skip("only root may mount a small disk");
    const chatd = await Chatd.start(t, join(folder, "data"), {
        env: { CHATD_BLOB_PATH: join(disk, "blobs") },
    });
    afterwards(t, async () => {
        await chatd.kill();
        execFileSync("umount", [disk]);
    });
    const ann = await chatd.signUp("ann");
    const full = await upload(chatd, ann, 10).catch((error) => ({ status: error.code }));
    if (full.status !== "EPIPE" && full.status !== "ECONNRESET") {
        assert.equal(full.status, 503);
        assert.equal(full.body.error.code, "unavailable");
        assert.equal(full.body.error.details.part, "blob");
    }
    assert.deepEqual(await files(join(disk, "blobs")), []);
    assert.equal((await small(chatd, ann, "small")).status, 201);
});
