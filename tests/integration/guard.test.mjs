// What a running chatd does against those who guess, flood and forge, and whom else it lets in.

import assert from "node:assert/strict";
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { test } from "node:test";

import { Chatd, pause, run, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";

const json = { "Content-Type": "application/json" };

async function call(chatd, method, path, { body, token, headers = {} } = {}) {
    const response = await fetch(`${chatd.url}/api/v1${path}`, {
        method,
        headers: { ...json, ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, wait: response.headers.get("retry-after"), body: await response.json() };
}

const logIn = (chatd, email, password, from) =>
    call(chatd, "POST", "/auth/login", { body: { email, password }, headers: from ? { "X-Forwarded-For": from } : {} });

const base64url = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function jwt(header, payload, sign) {
    const input = `${base64url(header)}.${base64url(payload)}`;
    return `${input}.${sign(input)}`;
}

const bySecret = (secret) => (input) => createHmac("sha256", secret).update(input).digest("base64url");
const byKey = (key) => (input) =>
    createSign("sha256").update(input).sign({ key, dsaEncoding: "ieee-p1363" }).toString("base64url");

const hour = () => Math.floor(Date.now() / 1000) + 3600;

test("who guesses has to wait, by account and by address, and nobody else", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), { args: ["--trusted_proxies", "127.0.0.0/8, ::1"] });
    await chatd.signUp("ann");
    await chatd.signUp("bob");
    for (const email of ["ann@example.org", "nobody@example.org"]) {
        for (let i = 0; i < 5; ++i) assert.equal((await logIn(chatd, email, "wrong one", "192.0.2.1")).status, 401);
        const refused = await logIn(chatd, email, "password of ann", "192.0.2.9");
        assert.equal(refused.status, 429);
        assert.equal(refused.body.error.code, "too_many");
        assert.equal(refused.body.error.details.field, "logins");
        assert.equal(refused.wait, "30");
    }
    for (let i = 0; i < 10; ++i) assert.equal((await logIn(chatd, `p${i}@example.org`, "wrong one", "192.0.2.1")).status, 401);
    assert.equal((await logIn(chatd, "bob@example.org", "password of bob", "192.0.2.1")).status, 429);
    assert.equal((await logIn(chatd, "bob@example.org", "password of bob", "192.0.2.2, 127.0.0.9")).status, 200);
    assert.equal((await chatd.metrics()).get("chat_log_ins_failed_total"), 20);
    await chatd.stop();
    const lines = chatd.err.trim().split("\n").map((line) => JSON.parse(line));
    const failed = lines.filter((line) => line.text === "log-in failed");
    assert.equal(failed.length, 20);
    assert.ok(failed.every((line) => line.logger === "chatd.security" && line.address === "192.0.2.1"));
    assert.ok(lines.some((line) => line.text === "log-ins are held back for 30 s"));
});

test("a header is not believed of who is no trusted proxy", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), { args: ["--limits.address_log_ins_failed=2"] });
    for (let i = 0; i < 2; ++i) assert.equal((await logIn(chatd, `p${i}@example.org`, "x", `192.0.2.${i}`)).status, 401);
    assert.equal((await logIn(chatd, "p3@example.org", "x", "192.0.2.3")).status, 429);
});

test("one address that fills the hashes with sign-ups keeps nobody out", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), {
        args: ["--trusted_proxies", "127.0.0.1"],
        env: { CHATD_AUTH_BCRYPT_COST: "9" },
    });
    await chatd.signUp("ann");
    const flood = Array.from({ length: 150 }, (_, i) =>
        call(chatd, "POST", "/auth/signup", {
            body: { email: `f${i}@example.org`, password: "flooding it", nickname: "f" },
            headers: { "X-Forwarded-For": "203.0.113.1" },
        }));
    await pause(300);
    const others = Array.from({ length: 4 }, () => logIn(chatd, "ann@example.org", "password of ann", "192.0.2.7"));
    for (const other of await Promise.all(others)) assert.equal(other.status, 200);
    const statuses = (await Promise.all(flood)).map((answer) => answer.status);
    assert.ok(statuses.includes(429), "the flood was cut");
    assert.ok(statuses.includes(201), "and not shut out");
});

