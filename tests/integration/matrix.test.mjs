// A message said through any front door arrives through all others: every way to say something in
// one room, by every way to hear it, each with the client that its system uses. In the room of a
// store, and in a consultation, whose own words are heard by its two people only.

import assert from "node:assert/strict";
import { test } from "node:test";

import WebSocket from "ws";

import { afterwards, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";
import { open } from "./lib/doors.mjs";
import { Events } from "./lib/events.mjs";
import { Serverpod, bearer } from "./lib/serverpod.mjs";
import { Device } from "./lib/socketio.mjs";
import { Stomp } from "./lib/stomp.mjs";

/// A customer and a keeper in the room of a store, with several I/O threads.
async function shop(t) {
    const doors = await open(t, ["--io.threads", "3"]);
    const [keeper, ann] = [await doors.person("keeper"), await doors.person("ann")];
    await doors.register("store", 4, keeper, "Shop");
    const { id: room } = await doors.value("POST", "/user/chat-room", { token: ann.token, body: { storeId: 4 } });
    return { ...doors, keeper, ann, room };
}

/// The same of who asks and who is asked in a consultation that may begin.
async function office(t) {
    const doors = await open(t, ["--io.threads", "3"]);
    const [keeper, ann] = [await doors.person("keeper"), await doors.person("ann")];
    const step = ({ token }, path, body) => doors.value("POST", `/api/consultations/${path}`, { token, body });
    const { requestIdx } = await step(ann, "request", { recipientUserCode: String(keeper.id) });
    await step(keeper, "approve", { requestIdx });
    return { ...doors, keeper, ann, room: requestIdx, requestIdx };
}

/// What each door has heard, by its name: a function that gives the texts in their order.
async function listen(t, { chatd, keeper, room, requestIdx }) {
    const heard = new Map();

    const native = await Client.as(chatd.port, keeper);
    afterwards(t, () => native.close());
    const said = () => native.events.filter(({ type }) => type === "message");
    heard.set("native", () => said().map(({ message }) => message.content));
    await native.ask({ type: "attach", roomId: room });

    for (const [name, settings] of [
        ["websocket", {}],
        ["SockJS streaming", { over: ["xhr-streaming"] }],
        ["SockJS polling", { over: ["xhr-polling"], path: "/ws" }],
        ["SockJS websocket", { over: ["websocket"], path: "/ws" }],
    ]) {
        const client = await Stomp.connect(t, chatd, keeper, settings);
        const hear = async (system, destination) => {
            const told = await client.hear(destination);
            heard.set(`${system}, ${name}`, () => told.map(({ content }) => content));
        };
        await hear("social", `/topic/messages/${room}`);
        await hear("messenger", `/topic/room.${room}`);
        if (requestIdx) await hear("consultation", "/user/queue/chat");
    }

    for (const transports of requestIdx ? [] : [["polling"], ["websocket"], ["polling", "websocket"]]) {
        const device = await Device.connect(t, chatd, keeper, { transports });
        heard.set(`Socket.IO, ${transports.join(" to ")}`, () => device.texts());
        assert.deepEqual(await device.ask("join-room", { roomId: room }), { success: true });
    }

    const events = await Events.open(t, `${chatd.url}/api/v1/events?token=${keeper.token}`);
    heard.set("server-sent events", () => events.named("room-update").map(({ data }) => data.lastMessage?.content));

    const market = `/chatStream/chatMessageStream?chatRoomId=${room}&token=${keeper.token}`;
    const stream = new WebSocket(chatd.url.replace("http", "ws") + market);
    afterwards(t, () => stream.terminate());
    const plain = [];
    heard.set("marketplace, websocket", () => plain);
    stream.on("message", (data) => plain.push(JSON.parse(data).content));
    await new Promise((resolve, reject) => stream.once("open", resolve).once("error", reject));
    const source = await Events.open(t, chatd.url + market);
    heard.set("marketplace, events", () => source.named("message").map(({ data }) => data.content));

    const serverpod = new Serverpod(t, chatd, bearer(keeper));
    await serverpod.open();
    const { items } = await serverpod.listen(room);
    heard.set("Serverpod", () => items.map(({ content }) => content));

    return heard;
}

/// Every way to say something, by its name.
async function speak(t, { chatd, value, ann, room, requestIdx }) {
    const native = await Client.as(chatd.port, ann);
    afterwards(t, () => native.close());
    const raw = await Stomp.connect(t, chatd, ann);
    const carried = await Stomp.connect(t, chatd, ann, { over: ["xhr-polling"] });
    const serverpod = new Serverpod(t, chatd, bearer(ann));
    const post = (path, body) => value("POST", path, { token: ann.token, body });
    const ways = {
        "the canonical API": (content) => post(`/api/v1/messages/${room}`, { content }),
        "the native protocol": (content) => native.ask({ type: "post", roomId: room, content }),
        "STOMP of the social system": (content) => raw.say("/app/chat", { roomId: room, content }),
        "STOMP of the messenger": (content) => raw.say("/app/chat.send", { roomId: room, content }),
        "STOMP over SockJS": (content) => carried.say("/app/chat", { roomId: room, content }),
        "the marketplace": (content) =>
            post("/chat/sendMessage", { chatRoomId: room, content, messageType: "text" }),
        "Serverpod's call": (content) =>
            serverpod.ask("sendMessage", { request: { chatRoomId: room, content, messageType: 0 } }),
    };
    if (requestIdx) {
        ways["STOMP of consultations"] = (content) => raw.say("/app/chat.send", { requestIdx, content });
        ways["consultations over SockJS"] = (content) => carried.say("/app/chat.send", { requestIdx, content });
        return ways;
    }
    const device = await Device.connect(t, chatd, ann, {});
    ways["Socket.IO"] = async (text) =>
        assert.equal((await device.ask("send-message", { roomId: room, text })).success, true);
    return ways;
}

/// Says something in every way, and hears it in every way; what was said, in its order.
async function talk(t, at) {
    const heard = await listen(t, at);
    const said = [];
    for (const [name, say] of Object.entries(await speak(t, at))) {
        const text = `by ${name}`;
        said.push(text);
        await say(text);
        for (const [door, texts] of heard)
            await until(() => texts().includes(text), `what was said ${text}, at ${door}`);
    }
    // Each once, and in order; the list tells the last state, and may leave some out.
    for (const [door, texts] of heard) {
        if (door !== "server-sent events") assert.deepEqual(texts(), said, door);
    }
    return said;
}

/// Everywhere that a room's history is read.
async function history({ value, keeper, room }, said) {
    const newest = [...said].reverse();
    const get = (path) => value("GET", path, { token: keeper.token });
    const canonical = await get(`/api/v1/messages/${room}`);
    assert.deepEqual(canonical.items.map(({ content }) => content), newest);
    const messenger = await get(`/api/rooms/${room}/messages`);
    assert.deepEqual(messenger.messages.map(({ content }) => content), said);
    const market = await value("POST", "/chat/getChatMessagesPaginated", {
        token: keeper.token,
        body: { chatRoomId: room, page: 1, limit: 50 },
    });
    assert.deepEqual(market.messages.map(({ content }) => content), newest);
    return get;
}

test("a message said through any door arrives through all others", async (t) => {
    const at = await shop(t);
    const said = await talk(t, at);
    const get = await history(at, said);
    const store = await get(`/user/chat-room/${at.room}/messages`);
    assert.deepEqual(store.messages.map(({ text }) => text), [...said].reverse());
    await counted(at.chatd, said.length);
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

test("what is said in a consultation through any door arrives through all others", async (t) => {
    const at = await office(t);
    const said = await talk(t, at);
    const get = await history(at, said);
    const held = await get(`/api/chat/messages/${at.requestIdx}`);
    assert.deepEqual(held.messages.map(({ content }) => content), said);
    assert.equal((await get(`/api/consultations/${at.requestIdx}`)).status, "IN_PROGRESS");
});
