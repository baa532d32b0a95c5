// Engine.IO 4 and Socket.IO 5 to the letter, against a server that gives back what it is sent
// (tests/conformance/protocol_server.cpp): what the protocols' own suites ask, and a little more.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";

import WebSocket from "ws";

import { pause } from "./lib/chatd.mjs";

let base;
let server;

before(async () => {
    server = spawn(process.env.PROTOCOL_SERVER, ["0"]);
    base = await new Promise((resolve, reject) => {
        let out = "";
        server.stdout.on("data", (data) => {
            const found = /listening on (http:\S+)\n/.exec((out += data));
            if (found) resolve(found[1]);
        });
        server.once("error", reject);
        server.once("close", () => reject(new Error("the server ended")));
    });
});
after(() => server.kill("SIGTERM"));

const url = (path, query) => `${base}/${path}/?${new URLSearchParams(query)}`;
const polling = { EIO: 4, transport: "polling" };
const websocket = { EIO: 4, transport: "websocket" };

class Http {
    constructor(path, sid) {
        this.path = path;
        this.sid = sid;
    }
    static async open(path) {
        const text = await (await fetch(url(path, polling))).text();
        return new Http(path, JSON.parse(text.slice(1)).sid);
    }
    async get(extra = {}, options = {}) {
        const response = await fetch(url(this.path, { ...polling, sid: this.sid, ...extra }), options);
        return { status: response.status, text: await response.text() };
    }
    async post(body) {
        const response = await fetch(url(this.path, { ...polling, sid: this.sid }), { method: "POST", body });
        return { status: response.status, text: await response.text() };
    }
}

class Socket {
    #kept = [];
    #waiting = [];