test("an address that connects too often is told so, and another is not", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), { args: ["--limits.address_connects_per_s=5"] });
    const once = () =>
        new Promise((resolve) => {
            get(`${chatd.url}/health/live`, { agent: false }, (response) => {
                response.resume();
                resolve(response.statusCode);
            }).on("error", () => resolve(0));
        });
    const statuses = [];
    for (let i = 0; i < 20; ++i) statuses.push(await once());
    assert.ok(statuses.slice(0, 4).every((status) => status === 200), `${statuses}`);
    assert.ok(statuses.filter((status) => status === 429).length >= 5, `${statuses}`);
    await pause(1_200);
    assert.equal(await once(), 200);
});

test("tokens of somebody else's secret are taken by HTTP and by WebSocket", async (t) => {
    const secret = "somebody else's secret, 32 bytes and more";
    const chatd = await Chatd.start(t, await scratch(t), {
        args: ["--auth.outside.audience", "chat", "--auth.outside.create", "true", "--auth.outside.role_claim", "role"],
        env: { CHATD_AUTH_OUTSIDE_SECRET: secret },
    });
    const claims = { sub: "STU001", name: "Ari", aud: "chat", role: "admin", exp: hour() };
    const token = jwt({ alg: "HS256" }, claims, bySecret(secret));
    const me = await call(chatd, "GET", "/users/me", { token });
    assert.equal(me.status, 200);
    assert.equal(me.body.externalId, "STU001");
    assert.equal(me.body.nickname, "Ari");
    assert.equal(me.body.role, "user");
    assert.equal((await call(chatd, "GET", "/admin/stats", { token })).status, 403);
    const client = await Client.as(chatd.port, { token });
    const bob = await chatd.signUp("bob");
    const { room } = await client.ask({ type: "open", userId: bob.id });
    assert.ok(room.id > 0);
    client.close();
    const refused = [
        jwt({ alg: "none" }, claims, () => ""),
        jwt({ alg: "HS256" }, claims, bySecret("another secret of thirty-two bytes!")),
        jwt({ alg: "HS256" }, { ...claims, aud: "mail" }, bySecret(secret)),
        jwt({ alg: "HS256" }, { ...claims, nbf: hour() }, bySecret(secret)),
        jwt({ alg: "HS512" }, claims, bySecret(secret)),
    ];
    for (const forged of refused) {
        const answer = await call(chatd, "GET", "/users/me", { token: forged });
        assert.equal(answer.status, 401);
        assert.equal(answer.body.error.code, "unauthenticated");
    }
    const old = jwt({ alg: "HS256" }, { ...claims, exp: hour() - 7200 }, bySecret(secret));
    assert.equal((await call(chatd, "GET", "/users/me", { token: old })).body.error.code, "token_expired");
});

test("a key set is read again when it changes, and at SIGHUP; a wrong one is not taken", async (t) => {
    const folder = await scratch(t);
    const file = join(folder, "keys.json");
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = (pair, kid) => ({ ...pair.publicKey.export({ format: "jwk" }), kid, use: "sig" });
    const put = async (text) => {
        await writeFile(`${file}.new`, text);
        await rename(`${file}.new`, file);
    };
    await put(JSON.stringify({ keys: [jwk(rsa, "one")] }));
    const chatd = await Chatd.start(t, folder, {
        args: ["--auth.outside.jwks_file", file, "--auth.outside.create=true"],
    });
    let people = 0;
    const status = async (pair, alg, kid) => {
        const payload = { sub: `P${++people}`, exp: hour() };
        const token = jwt({ alg, ...(kid ? { kid } : {}) }, payload, byKey(pair.privateKey));
        return (await call(chatd, "GET", "/users/me", { token })).status;
    };
    assert.equal(await status(rsa, "RS256", "one"), 200);
    assert.equal(await status(rsa, "RS256"), 401, "no kid");
    assert.equal(await status(rsa, "RS256", "two"), 401, "another kid");
    assert.equal(await status(ec, "ES256", "two"), 401);
    await put(JSON.stringify({ keys: [jwk(ec, "two")] }));
    await until(async () => (await status(ec, "ES256", "two")) === 200, "the new key");
    assert.equal(await status(rsa, "RS256", "one"), 401, "the old one has gone");
    await put("no keys at all");
    await until(() => chatd.err.includes("are kept as they are"), "the word of the wrong file");
    assert.equal(await status(ec, "ES256", "two"), 200);
    await put(JSON.stringify({ keys: [jwk(rsa, "one"), jwk(ec, "two")] }));
    chatd.signal("SIGHUP");
    await until(async () => (await status(rsa, "RS256", "one")) === 200, "both keys");
    assert.equal(await status(ec, "ES256", "two"), 200);
});

