// SockJS by the client that the systems use, in each of its transports, with STOMP over it; and what
// only browsers speak, by hand. Four threads, so that connections move to where their session is.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";

import { Chatd, afterwards, pause, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";
import { Stomp } from "./lib/stomp.mjs";

const THREADS = { CHATD_IO_THREADS: "4" };

function frame(command, headers, body = "") {
    const lines = Object.entries(headers).map(([key, value]) => `${key}:${value}`);
    return `${[command, ...lines].join("\n")}\n\n${body}\0`;
}

const hello = (person) => frame("CONNECT", { "accept-version": "1.2", Authorization: `Bearer ${person.token}` });

/// A stompjs client over SockJS that is connected.
const stompOver = (t, chatd, person, transport, more) =>
    Stomp.connect(t, chatd, person, { over: [transport], ...more });

async function twoPeople(t, settings = {}) {
    const chatd = await Chatd.start(t, await scratch(t), { env: { ...THREADS, ...settings } });
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const native = await Client.as(chatd.port, bob);
    const { room } = await native.ask({ type: "open", userId: ann.id });
    afterwards(t, () => native.close());
    return { chatd, ann, bob, native, room };
}

let sessions = 0;
/// The address of a session that nobody has.
const session = (chatd, path = "/ws/chat") => `${chatd.url}${path}/000/s${process.pid}x${++sessions}`;

const send = (at, ...texts) => fetch(`${at}/xhr_send`, { method: "POST", body: JSON.stringify(texts) });
const poll = async (at, query = "") => (await fetch(`${at}/xhr${query}`, { method: "POST" })).text();

/// Polls until one of the messages has this; all that came by then.
async function pollUntil(at, what) {
    let all = "";
    for (let i = 0; i < 50 && !all.includes(what); ++i) all += await poll(at);
    assert.ok(all.includes(what), `${what} in ${all}`);
    return all;
}

/// An answer that grows.
class Page {
    #reader;
    #text = "";

    constructor(response) {
        this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    }
    /// Reads until it has that.
    async until(what) {
        while (!this.#text.includes(what)) {
            const { value, done } = await this.#reader.read();
            assert.ok(!done, `ended before ${what}: ${this.#text}`);
            this.#text += value;
        }
    }
    close() {
        return this.#reader.cancel();
    }
}

for (const transport of ["websocket", "xhr-streaming", "xhr-polling", "eventsource"]) {
    test(`stompjs over sockjs-client: ${transport}`, async (t) => {
        const { chatd, ann, bob, native, room } = await twoPeople(t);
        const her = await stompOver(t, chatd, ann, transport);
        const his = await stompOver(t, chatd, bob, transport, { path: "/ws", token: bob.token });
        assert.deepEqual(her.errors.concat(her.closes, his.errors, his.closes), []);
        assert.equal(her.socket.transport, transport);
        const hers = await her.hear(`/topic/messages/${room.id}`);
        const his_messages = await his.hear(`/topic/messages/${room.id}`);
        const errors = await her.hear("/user/queue/errors");
        const text = "100% 안녕 👋 \"\\ \u200d\u2028 </script>";
        her.say("/app/chat", { roomId: room.id, content: text });
        await until(() => his_messages.length === 1, "her message at his");
        assert.equal(his_messages[0].content, text);
        for (let i = 0; i < 30; ++i) his.say("/app/typing", { roomId: room.id, isTyping: i % 2 === 0 });
        for (let i = 0; i < 5; ++i) {
            const posted = await native.ask({ type: "post", roomId: room.id, content: `number ${i}` });
            assert.ok(posted.message.id > 0);
        }
        await until(() => hers.length >= 6, "what was posted natively");
        assert.deepEqual(hers.slice(-5).map((each) => each.content), [0, 1, 2, 3, 4].map((i) => `number ${i}`));
        her.say("/app/edit", { messageId: his_messages[0].id + 1, content: "not mine" });
        await until(() => errors.length === 1, "a refusal");
        await her.client.deactivate();
        await until(() => her.closes.length === 1, "the end");
    });
}

test("a bad token is told before the end, in every transport", async (t) => {
    const { chatd } = await twoPeople(t);
    for (const transport of ["websocket", "xhr-streaming", "xhr-polling", "eventsource"]) {
        const nobody = await stompOver(t, chatd, { token: "nonsense" }, transport);
        await until(() => nobody.errors.length === 1 && nobody.closes.length === 1, `ERROR over ${transport}`);
        assert.equal(JSON.parse(nobody.errors[0].body).code, "unauthenticated", transport);
    }
});

test("many sessions at once, each on its thread, lose and double nothing", async (t) => {
    const { chatd, ann, native, room } = await twoPeople(t);
    const transports = ["xhr-streaming", "xhr-polling", "eventsource", "websocket"];
    const all = await Promise.all(
        Array.from({ length: 16 }, (_, i) => stompOver(t, chatd, ann, transports[i % transports.length])),
    );
    const lists = await Promise.all(all.map((each) => each.hear(`/topic/messages/${room.id}`)));
    const ids = [];
    for (let i = 0; i < 40; ++i) {
        ids.push((await native.ask({ type: "post", roomId: room.id, content: `${i}` })).message.id);
        if (i % 8 === 7) await pause(1_000); // within the rate of a person
    }
    for (const list of lists) {
        await until(() => list.length >= ids.length, `${list.length} of ${ids.length}`);
        assert.deepEqual(list.filter((each) => each.changedAt === each.id).map((each) => each.id), ids);
    }
});

test("htmlfile and jsonp, as browsers ask", async (t) => {
    const { chatd, ann, native, room } = await twoPeople(t);
    const at = session(chatd);
    const response = await fetch(`${at}/htmlfile?c=cb`);
    assert.equal(response.headers.get("content-type"), "text/html; charset=UTF-8");
    const page = new Page(response);
    await page.until('p("o");');
    await send(at, hello(ann), frame("SUBSCRIBE", { id: "m", destination: `/topic/messages/${room.id}`, receipt: "r" }));
    await page.until("receipt-id:r");
    await native.ask({ type: "post", roomId: room.id, content: "</script>" });
    await page.until("\\u003c/script>");
    await page.close();
    const jsonp = session(chatd, "/ws");
    const call = async () => (await fetch(`${jsonp}/jsonp?c=cb`)).text();
    assert.equal(await call(), 'cb("o");\r\n');
    const form = new URLSearchParams({
        d: JSON.stringify([hello(ann), frame("SUBSCRIBE", { id: "m", destination: `/topic/messages/${room.id}` })]),
    });
    assert.equal(await (await fetch(`${jsonp}/jsonp_send`, { method: "POST", body: form })).text(), "ok");
    assert.match(await call(), /^cb\("a\[\\"CONNECTED/);
    await native.ask({ type: "post", roomId: room.id, content: "by script" });
    assert.match(await call(), /by script/);
    await fetch(`${jsonp}/jsonp?c=alert(1)`).then((refused) => assert.equal(refused.status, 500));
});

test("info, the iframe's page and its script", async (t) => {
    const { chatd } = await twoPeople(t);
    for (const path of ["/ws/chat", "/ws"]) {
        assert.equal(await (await fetch(chatd.url + path)).text(), "Welcome to SockJS!\n");
        const info = await (await fetch(`${chatd.url}${path}/info`, { headers: { Origin: "http://a" } })).json();
        assert.deepEqual({ ...info, entropy: 0 }, { websocket: true, cookie_needed: false, origins: ["*:*"], entropy: 0 });
        const page = await fetch(`${chatd.url}${path}/iframe-1.6.1.html`);
        const [, script] = /<script src="([^"]+)">/.exec(await page.text());
        const known = await fetch(page.url, { headers: { "If-None-Match": page.headers.get("etag") } });
        assert.equal(known.status, 304);
        assert.match(await (await fetch(chatd.url + script)).text(), /bootstrap_iframe/);
    }
});

