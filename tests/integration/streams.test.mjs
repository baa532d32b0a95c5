// Streams by clients of others: server-sent events through `eventsource` and fetch, the streams of
// the marketplace through `ws` and Node.js's own WebSocket, over one running chatd.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { EventSource } from "eventsource";
import WebSocket from "ws";

import { Chatd, afterwards, pause, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";
import { Events } from "./lib/events.mjs";

function withToken(person) {
    return {
        fetch: (url, init) =>
            fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${person.token}` } }),
    };
}

const secret = "a secret of at least thirty-two bytes";

/// The person's token, but for so many seconds.
function shortened(person, seconds) {
    const [head, body] = person.token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url"));
    claims.exp = Math.floor(Date.now() / 1000) + seconds;
    const said = `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
    return `${said}.${createHmac("sha256", secret).update(said).digest("base64url")}`;
}

/// A WebSocket of either kind, and what it was told.
async function socket(t, Kind, url, options) {
    const opened = options ? new Kind(url, [], options) : new Kind(url);
    const heard = { socket: opened, told: [], closed: null };
    opened.addEventListener("message", ({ data }) => heard.told.push(JSON.parse(data)));
    opened.addEventListener("close", ({ code, reason }) => (heard.closed = { code, reason }));
    opened.addEventListener("error", () => {});
    afterwards(t, () => opened.close());
    await until(() => opened.readyState === Kind.OPEN || heard.closed, "the WebSocket");
    return heard;
}

async function serving(t, settings) {
    const chatd = await Chatd.start(t, await scratch(t), settings);
    const [ann, bob, eve] = [await chatd.signUp("ann"), await chatd.signUp("bob"), await chatd.signUp("eve")];
    const native = await Client.as(chatd.port, ann);
    afterwards(t, () => native.close());
    return { chatd, ann, bob, eve, native, url: `${chatd.url}/api/v1/events` };
}

const post = (native, room, content) => native.ask({ type: "post", roomId: room.id, content });

test("an EventSource hears of rooms, messages and notifications, on all devices", async (t) => {
    const { chatd, ann, bob, native, url } = await serving(t);
    const phone = await Events.open(t, `${url}?token=${bob.token}`);
    const desk = await Events.open(t, url, withToken(bob));
    const { room } = await native.ask({ type: "create", title: "us", memberIds: [bob.id] });
    for (const device of [phone, desk]) {
        const { data, id } = await device.has("room-created");
        assert.equal(data.id, room.id);
        assert.equal(data.title, "us");
        assert.ok(Math.abs(Number(id) - Date.now()) < 10_000, id);
    }
    const { message } = await post(native, room, "안녕\n👋");
    for (const device of [phone, desk]) {
        const { data } = await device.has("room-update", (each) => each.unreadCount === 1);
        assert.deepEqual(Object.keys(data), ["roomId", "unreadCount", "lastMessage", "lastActivityAt"]);
        assert.equal(data.lastMessage.id, message.id);
        assert.equal(data.lastMessage.content, "안녕\n👋");
    }
    const asked = await fetch(`${chatd.url}/api/v1/users/friends/requests`, {
        method: "POST",
        headers: { Authorization: `Bearer ${ann.token}` },
        body: JSON.stringify({ userId: bob.id }),
    });
    assert.ok(asked.ok);
    assert.equal((await phone.has("notification")).data.actor.id, ann.id);
    // Read on one device, read on both.
    const his = await Client.as(chatd.port, bob);
    afterwards(t, () => his.close());
    await his.ask({ type: "read", roomId: room.id });
    await phone.has("room-update", (each) => each.unreadCount === 0);
    await desk.has("room-update", (each) => each.unreadCount === 0);
    // Deleted for everybody, gone from every list.
    const deleted = await fetch(`${chatd.url}/api/v1/chatrooms/${room.id}?forEveryone=true`, {
        method: "DELETE",
        headers: { Authorization: `Bearer ${ann.token}` },
    });
    assert.ok(deleted.ok);
    for (const device of [phone, desk]) {
        const { data } = await device.has("room-deleted");
        assert.equal(data.roomId, room.id);
        assert.ok(Math.abs(Date.parse(data.deletedAt) - Date.now()) < 10_000, data.deletedAt);
    }
});

test("who comes back after a restart is told what was missed", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    let native = await Client.as(chatd.port, ann);
    const { room } = await native.ask({ type: "create", title: "us", memberIds: [bob.id] });
    const events = await Events.open(t, `${chatd.url}/api/v1/events?token=${bob.token}`);
    await post(native, room, "one");
    await events.has("room-update", (data) => data.lastMessage?.content === "one");
    await chatd.stop();
    await events.has("bye", (data) => data.code === 1001 && data.reason === "going_away");
    const again = await Chatd.start(t, folder, { port: chatd.port });
    native = await Client.as(again.port, ann);
    afterwards(t, () => native.close());
    await post(native, room, "while away");
    // By itself, with the id of what it heard last; as new, since the room was made shortly before.
    await events.has("room-created", (data) => data.lastMessage?.content === "while away");
    await post(native, room, "live");
    await events.has("room-update", (data) => data.lastMessage?.content === "live");
});

test("Last-Event-ID tells the present state of what was active since", async (t) => {
    const { bob, native, url } = await serving(t);
    // Told live before anything is asked again, so that it does not come among the answers.
    const live = await Events.open(t, `${url}?token=${bob.token}`);
    const { room } = await native.ask({ type: "create", title: "us", memberIds: [bob.id] });
    await live.has("room-created");
    await post(native, room, "missed");
    await live.has("room-update", ({ lastMessage }) => lastMessage?.content === "missed");
    const read = async (more, wish) => {
        const control = new AbortController();
        const response = await fetch(`${url}?token=${bob.token}${more.query ?? ""}`, {
            signal: control.signal,
            headers: more.headers,
        });
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("content-type"), "text/event-stream");
        assert.equal(response.headers.get("cache-control"), "no-cache");
        assert.equal(response.headers.get("x-accel-buffering"), "no");
        let text = "";
        for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
            text += piece;
            if (wish(text)) break;
        }
        control.abort();
        return text;
    };
    const now = Date.now();
    const after = (text) => /\n\nid: \d+\n\n$/.test(text);
    assert.match(await read({ headers: { "Last-Event-ID": String(now) } }, after), /missed/);
    assert.match(await read({ query: `&lastEventId=${now}` }, after), /missed/);
    const later = await read({ headers: { "Last-Event-ID": String(now + 60_000) } }, after);
    assert.match(later, /^retry: 2000\n\nid: \d+\n\n$/);
    assert.match(await read({}, after), /^retry: 2000\n\nid: \d+\n\n$/);
});