    constructor(path, query = websocket) {
        this.ws = new WebSocket(url(path, query).replace("http", "ws"));
        this.ws.on("message", (data, binary) => this.#take(binary ? data : data.toString()));
        this.ws.on("error", () => {});
        this.opened = new Promise((resolve) => this.ws.once("open", resolve));
        this.closed = new Promise((resolve) => this.ws.once("close", resolve));
    }
    static async open(path, query) {
        const socket = new Socket(path, query);
        socket.opening = JSON.parse((await socket.next()).slice(1));
        return socket;
    }
    /// In the main namespace.
    static async connected() {
        const socket = await Socket.open("socket.io");
        socket.send("40");
        await socket.next();
        await socket.next();
        return socket;
    }
    send(...messages) {
        for (const each of messages) this.ws.send(each);
    }
    /// The next message that is no ping.
    async next() {
        for (;;) {
            const data = this.#kept.length
                ? this.#kept.shift()
                : await new Promise((resolve) => this.#waiting.push(resolve));
            if (data !== "2") return data;
        }
    }
    async ping() {
        for (;;) {
            const data = this.#kept.length
                ? this.#kept.shift()
                : await new Promise((resolve) => this.#waiting.push(resolve));
            if (data === "2") return;
        }
    }
    #take(data) {
        if (this.#waiting.length) this.#waiting.shift()(data);
        else this.#kept.push(data);
    }
}

const KEYS = ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"];

for (const path of ["engine.io", "socket.io"]) {
    test(`${path}: the handshake of each transport`, async () => {
        const response = await fetch(url(path, polling));
        assert.equal(response.status, 200);
        const text = await response.text();
        assert.equal(text[0], "0");
        const opening = JSON.parse(text.slice(1));
        assert.deepEqual(Object.keys(opening).sort(), KEYS);
        assert.deepEqual(
            [opening.upgrades, opening.pingInterval, opening.pingTimeout, opening.maxPayload],
            [["websocket"], 300, 200, 1_000_000],
        );
        const socket = await Socket.open(path);
        assert.deepEqual(Object.keys(socket.opening).sort(), KEYS);
        assert.deepEqual(socket.opening.upgrades, []);
        socket.ws.close();
    });

    test(`${path}: handshakes that are refused`, async () => {
        for (const [query, method, code] of [
            [{ transport: "polling" }, "GET", 5],
            [{ EIO: "abc", transport: "polling" }, "GET", 5],
            [{ EIO: 4 }, "GET", 0],
            [{ EIO: 4, transport: "abc" }, "GET", 0],
            [polling, "POST", 2],
            [polling, "PUT", 2],
            [{ ...polling, sid: "abc" }, "GET", 1],
        ]) {
            const response = await fetch(url(path, query), { method });
            assert.equal(response.status, 400);
            assert.equal((await response.json()).code, code);
        }
        for (const query of [
            { transport: "websocket" },
            { EIO: "abc", transport: "websocket" },
            { EIO: 4 },
            { EIO: 4, transport: "abc" },
        ]) {
            await new Socket(path, query).closed;
        }
    });

    test(`${path}: pings, and the end of who does not answer`, async () => {
        const http = await Http.open(path);
        const socket = await Socket.open(path);
        if (path === "socket.io") {
            await http.post("40");
            // What was shown is given back a moment after the connection, or with it.
            while (!(await http.get()).text.includes('"auth"'));
            socket.send("40");
        }
        for (let i = 0; i < 3; ++i) {
            assert.deepEqual(await http.get(), { status: 200, text: "2" });
            assert.equal((await http.post("3")).status, 200);
        }
        const silent = await Http.open(path);
        const mute = await Socket.open(path);
        await pause(600);
        assert.equal((await silent.get()).status, 400);
        await mute.closed;
        const lively = await Socket.open(path);
        if (path === "socket.io") lively.send("40");
        for (let i = 0; i < 3; ++i) {
            await lively.ping();
            lively.send("3");
        }
        assert.equal(lively.ws.readyState, WebSocket.OPEN);
        lively.ws.close();
        await socket.closed;
    });

    test(`${path}: goodbyes`, async () => {
        const http = await Http.open(path);
        const [poll] = await Promise.all([http.get(), pause(20).then(() => http.post("1"))]);
        assert.deepEqual(poll, { status: 200, text: "6" });
        assert.equal((await http.get()).status, 400);
        const socket = await Socket.open(path);
        socket.send("1");
        await socket.closed;
    });

    test(`${path}: a WebSocket takes over, once`, async () => {
        const http = await Http.open(path);
        const query = { ...websocket, sid: http.sid };
        const socket = new Socket(path, query);
        await socket.opened;
        socket.send("2probe");
        assert.equal(await socket.next(), "3probe");
        assert.deepEqual(await http.get(), { status: 200, text: "6" });
        socket.send("5");
        await pause(20);
        assert.equal((await http.get()).status, 400);
        await new Socket(path, query).closed;
        socket.send(path === "engine.io" ? "4hello" : "40");
        assert.match(await socket.next(), path === "engine.io" ? /^4hello$/ : /^40\{"sid":/);
        socket.ws.close();
    });
}

test("engine.io: messages and bytes by polling", async () => {
    const http = await Http.open("engine.io");
    for (const body of ["4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA=="]) {
        assert.deepEqual(await http.post(body), { status: 200, text: "ok" });
        assert.deepEqual(await http.get(), { status: 200, text: body });
    }
    await http.post("abc");
    assert.equal((await http.get()).status, 400);
});

test("engine.io: of two polls the first is told the end", async () => {
    const http = await Http.open("engine.io");
    const [first, second] = await Promise.all([http.get(), pause(10).then(() => http.get({ t: "burst" }))]);
    assert.deepEqual(first, { status: 200, text: "1" });
    assert.equal(second.status, 400);
    assert.equal((await http.get()).status, 400);
});

test("engine.io: a poll that is given up is the end", async () => {
    const http = await Http.open("engine.io");
    const controller = new AbortController();
    const poll = http.get({}, { signal: controller.signal }).catch(() => {});
    await pause(30);
    controller.abort();
    await poll;
    await pause(30);
    assert.equal((await http.get()).status, 400);
});

test("engine.io: messages and bytes by WebSocket", async () => {
    const socket = await Socket.open("engine.io");
    socket.send("4hello");
    assert.equal(await socket.next(), "4hello");
    socket.send(Buffer.from([1, 2, 3, 4]));
    assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3, 4]));
    socket.send("abc");
    await socket.closed;
});

for (const space of ["", "/custom,"]) {
    for (const auth of ["", '{"token":"123"}']) {
        test(`socket.io: connecting to ${space || "/"} with ${auth || "nothing"}`, async () => {
            const socket = await Socket.open("socket.io");
            socket.send(`40${space}${auth}`);
            const told = await socket.next();
            assert.ok(told.startsWith(`40${space}{`));
            assert.deepEqual(Object.keys(JSON.parse(told.slice(2 + space.length))), ["sid"]);
            assert.equal(await socket.next(), `42${space}["auth",${auth || "{}"}]`);
            socket.ws.close();
        });
    }
}

test("socket.io: an unknown namespace, an invalid handshake, none at all", async () => {
    const socket = await Socket.open("socket.io");
    socket.send("40/random");
    assert.equal(await socket.next(), '44/random,{"message":"Invalid namespace"}');
    const invalid = await Socket.open("socket.io");
    invalid.send("4abc");
    await invalid.closed;
    await (await Socket.open("socket.io")).closed;
    await socket.closed;
});

test("socket.io: leaving namespaces", async () => {
    const socket = await Socket.connected();
    socket.send("41");
    await socket.ping();
    const other = await Socket.connected();
    other.send("40/custom");
    await other.next();
    await other.next();
    other.send("41/custom", '42["message","message to main namespace"]');
    assert.equal(await other.next(), '42["message-back","message to main namespace"]');
    other.ws.close();
});

test("socket.io: messages and acknowledgements, with bytes and without", async () => {
    const socket = await Socket.connected();
    socket.send('42["message",1,"2",{"3":[true]}]');
    assert.equal(await socket.next(), '42["message-back",1,"2",{"3":[true]}]');
    socket.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    assert.equal(await socket.next(), '43456[1,"2",{"3":[false]}]');
    const places = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
    const bytes = [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])];
    socket.send(`452-["message",${places}]`, ...bytes);
    assert.equal(await socket.next(), `452-["message-back",${places}]`);
    assert.deepEqual([await socket.next(), await socket.next()], bytes);
    socket.send(`452-789["message-with-ack",${places}]`, ...bytes);
    assert.equal(await socket.next(), `462-789[${places}]`);
    assert.deepEqual([await socket.next(), await socket.next()], bytes);
    socket.ws.close();
});

test("socket.io: what is no packet closes the connection", async () => {
    for (const text of ["4abc", "42{}", '42abc["message-with-ack",1]', "47", "42", '42/nowhere,["a"]']) {
        const socket = await Socket.connected();
        socket.send(text);
        await socket.closed;
    }
});