test("a connection that ends between polls loses nothing; one within a poll is told of", async (t) => {
    const { chatd, ann, native, room } = await twoPeople(t);
    const at = session(chatd);
    const path = new URL(at).pathname;
    const ask = (socket) => socket.write(`POST ${path}/xhr HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n`);
    const open = () =>
        new Promise((resolve) => {
            const socket = connect(chatd.port, "127.0.0.1", () => resolve(socket));
            socket.text = "";
            socket.on("data", (data) => (socket.text += data));
        });
    const first = await open();
    ask(first);
    await until(() => first.text.endsWith("\r\n\r\no\n"), "the open frame");
    await send(at, hello(ann), frame("SUBSCRIBE", { id: "m", destination: `/topic/messages/${room.id}`, receipt: "r" }));
    await pollUntil(at, "receipt-id:r");
    first.destroy();
    for (let i = 0; i < 3; ++i) await native.ask({ type: "post", roomId: room.id, content: `away ${i}` });
    const came = await pollUntil(at, "away 2");
    for (let i = 0; i < 3; ++i) assert.equal(came.split(`away ${i}`).length, 2, came);
    const second = await open();
    ask(second);
    await pause(200);
    assert.equal(await poll(at), 'c[2010,"Another connection still open"]\n');
    second.destroy();
    await pause(200);
    assert.equal(await poll(at), 'c[1002,"Connection interrupted"]\n');
    // Whoever comes anew has missed nothing that was said.
    const anew = session(chatd);
    assert.equal(await poll(anew), "o\n");
    await send(anew, hello(ann), frame("SUBSCRIBE", { id: "s", destination: "/user/queue/sync" }));
    await pollUntil(anew, "CONNECTED");
    await send(anew, frame("SEND", { destination: "/app/sync" }, JSON.stringify({ roomId: room.id, since: 0 })));
    await pollUntil(anew, "away 2");
});