test("a stream of events is refused to who has no token, and ends with it", async (t) => {
    const { bob, url } = await serving(t, { env: { CHATD_AUTH_JWT_SECRET: secret } });
    assert.equal((await fetch(url)).status, 401);
    const refused = await Events.open(t, `${url}?token=nonsense`);
    assert.equal(refused.errors[0].code, 401);
    assert.equal(refused.source.readyState, EventSource.CLOSED);
    const events = await Events.open(t, `${url}?token=${shortened(bob, 3)}`);
    await events.has("bye", (data) => data.reason === "token_expired");
    await until(() => events.source.readyState === EventSource.CLOSED, "the end of an EventSource");
});

test("a room's messages at the marketplace, by ws, Node.js's WebSocket, and as events", async (t) => {
    const { chatd, ann, bob, eve, native } = await serving(t);
    const { room } = await native.ask({ type: "create", title: "us", memberIds: [bob.id] });
    const path = `/chatStream/chatMessageStream?chatRoomId=${room.id}`;
    const ws = `ws://127.0.0.1:${chatd.port}${path}`;
    const byHeader = await socket(t, WebSocket, ws, { headers: { Authorization: `Bearer ${bob.token}` } });
    const kinds = [byHeader, await socket(t, WebSocket, `${ws}&token=${bob.token}`)];
    if (globalThis.WebSocket) kinds.push(await socket(t, globalThis.WebSocket, `${ws}&token=${bob.token}`));
    const events = await Events.open(t, `${chatd.url}${path}&token=${bob.token}`);
    await pause(200); // WebSockets say nothing when they have opened the room
    const sent = await fetch(`${chatd.url}/chat/sendMessage`, {
        method: "POST",
        headers: { Authorization: `Bearer ${ann.token}` },
        body: JSON.stringify({ chatRoomId: room.id, content: "hello", messageType: "text" }),
    });
    const message = await sent.json();
    for (const each of kinds) {
        await until(() => each.told.length > 0, "the message at a WebSocket");
        assert.deepEqual(each.told[0], message);
    }
    assert.deepEqual((await events.has("message")).data, message);

    const stranger = await socket(t, WebSocket, `${ws}&token=${eve.token}`);
    await until(() => stranger.closed, "the refusal");
    assert.deepEqual(stranger.closed, { code: 1008, reason: "not_a_member" });
    const refused = await Events.open(t, `${chatd.url}${path}&token=${eve.token}`);
    assert.equal(refused.errors[0].code, 403);

    // Who blocks somebody hears them no more in a group; who is removed hears nothing.
    const block = (method) =>
        fetch(`${chatd.url}/api/v1/users/blocks${method === "DELETE" ? `/${ann.id}` : ""}`, {
            method,
            headers: { Authorization: `Bearer ${bob.token}` },
            body: method === "POST" ? JSON.stringify({ userId: ann.id }) : undefined,
        });
    assert.ok((await block("POST")).ok);
    await post(native, room, "unheard");
    assert.ok((await block("DELETE")).ok);
    await post(native, room, "heard");
    await until(() => byHeader.told.length > 1, "the message after the block");
    assert.deepEqual(byHeader.told.map(({ content }) => content), ["hello", "heard"]);
    await native.ask({ type: "remove", roomId: room.id, userId: bob.id });
    for (const each of kinds) {
        await until(() => each.closed, "the end for who was removed");
        assert.deepEqual(
            { code: each.closed.code, reason: each.closed.reason },
            { code: 1008, reason: "not_a_member" },
        );
    }
    await events.has("bye", ({ reason }) => reason === "not_a_member");
});

