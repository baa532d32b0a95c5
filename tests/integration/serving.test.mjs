// What chatd tells of itself while it serves, and how it leaves.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { Chatd, afterwards, has, pause, scratch, sqlite, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";

const prlimit = has("prlimit", "--version") ? false : "the prlimit program is not there";

test("health tells of every part", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const response = await fetch(`${chatd.url}/health`);
    assert.equal(response.status, 200);
    const health = await response.json();
    assert.match(health.status, /^(UP|DEGRADED)$/);
    assert.deepEqual(Object.keys(health.components), ["store", "bus", "cache", "journal", "blob", "disk"]);
    assert.equal(health.components.store.status, "UP");
    for (const path of ["/health/live", "/health/ready"]) {
        const short = await fetch(chatd.url + path);
        assert.equal(short.status, 200);
        assert.deepEqual(await short.json(), { status: "UP" });
    }
    assert.equal((await fetch(`${chatd.url}/health`, { method: "POST" })).status, 405);
});

test("a server that is well says so to however many ask at once", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    for (let round = 0; round < 5; ++round) {
        const asked = Array.from({ length: 64 }, (_, i) =>
            fetch(chatd.url + (i % 2 ? "/health" : "/health/ready")));
        for (const answer of await Promise.all(asked)) {
            assert.equal(answer.status, 200, await answer.text());
        }
    }
});

test("the figures count what happens", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const before = await chatd.metrics();
    for (const name of ["chat_messages_sent_total", "chat_messages_consumed_total",
        "chat_websocket_sessions", "chat_rooms_created_total", "chat_message_consume_duration_count"]) {
        assert.equal(before.get(name), 0, name);
    }
    const client = await Client.as(chatd.port, ann);
    const other = await Client.as(chatd.port, bob);
    const { room } = await client.ask({ type: "open", userId: bob.id });
    await other.ask({ type: "attach", roomId: room.id });
    for (let i = 0; i < 5; ++i) await client.ask({ type: "post", roomId: room.id, content: `${i}` });
    await until(() => other.events.filter((e) => e.type === "message").length === 5, "delivery");
    const after = await chatd.metrics();
    assert.equal(after.get("chat_messages_sent_total"), 5);
    assert.equal(after.get("chat_messages_consumed_total"), 5);
    assert.equal(after.get("chat_rooms_created_total"), 1);
    assert.equal(after.get("chat_websocket_sessions"), 2);
    assert.ok(after.get("chat_message_consume_duration_count") >= 5);
    assert.ok(after.get("chat_message_consume_duration_sum") > 0);
    assert.ok(after.get('chat_stage_duration_seconds_count{stage="commit"}') > 0);
    assert.ok(after.get("chat_events_delivered_total") >= 5);
    client.close();
    other.close();
    await until(async () => (await chatd.metrics()).get("chat_websocket_sessions") === 0, "goodbye");
});

test("the log is JSON lines, with security events apart, and without what people write", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), { args: ["--log.level", "debug"] });
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const client = await Client.as(chatd.port, ann);
    const { room } = await client.ask({ type: "open", userId: bob.id });
    await client.ask({ type: "post", roomId: room.id, content: "a very private word" });
    await fetch(`${chatd.url}/api/v1/auth/login`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email: "ann@example.org", password: "a wrong password" }),
    });
    await until(() => chatd.err.includes("log-in failed"), "the line of the failed log-in");
    assert.equal((await chatd.metrics()).get("chat_log_ins_failed_total"), 1);
    await chatd.stop();
    const lines = chatd.err.trim().split("\n").map((line) => JSON.parse(line));
    const failed = lines.find((line) => line.text === "log-in failed");
    assert.equal(failed.logger, "chatd.security");
    assert.equal(failed.userId, ann.id);
    assert.match(failed.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    for (const secret of ["private word", "wrong password", ann.token]) {
        assert.ok(!chatd.err.includes(secret));
    }
});

test("the page is served with its policy, and not sent twice", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const page = await fetch(`${chatd.url}/`);
    assert.equal(page.status, 200);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(page.headers.get("cache-control"), "no-cache");
    assert.match(page.headers.get("content-security-policy"), /^default-src 'self'; /);
    const html = await page.text();
    const known = await fetch(`${chatd.url}/`, {
        headers: { "If-None-Match": page.headers.get("etag") },
    });
    assert.equal(known.status, 304);
    const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);
    if (assets.length === 0) return t.skip("this chatd was built without its page");
    for (const asset of assets) {
        const packed = await fetch(chatd.url + asset);
        assert.equal(packed.status, 200, asset);
        assert.match(packed.headers.get("cache-control"), /immutable/);
        const plain = await fetch(chatd.url + asset, { headers: { "Accept-Encoding": "identity" } });
        assert.equal(plain.headers.get("content-encoding"), null);
        assert.equal(await packed.text(), await plain.text());
    }
    assert.equal((await fetch(`${chatd.url}/assets/nothing.js`)).status, 404);
});