test("a session whose client stays away is forgotten after five seconds, and its person goes", async (t) => {
    const { chatd, ann } = await twoPeople(t);
    const at = session(chatd);
    assert.equal(await poll(at), "o\n");
    await send(at, hello(ann));
    await pollUntil(at, "CONNECTED");
    assert.equal((await send(at, "\n")).status, 204);
    await pause(7_500);
    assert.equal((await send(at, "\n")).status, 404);
    assert.equal(await poll(at), "o\n");
});

test("a client that is away with too much waiting is told so, and let go", async (t) => {
    const { chatd, ann, native, room } = await twoPeople(t, { CHATD_LIMITS_OUTBOUND_BYTES_MAX: "16384" });
    const at = session(chatd);
    assert.equal(await poll(at), "o\n");
    await send(at, hello(ann), frame("SUBSCRIBE", { id: "m", destination: `/topic/messages/${room.id}`, receipt: "r" }));
    await pollUntil(at, "receipt-id:r");
    for (let i = 0; i < 8; ++i) await native.ask({ type: "post", roomId: room.id, content: "가".repeat(900) });
    await pause(300);
    assert.match(await poll(at), /ERROR\\n.*too slow/);
    assert.equal(await poll(at), 'c[4008,"too slow"]\n');
});

test("settings: no WebSocket, the cookie, the limit of an answer, and none at all", async (t) => {
    const { chatd } = await twoPeople(t, {
        CHATD_DOORS_SOCKJS_WEBSOCKET: "false",
        CHATD_DOORS_SOCKJS_COOKIE_NEEDED: "true",
        CHATD_DOORS_SOCKJS_RESPONSE_BYTES_MAX: "4096",
    });
    const info = await (await fetch(`${chatd.url}/ws/chat/info`)).json();
    assert.equal(info.websocket, false);
    assert.equal(info.cookie_needed, true);
    const opened = await fetch(`${session(chatd)}/xhr`, { method: "POST", headers: { Cookie: "JSESSIONID=node7" } });
    assert.equal(opened.headers.get("set-cookie"), "JSESSIONID=node7; path=/");
    const off = await Chatd.start(t, await scratch(t), { env: { CHATD_DOORS_SOCKJS_ENABLED: "false" } });
    assert.equal((await fetch(`${off.url}/ws/chat/info`)).status, 404);
});

test("a server that stops says so to sessions, and does not wait for them", async (t) => {
    const { chatd, ann } = await twoPeople(t);
    const her = await stompOver(t, chatd, ann, "xhr-streaming");
    const began = Date.now();
    await chatd.stop();
    assert.ok(Date.now() - began < 5_000, "it stops soon");
    await until(() => her.errors.length === 1, "the ERROR frame");
});