test("Serverpod's streams, as its client opens and closes them", async (t) => {
    const { chatd, ann, bob, eve, native } = await serving(t);
    const { room } = await native.ask({ type: "create", title: "us", memberIds: [bob.id] });
    for (const Kind of [WebSocket, globalThis.WebSocket].filter(Boolean)) {
        const client = await socket(t, Kind, `ws://127.0.0.1:${chatd.port}/v1/websocket`);
        const say = (type, data) => client.socket.send(JSON.stringify({ type, data }));
        const name = { en: "chatStream", m: "chatMessageStream", cid: crypto.randomUUID() };
        const open = (more, auth) =>
            say("omsc", { ...name, args: JSON.stringify({ chatRoomId: room.id }), is: [], auth, ...more });
        const next = async () => {
            await until(() => client.told.length > 0, "a frame");
            return client.told.shift();
        };
        say("ping");
        assert.deepEqual(await next(), { type: "pong" });
        open({}, `Bearer ${bob.token}`);
        const { cid, en, m } = name;
        assert.deepEqual(await next(), { type: "omsr", data: { cid, res: "success", en, m } });
        const { message } = await post(native, room, "hi");
        assert.deepEqual(await next(), {
            type: "msm",
            data: {
                ...name,
                o: {
                    className: "ChatMessageResponseDto",
                    data: {
                        id: message.id,
                        chatRoomId: room.id,
                        senderId: ann.id,
                        senderNickname: "ann",
                        content: "hi",
                        messageType: 0,
                        createdAt: message.createdAt,
                    },
                },
            },
        });
        const other = crypto.randomUUID();
        open({ cid: other }, `Basic ${btoa(eve.token)}`);
        assert.equal((await next()).data.res, "success");
        assert.deepEqual(await next(), { type: "cmsc", data: { ...name, cid: other, cr: "error" } });
        open({ cid: other }, "Bearer nonsense");
        assert.equal((await next()).data.res, "authenticationFailed");
        say("cmsc", { ...name, cr: "done" });
        assert.deepEqual(await next(), { type: "cmsc", data: { ...name, cr: "done" } });
        client.socket.send("nonsense");
        // Node.js 20's own misses what comes together with a close frame.
        if (Kind === WebSocket)
            assert.deepEqual(await next(), { type: "brm", data: { req: "nonsense" } });
        await until(() => client.closed, "the end after nonsense");
    }
});

test("in the legacy form ids are texts in events too", async (t) => {
    const { bob, native, url } = await serving(t, { env: { CHATD_DOORS_SOCIAL_LEGACY: "true" } });
    const legacy = await Events.open(t, `${url}?token=${bob.token}`);
    const { room } = await native.ask({ type: "create", title: "us", memberIds: [bob.id] });
    await post(native, room, "hello");
    assert.equal((await legacy.has("room-created")).data.id, String(room.id));
    const { data } = await legacy.has("room-update");
    assert.equal(data.roomId, String(room.id));
    assert.equal(typeof data.lastMessage.senderId, "string");
    assert.equal(data.unreadCount, 1);
});