test("SIGTERM sends clients elsewhere and ends with 0", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const client = await Client.as(chatd.port, await chatd.signUp("ann"));
    const begin = Date.now();
    assert.deepEqual(await chatd.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - begin < 30_000);
    await until(() => client.closed, "the close frame");
    assert.equal(client.closed.code, 1001);
    assert.ok(client.events.some((event) => event.type === "bye"));
});

test("a client that reads nothing does not keep it from leaving", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const socket = connect(chatd.port, "127.0.0.1");
    socket.on("error", () => {});
    afterwards(t, () => socket.destroy());
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n"); // and no more
    await pause(100);
    const begin = Date.now();
    assert.equal((await chatd.stop()).code, 0);
    assert.ok(Date.now() - begin < 30_000);
});

test("a SIGTERM that comes twice at once is one, and a later one leaves at once", async (t) => {
    for (const again of [true, false]) {
        const chatd = await Chatd.start(t, await scratch(t));
        // Half-open to the end, so that leaving takes as long as it may.
        const socket = connect({ port: chatd.port, host: "127.0.0.1", allowHalfOpen: true });
        socket.on("error", () => {});
        afterwards(t, () => socket.destroy());
        socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
        await pause(100);
        // Two kinds, since two of one kind become one in the kernel unless chatd is between them.
        chatd.signal("SIGTERM");
        chatd.signal("SIGINT");
        await pause(600);
        assert.equal(chatd.child.exitCode, null, chatd.err);
        if (again) chatd.signal("SIGTERM");
        assert.deepEqual(await chatd.ended, { code: again ? 1 : 0, signal: null });
        assert.equal(chatd.err.includes("leaving at once"), again);
    }
});

/// What /health says, of one of the parts too.
async function healthOf(chatd, part) {
    const response = await fetch(`${chatd.url}/health`);
    const { status, components } = await response.json();
    return { code: response.status, status, [part]: components[part] };
}

test("health tells that nothing can be written, and that it can again", { skip: sqlite }, async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const client = await Client.as(chatd.port, ann);
    const { room } = await client.ask({ type: "open", userId: bob.id });
    const health = () => healthOf(chatd, "journal");
    const ready = async () => (await fetch(`${chatd.url}/health/ready`)).status;
    assert.deepEqual((await health()).journal, { status: "UP", kind: "direct", waiting: 0, stuckForMs: 0 });

    const holder = spawn("sqlite3", [join(folder, "chatd.db")]);
    afterwards(t, () => holder.kill("SIGKILL"));
    const held = new Promise((resolve) => holder.stdout.once("data", resolve));
    holder.stdin.write("BEGIN IMMEDIATE;\nSELECT 'held';\n");
    await held;
    assert.equal((await health()).code, 200, "nobody has tried to write yet");
    const posts = ["one", "two"].map((content) =>
        client.ask({ type: "post", roomId: room.id, content }).catch((error) => error.error.code));
    let seen;
    await until(async () => (seen = await health()).journal.status === "DEGRADED", "the first doubt", 4_000);
    assert.equal(seen.code, 200);
    assert.equal(seen.status, "DEGRADED");
    assert.equal(seen.journal.waiting, 2);
    assert.ok(seen.journal.stuckForMs >= 1_000);
    assert.equal(await ready(), 200);
    await until(async () => (seen = await health()).journal.status === "DOWN", "the verdict", 8_000);
    assert.equal(seen.code, 503);
    assert.ok(seen.journal.stuckForMs >= 5_000);
    assert.equal(await ready(), 503);

    holder.stdin.write("ROLLBACK;\n");
    for (const post of posts) assert.ok((await post).message, "what waited was written");
    await until(async () => (await ready()) === 200, "its being ready again");
    assert.equal((await health()).journal.status, "UP");
});