test("keys that are of no use keep it from starting, with a reason", async (t) => {
    const folder = await scratch(t);
    const file = join(folder, "keys.pem");
    await writeFile(file, "this is no key");
    const start = (...args) => run(["--listen", "127.0.0.1:0", "--data-dir", join(folder, "data"), ...args]);
    const wrong = await start("--auth.outside.public_key_file", file);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /keys\.pem are of no use: it is no public key/);
    const missing = await start("--auth.outside.jwks_file", join(folder, "nothing"));
    assert.equal(missing.code, 1);
    assert.match(missing.err, /nothing cannot be read: No such file/);
    const both = await start("--auth.outside.public_key_file", file, "--auth.outside.jwks_file", file);
    assert.equal(both.code, 2);
    assert.match(both.err, /auth\.outside\.jwks_file: auth\.outside\.public_key_file is given already/);
    const networks = await start("--trusted_proxies", "10.0.0.0/8, here");
    assert.equal(networks.code, 2);
    assert.match(networks.err, /"here" is no address and no network/);
});

test("who is disabled is put out, whatever token they came by", async (t) => {
    const secret = "somebody else's secret, 32 bytes and more";
    const key = "the key of the host";
    const chatd = await Chatd.start(t, await scratch(t), {
        args: ["--auth.outside.create", "true"],
        env: { CHATD_AUTH_OUTSIDE_SECRET: secret, CHATD_AUTH_HOST_KEY: key },
    });
    const token = jwt({ alg: "HS256" }, { sub: "STU001", exp: hour() }, bySecret(secret));
    const { body: me } = await call(chatd, "GET", "/users/me", { token });
    const client = await Client.as(chatd.port, { token });
    const set = (body) => call(chatd, "PUT", `/admin/users/${me.id}`, { body, headers: { "X-Chatd-Key": key } });
    assert.equal((await set({ disabled: true })).status, 200);
    await until(() => client.closed, "the end of the connection");
    assert.equal(client.closed.code, 4001);
    assert.equal((await call(chatd, "GET", "/users/me", { token })).status, 401);
    assert.equal((await set({ disabled: false })).status, 200);
    assert.equal((await call(chatd, "GET", "/users/me", { token })).status, 200);
});

test("reports and figures outlive the server", async (t) => {
    const folder = await scratch(t);
    const options = { env: { CHATD_AUTH_HOST_KEY: "the key of the host" } };
    const host = { headers: { "X-Chatd-Key": "the key of the host" } };
    let chatd = await Chatd.start(t, folder, options);
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const client = await Client.as(chatd.port, bob);
    const { room } = await client.ask({ type: "open", userId: ann.id });
    const { message } = await client.ask({ type: "post", roomId: room.id, content: "a rude word" });
    const report = { body: { messageId: message.id, reason: "rude" }, token: ann.token };
    assert.equal((await call(chatd, "POST", "/reports", report)).status, 201);
    assert.equal((await call(chatd, "POST", "/reports", report)).status, 200);
    await client.ask({ type: "delete", messageId: message.id });
    const stats = (await call(chatd, "GET", "/admin/stats", host)).body;
    assert.deepEqual([stats.people, stats.rooms, stats.messages, stats.reports], [2, 1, 1, 1]);
    assert.equal(stats.webSockets, 1);
    assert.ok(stats.connections >= 1 && stats.requests >= 5 && stats.uptimeSeconds >= 0);
    await chatd.kill();
    chatd = await Chatd.start(t, folder, options);
    const { items } = (await call(chatd, "GET", "/admin/reports", host)).body;
    assert.equal(items.length, 1);
    assert.equal(items[0].message.content, "a rude word");
    const after = (await call(chatd, "GET", "/admin/stats", host)).body;
    assert.deepEqual([after.people, after.rooms, after.messages, after.reports], [2, 1, 1, 1]);
});
