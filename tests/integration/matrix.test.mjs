// A message said through any front door arrives through all others: every way to say something in
// one room, by every way to hear it, each with the client that its system uses.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client as StompClient } from "@stomp/stompjs";
import { EventSource } from "eventsource";
import { io } from "socket.io-client";
import SockJS from "sockjs-client";
import WebSocket from "ws";

import { Chatd, afterwards, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";

Object.assign(globalThis, { WebSocket });

const KEY = "the key of the host";

/// A customer and a keeper in the room of a store, with several I/O threads.
async function shop(t) {
    const chatd = await Chatd.start(t, await scratch(t), {
        args: ["--auth.host_key", KEY, "--io.threads", "3"],
    });
    const ask = async (person, method, path, body, headers = {}) => {
        const response = await fetch(`${chatd.url}${path}`, {
            method,
            headers: { ...(person && { Authorization: `Bearer ${person.token}` }), ...headers },
            body: body && JSON.stringify(body),
        });
        const text = await response.text();
        assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
        return text ? JSON.parse(text) : null;
    };
    const [keeper, ann] = [await chatd.signUp("keeper"), await chatd.signUp("ann")];
    await ask(null, "PUT", "/api/v1/contexts/store/4", { ownerId: keeper.id, title: "Shop" }, { "X-Chatd-Key": KEY });
    const { id: room } = await ask(ann, "POST", "/user/chat-room", { storeId: 4 });
    return { chatd, ask, keeper, ann, room };
}

async function stomp(t, person, socket) {
    const client = new StompClient({
        webSocketFactory: socket,
        connectHeaders: { Authorization: `Bearer ${person.token}` },
        reconnectDelay: 0,
    });
    afterwards(t, () => client.deactivate({ force: true }));
    await new Promise((resolve) => {
        client.onConnect = resolve;
        client.activate();
    });
    return client;
}

async function hear(client, destination, take) {
    const done = new Promise((resolve) => client.watchForReceipt(destination, resolve));
    client.subscribe(destination, (message) => take(JSON.parse(message.body)), { receipt: destination });
    await done;
}

async function opened(socket) {
    await new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
    });
    return socket;
}

/// What each door has heard, by its name: the texts in their order.
async function listen(t, { chatd, keeper, room }) {
    const heard = new Map();
    const at = (door) => {
        heard.set(door, []);
        return (text) => heard.get(door).push(text);
    };
    const wide = `ws://127.0.0.1:${chatd.port}`;

    const native = await Client.as(chatd.port, keeper);
    afterwards(t, () => native.close());
    heard.set("native", {
        get list() {
            return native.events.filter(({ type }) => type === "message").map(({ message }) => message.content);
        },
    });
    await native.ask({ type: "attach", roomId: room });

    for (const [name, socket] of [
        ["websocket", () => new WebSocket(`${wide}/ws/chat`, ["v12.stomp"])],
        ["SockJS streaming", () => new SockJS(`${chatd.url}/ws/chat`, null, { transports: ["xhr-streaming"] })],
        ["SockJS polling", () => new SockJS(`${chatd.url}/ws`, null, { transports: ["xhr-polling"] })],
        ["SockJS websocket", () => new SockJS(`${chatd.url}/ws`, null, { transports: ["websocket"] })],
    ]) {
        const client = await stomp(t, keeper, socket);
        const [social, messenger] = [at(`social, ${name}`), at(`messenger, ${name}`)];
        await hear(client, `/topic/messages/${room}`, ({ content }) => social(content));
        await hear(client, `/topic/room.${room}`, ({ content }) => messenger(content));
    }

    for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
        const take = at(`Socket.IO, ${transports.join(" to ")}`);
        const socket = io(`${chatd.url}/chat`, { auth: { token: keeper.token }, forceNew: true, transports });
        afterwards(t, () => socket.disconnect());
        socket.on("new-message", ({ text }) => take(text));
        await new Promise((resolve) => socket.on("connect", resolve));
        const joined = await socket.emitWithAck("join-room", { roomId: room });
        assert.equal(joined.success, true);
    }

    const events = new EventSource(`${chatd.url}/api/v1/events?token=${keeper.token}`);
    afterwards(t, () => events.close());
    const last = at("server-sent events");
    events.addEventListener("room-update", ({ data }) => last(JSON.parse(data).lastMessage.content));
    await new Promise((resolve) => events.addEventListener("open", resolve));

    const market = `/chatStream/chatMessageStream?chatRoomId=${room}&token=${keeper.token}`;
    const stream = await opened(new WebSocket(wide + market));
    afterwards(t, () => stream.close());
    const plain = at("marketplace, websocket");
    stream.on("message", (data) => plain(JSON.parse(data).content));
    const source = new EventSource(chatd.url + market);
    afterwards(t, () => source.close());
    const streamed = at("marketplace, events");
    source.addEventListener("message", ({ data }) => streamed(JSON.parse(data).content));
    await new Promise((resolve) => source.addEventListener("open", resolve));

    const serverpod = await opened(new WebSocket(`${wide}/v1/websocket`));
    afterwards(t, () => serverpod.close());
    const item = at("Serverpod");
    const answers = [];
    serverpod.on("message", (text) => {
        const { type, data } = JSON.parse(text);
        if (type === "msm") item(data.o.data.content);
        else answers.push(data?.res ?? type);
    });
    const open = {
        en: "chatStream",
        m: "chatMessageStream",
        cid: "0b5c1c1e-0000-4000-8000-000000000001",
        args: JSON.stringify({ chatRoomId: room }),
        is: [],
        auth: `Bearer ${keeper.token}`,
    };
    serverpod.send(JSON.stringify({ type: "omsc", data: open }));
    await until(() => answers.includes("success"), "the stream of Serverpod");

    return heard;
}