test("health tells that files may grow no more, and that they may again", { skip: prlimit }, async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder, { args: ["--limits.person_posts_per_s=0"] });
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const client = await Client.as(chatd.port, ann);
    const { room } = await client.ask({ type: "open", userId: bob.id });
    const health = () => healthOf(chatd, "store");
    const ready = async () => (await fetch(`${chatd.url}/health/ready`)).status;
    const mayGrowTo = (bytes) =>
        execFileSync("prlimit", ["--pid", String(chatd.child.pid), `--fsize=${bytes}:unlimited`]);
    assert.equal((await health()).store.writable, true);

    const log = (await stat(join(folder, "chatd.db-wal"))).size;
    mayGrowTo(log + 200_000);
    const kept = [];
    let refusal;
    for (let i = 0; i < 2_000 && !refusal; ++i) {
        await client.ask({ type: "post", roomId: room.id, content: `${i} ${"x".repeat(900)}` }).then(
            ({ message }) => kept.push(message.content),
            (error) => (refusal = error.error.code),
        );
    }
    assert.match(refusal ?? "", /^(unavailable|timeout)$/);
    assert.ok(kept.length > 0);
    const { code, status, store } = await health();
    assert.deepEqual([code, status, store.status, store.writable], [503, "DOWN", "DOWN", false]);
    assert.equal(await ready(), 503);
    const history = async () => (await client.ask({ type: "history", roomId: room.id, limit: 100 })).items;
    assert.equal((await history())[0].content, kept.at(-1), "what was answered is there, and can be read");

    mayGrowTo("unlimited");
    await until(async () => (await health()).code === 200, "its being well again, without a post");
    assert.equal(await ready(), 200);
    assert.equal((await health()).store.writable, true);
    kept.push((await client.ask({ type: "post", roomId: room.id, content: "there is room again" })).message.content);
    await chatd.kill();
    const again = await Chatd.start(t, folder);
    const reader = await Client.as(again.port, ann);
    const all = [];
    for (let before; ; before = all[0].id) {
        const { items } = await reader.ask({ type: "history", roomId: room.id, limit: 100, before });
        if (items.length === 0) break;
        all.unshift(...items.toReversed());
    }
    assert.deepEqual(all.map((message) => message.content), kept, "all of it, once");
});

test("what HTTP and the handshake refuse has the documented shape", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
    const ask = (method, path, headers) => new Promise((resolve, reject) => {
        const sent = request(chatd.url + path, { method, headers, agent: false }, async (response) => {
            let body = "";
            for await (const part of response) body += part;
            resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(body) });
        });
        sent.on("error", reject).end();
    });
    const refused = async (status, code, method, path, headers = {}) => {
        const answer = await ask(method, path, headers);
        assert.equal(answer.status, status, JSON.stringify(answer));
        assert.deepEqual(Object.keys(answer.body.error), ["code", "message", "details", "requestId"]);
        assert.equal(answer.body.error.code, code);
        assert.equal(answer.headers["x-request-id"], answer.body.error.requestId);
        return answer;
    };
    await refused(400, "malformed", "GET", "/ws", upgrade);
    const old = await refused(426, "malformed", "GET", "/ws", { ...upgrade, "Sec-WebSocket-Version": "8" });
    assert.equal(old.headers["sec-websocket-version"], "13");
    const plain = await refused(426, "malformed", "GET", "/v1/websocket");
    assert.equal(plain.headers.upgrade, "websocket");
    await refused(405, "malformed", "POST", "/ws", upgrade);
    await refused(414, "too_large", "GET", `/${"a".repeat(9_000)}`);
    await refused(431, "too_large", "GET", "/", { X: "a".repeat(15_000), Y: "a".repeat(2_000) });
});

test("SIGHUP reads the log level again, and keeps it when the file is wrong", async (t) => {
    const folder = await scratch(t);
    const file = join(folder, "chatd.toml");
    await writeFile(file, '[log]\nlevel = "error"\n');
    const chatd = await Chatd.start(t, folder, { args: ["--config", file] });
    assert.equal(chatd.err, "");
    await writeFile(file, '[log]\nlevel = "info"\n');
    chatd.signal("SIGHUP");
    await until(() => chatd.err.includes("settings read again"), "the new level");
    await writeFile(file, '[log]\nlevel = "loud"\n');
    chatd.signal("SIGHUP");
    await until(() => chatd.err.includes("the settings are kept as they are"), "the refusal");
    assert.equal((await fetch(`${chatd.url}/health`)).status, 200);
});

