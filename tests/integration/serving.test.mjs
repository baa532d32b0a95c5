// What chatd tells of itself while it serves, and how it leaves.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { Chatd, afterwards, pause, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";

test("health tells of every part", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const response = await fetch(`${chatd.url}/health`);
    assert.equal(response.status, 200);
    const health = await response.json();
    assert.match(health.status, /^(UP|DEGRADED)$/);
    assert.deepEqual(Object.keys(health.components), ["store", "bus", "cache", "journal", "disk"]);
    assert.equal(health.components.store.status, "UP");
    for (const path of ["/health/live", "/health/ready"]) {
        const short = await fetch(chatd.url + path);
        assert.equal(short.status, 200);
        assert.deepEqual(await short.json(), { status: "UP" });
    }
    assert.equal((await fetch(`${chatd.url}/health`, { method: "POST" })).status, 405);
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