const texts = (list) => list.list ?? list;

test("a message said through any door arrives through all others", async (t) => {
    const at = await shop(t);
    const { chatd, ask, ann, room } = at;
    const heard = await listen(t, at);

    const native = await Client.as(chatd.port, ann);
    afterwards(t, () => native.close());
    const wide = `ws://127.0.0.1:${chatd.port}`;
    const raw = await stomp(t, ann, () => new WebSocket(`${wide}/ws/chat`, ["v12.stomp"]));
    const carried = await stomp(t, ann, () => new SockJS(`${chatd.url}/ws/chat`, null, { transports: ["xhr-polling"] }));
    const socket = io(`${chatd.url}/chat`, { auth: { token: ann.token }, forceNew: true });
    afterwards(t, () => socket.disconnect());
    await new Promise((resolve) => socket.on("connect", resolve));
    const publish = (client, destination, body) => client.publish({ destination, body: JSON.stringify(body) });

    const ways = {
        "the canonical API": (content) => ask(ann, "POST", `/api/v1/messages/${room}`, { content }),
        "the native protocol": (content) => native.ask({ type: "post", roomId: room, content }),
        "STOMP of the social system": (content) => publish(raw, "/app/chat", { roomId: room, content }),
        "STOMP of the messenger": (content) => publish(raw, "/app/chat.send", { roomId: room, content }),
        "STOMP over SockJS": (content) => publish(carried, "/app/chat", { roomId: room, content }),
        "Socket.IO": async (text) => {
            const { success } = await socket.emitWithAck("send-message", { roomId: room, text });
            assert.equal(success, true);
        },
        "the marketplace": (content) =>
            ask(ann, "POST", "/chat/sendMessage", { chatRoomId: room, content, messageType: "text" }),
        "Serverpod's call": (content) =>
            ask(ann, "POST", "/chat", { request: { chatRoomId: room, content, messageType: 0 }, method: "sendMessage" }),
    };
    const said = [];
    for (const [name, say] of Object.entries(ways)) {
        const text = `by ${name}`;
        said.push(text);
        await say(text);
        for (const [door, list] of heard)
            await until(() => texts(list).includes(text), `what was said ${text}, at ${door}`);
    }
    // Each once, and in order; the list tells the last state, and may leave some out.
    for (const [door, list] of heard) {
        if (door !== "server-sent events") assert.deepEqual(texts(list), said, door);
    }

    const newest = [...said].reverse();
    const { keeper } = at;
    const canonical = await ask(keeper, "GET", `/api/v1/messages/${room}`);
    assert.deepEqual(canonical.items.map(({ content }) => content), newest);
    const store = await ask(keeper, "GET", `/user/chat-room/${room}/messages`);
    assert.deepEqual(store.messages.map(({ text }) => text), newest);
    const messenger = await ask(keeper, "GET", `/api/rooms/${room}/messages`);
    assert.deepEqual(messenger.messages.map(({ content }) => content), said);
    const market = await ask(keeper, "POST", "/chat/getChatMessagesPaginated", { chatRoomId: room, page: 1, limit: 50 });
    assert.deepEqual(market.messages.map(({ content }) => content), newest);
    await counted(chatd, said.length);
});

/// What went through each door is told by the figures.
async function counted(chatd, said) {
    const figures = await chatd.metrics();
    const at = (figure, door) => figures.get(`chat_door_${figure}{door="${door}"}`);
    const sessions = { native: 2, stomp: 6, sockjs: 4, socketio: 4, events: 1, marketplace: 2, serverpod: 1, v1: 0 };
    for (const [door, count] of Object.entries(sessions)) assert.equal(at("sessions", door), count, door);
    for (const [door, list] of [["native", 1], ["stomp", 4], ["socketio", 3], ["marketplace", 2], ["serverpod", 1]])
        assert.ok(at("events_total", door) >= list * said, `${door}: ${at("events_total", door)}`);
    assert.ok(at("events_total", "events") > 0);
    assert.equal(at("requests_total", "storefront"), 2);
    for (const door of ["v1", "marketplace", "messenger", "sockjs", "socketio", "events"])
        assert.ok(at("requests_total", door) > 0, door);
    assert.equal(at("requests_total", "consultation"), 0);
}