test("SIGHUP puts other limits in force, for requests and for connections", async (t) => {
    const folder = await scratch(t);
    const file = join(folder, "chatd.toml");
    const write = (limits) => writeFile(file, `[limits]\n${limits.join("\n")}\n`);
    const reread = async (times) => {
        chatd.signal("SIGHUP");
        await until(() => chatd.err.split("settings read again").length === times + 1, "the new limits");
    };
    const refusal = (asked) => asked.then(() => undefined, (error) => error.error.code);

    await write(["person_posts_per_s = 0", "content_code_points_max = 10"]);
    const chatd = await Chatd.start(t, folder, { args: ["--config", file] });
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const client = await Client.as(chatd.port, ann);
    const { room } = await client.ask({ type: "open", userId: bob.id });
    const post = (content) => client.ask({ type: "post", roomId: room.id, content });
    assert.equal(await refusal(post("x".repeat(11))), "too_long");
    await post("x".repeat(10));

    await write(["person_posts_per_s = 1", "content_code_points_max = 20", "message_bytes_max = 1024",
        "request_body_bytes_max = 1024"]);
    await reread(1);
    await post("x".repeat(20));
    assert.equal(await refusal(post("y")), "too_many");
    // The connection that is open keeps its sizes; one that begins now has the new ones.
    assert.equal(await refusal(post("z".repeat(2_000))), "too_long");
    const other = await Client.connect(chatd.port);
    other.ask({ type: "hello", token: bob.token, padding: "p".repeat(2_000) }).catch(() => {});
    await until(() => other.closed, "the end of who says too much");
    assert.equal(other.closed.code, 1009);
    const large = await new Promise((resolve, reject) => {
        const options = { method: "POST", agent: false }; // a connection of its own
        request(`${chatd.url}/api/v1/auth/login`, options, resolve).on("error", reject).end("x".repeat(2_000));
    });
    assert.equal(large.statusCode, 413);
    large.destroy();

    await write(["person_posts_per_s = 0", "connections_max = 1"]);
    await reread(2);
    for (let i = 0; i < 20; ++i) await post("again and again and again"); // ann stays
    const tooMany = await Client.connect(chatd.port);
    await until(() => tooMany.closed, "the end of the connection too many");
    assert.equal(tooMany.closed.code, 4009);
    assert.equal(tooMany.events[0]?.reason, "too_many_connections");
});

test("a full node tells that it is alive, and others when to come again", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), { args: ["--limits.connections_max", "1"] });
    const held = await Client.connect(chatd.port);
    const ask = (path) => new Promise((resolve, reject) => {
        request(chatd.url + path, { agent: false }, (response) => {
            response.resume();
            response.on("end", () => resolve(response));
        }).on("error", reject).end();
    });
    for (const path of ["/health/live", "/health", "/metrics", "/actuator/health", "/actuator/prometheus"])
        assert.equal((await ask(path)).statusCode, 200, path);
    for (const path of ["/health/ready", "/api/v1/users/me", "/user/chat-room", "/"]) {
        const answer = await ask(path);
        assert.deepEqual([answer.statusCode, answer.headers["retry-after"]], [503, "5"], path);
    }
    assert.equal(held.closed, null);
    held.close();
    while ((await ask("/health/ready")).statusCode !== 200) await pause(20);
});

test("refused access is logged with request and person, bounded, without tokens", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const get = (path, token) => fetch(`${chatd.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } });
    const lines = () => chatd.err.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    const refusals = () => lines().filter((line) => line.logger === "chatd.security" && /refus/.test(line.text));

    const owner = await Client.as(chatd.port, bob);
    const { room } = await owner.ask({ type: "create", title: "bob's own" });
    const answer = await get(`/chatrooms/${room.id}/participants`, ann.token);
    assert.equal(answer.status, 403);
    await until(() => refusals().length === 1, "the line");
    const [line] = refusals();
    assert.equal(line.text, "access refused: not_a_member");
    assert.equal(line.level, "info");
    assert.equal(line.requestId, answer.headers.get("x-request-id"));
    assert.equal(line.userId, ann.id);

    const client = await Client.as(chatd.port, ann);
    await client.ask({ type: "attach", roomId: room.id }).catch(() => {});
    await until(() => refusals().length === 2, "the line of the native request");
    assert.equal(refusals()[1].requestId, `${client.hello.session}.2`);

    for (let i = 0; i < 300; ++i) await (await get("/users/me", `not-a-token-${i}`)).text();
    await until(() => refusals().some((each) => /were not logged/.test(each.text)), "what was left out");
    assert.ok(refusals().length < 200);
    assert.ok(!chatd.err.includes("not-a-token"));
    assert.ok(!chatd.err.includes(ann.token));
});
