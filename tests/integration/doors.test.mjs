// The front doors of the other systems, over one running chatd: each system's way from signing up to
// reading what was said, and one message through all of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import WebSocket from "ws";

import { Client } from "./lib/client.mjs";
import { hostKey, open } from "./lib/doors.mjs";

test("the messenger: sign-up, a room, history, read marks", async (t) => {
    const { chatd, value, person } = await open(t, ["--limits.person_posts_per_s", "1000"]);
    const [ann, bob] = [await person("ann"), await person("bob")];
    const room = await value("POST", "/api/rooms/direct", { token: ann.token, body: { targetUserId: bob.id } });
    assert.equal(room.type, "DIRECT");
    for (let i = 0; i < 25; ++i)
        await value("POST", `/api/v1/messages/${room.id}`, { token: ann.token, body: { content: `m${i}` } });
    assert.deepEqual(await value("GET", `/api/rooms/${room.id}/unread`, { token: bob.token }), {
        roomId: room.id,
        unreadCount: 25,
    });
    const said = [];
    let cursor = "";
    for (;;) {
        const page = await value("GET", `/api/rooms/${room.id}/messages?cursor=${cursor}`, { token: bob.token });
        said.unshift(...page.messages.map((message) => message.content));
        if (!page.hasMore) break;
        cursor = page.nextCursor;
    }
    assert.deepEqual(said, Array.from({ length: 25 }, (_, i) => `m${i}`));
    await value("POST", `/api/rooms/${room.id}/read`, { token: bob.token, body: {} });
    const [listed] = await value("GET", "/api/rooms", { token: bob.token });
    assert.equal(listed.unreadCount, 0);
    assert.equal(listed.lastMessage, "m24");

    const health = await fetch(`${chatd.url}/actuator/health`);
    assert.equal(health.status, 200);
    const told = await health.json();
    assert.equal(told.status, "UP");
    assert.deepEqual(Object.keys(told.components), ["db", "diskSpace"]);
    assert.equal(told.components.db.status, "UP");
    const info = await value("GET", "/actuator/info");
    assert.equal(info.app.name, "chatd");
    const { names } = await value("GET", "/actuator/metrics");
    assert.ok(names.includes("chat_messages_sent_total"));
    const figures = await (await fetch(`${chatd.url}/actuator/prometheus`)).text();
    assert.match(figures, /^chat_messages_sent_total 25$/m);
});

test("the storefront: a customer and a store, each with what is unread", async (t) => {
    const { value, ask, register, person } = await open(t);
    const [keeper, ann] = [await person("keeper", "seller"), await person("ann")];
    await register("store", 4, keeper, "Corner shop");
    const room = await value("POST", "/user/chat-room", { token: ann.token, body: { storeId: 4 } });
    assert.equal(room.userId, ann.id);
    await value("POST", `/api/v1/messages/${room.id}`, { token: ann.token, body: { content: "is it open?" } });
    const [listed] = await value("GET", "/seller/chat-room/store/4", { token: keeper.token });
    assert.equal(listed.storeUnread, 1);
    assert.equal(listed.user.nickname, "ann");
    await value("POST", `/seller/chat-room/${room.id}/read`, { token: keeper.token });
    await value("POST", `/api/v1/messages/${room.id}`, { token: keeper.token, body: { content: "until six" } });
    const [mine] = await value("GET", "/user/chat-room", { token: ann.token });
    assert.deepEqual([mine.userUnread, mine.storeUnread, mine.lastMessage], [1, 0, "until six"]);
    assert.deepEqual(mine.store, { id: 4, title: "Corner shop", ownerId: keeper.id });
    const { messages, meta } = await value("GET", `/user/chat-room/${room.id}/messages`, { token: ann.token });
    assert.deepEqual(messages.map((m) => [m.text, m.senderType]), [
        ["until six", "STORE"],
        ["is it open?", "USER"],
    ]);
    assert.deepEqual(meta, { page: 1, limit: 50, total: 2, totalPages: 1, hasNext: false, hasPrev: false });
    assert.equal((await ask("GET", "/seller/chat-room/store/4", { token: ann.token })).status, 403);
});

test("the marketplace: one open room a product however many ask at once, and its entry flow", async (t) => {
    const { value, person } = await open(t);
    const people = [];
    for (let i = 0; i < 6; ++i) people.push(await person(`person${i}`));
    const opened = await Promise.all(
        people.map(({ token }) =>
            value("POST", "/chat/createOrGetChatRoom", { token, body: { productId: 17 } }),
        ),
    );
    const rooms = new Set(opened.map((one) => one.chatRoomId));
    assert.equal(rooms.size, 1);
    const [chatRoomId] = rooms;
    // A client enters by asking for the room, joining and the participants at once.
    for (const { token } of people) {
        const [room, joined, participants] = await Promise.all([
            value("GET", `/chat/getChatRoomById?chatRoomId=${chatRoomId}`, { token }),
            value("POST", "/chat/joinChatRoom", { token, body: { chatRoomId } }),
            value("GET", `/chat/getChatParticipants?chatRoomId=${chatRoomId}`, { token }),
        ]);
        assert.equal(room.chatRoomType, "group");
        assert.equal(joined.participantCount, people.length);
        assert.equal(participants.length, people.length);
    }
    const [ann, bob] = people;
    await value("POST", "/chat/sendMessage", { token: ann.token, body: { chatRoomId, content: "hello", messageType: "text" } });
    const page = await value("POST", "/chat/getChatMessagesPaginated", { token: bob.token, body: { chatRoomId, page: 1, limit: 20 } });
    assert.equal(page.totalCount, 1);
    assert.equal(page.messages[0].senderNickname, "person0");
    const left = await value("POST", "/chat/leaveChatRoom", { token: bob.token, body: { chatRoomId } });
    assert.equal(left.success, true);
});

test("Serverpod's clients: the method in the body, from any page", async (t) => {
    const { ask, value, person } = await open(t);
    const [ann, bob] = [await person("ann"), await person("bob")];
    const call = (token, body) => ask("POST", "/chat", { token, body, headers: { "Content-Type": "text/plain" } });
    const made = await call(ann.token, {
        request: { productId: 3, targetUserId: bob.id },
        method: "createOrGetChatRoom",
    });
    assert.equal(made.status, 200);
    assert.equal(made.headers.get("access-control-allow-origin"), "*");
    assert.equal(made.json.chatRoom.chatRoomType, 0);
    assert.ok(!("title" in made.json.chatRoom));
    const { chatRoomId } = made.json;
    const sent = await call(ann.token, { request: { chatRoomId, content: "hi", messageType: 0 }, method: "sendMessage" });
    assert.deepEqual(Object.keys(sent.json), ["id", "chatRoomId", "senderId", "senderNickname", "content", "messageType", "createdAt"]);
    const basic = await ask("POST", "/chat", {
        body: { chatRoomId, method: "getLastMessageByChatRoomId" },
        headers: { Authorization: `Basic ${Buffer.from(bob.token).toString("base64")}` },
    });
    assert.equal(basic.json.content, "hi");
    const unknown = await call(ann.token, { method: "sing" });
    assert.deepEqual([unknown.status, unknown.text], [400, "malformed: There is no method sing."]);
    assert.equal((await call(undefined, { method: "getChatRoomById" })).status, 401);
    const preflight = await ask("OPTIONS", "/chat");
    assert.equal(preflight.status, 200);
    await value("POST", "/api/v1/auth/login", { body: { email: "ann@example.org", password: "password of ann" } });
});

test("what is said at one door is read at the others", async (t) => {
    const { value, register, person } = await open(t);
    const [keeper, ann] = [await person("keeper", "seller"), await person("ann")];
    await register("store", 4, keeper, "Corner shop");
    const room = await value("POST", "/user/chat-room", { token: ann.token, body: { storeId: 4 } });
    const sent = await value("POST", "/chat/sendMessage", {
        token: ann.token,
        body: { chatRoomId: room.id, content: "from the market" },
    });
    const asked = { token: keeper.token };
    const store = await value("GET", `/seller/chat-room/${room.id}/messages`, asked);
    const messenger = await value("GET", `/api/rooms/${room.id}/messages`, asked);
    const canonical = await value("GET", `/api/v1/messages/${room.id}`, asked);
    const market = await value("GET", `/chat/getLastMessageByChatRoomId?chatRoomId=${room.id}`, asked);
    for (const found of [store.messages[0], messenger.messages[0], canonical.items[0], market])
        assert.equal(found.id, sent.id);
    assert.deepEqual(
        [store.messages[0].text, messenger.messages[0].content, canonical.items[0].content, market.content],
        Array(4).fill("from the market"),
    );
    assert.equal(messenger.messages[0].messageKey, canonical.items[0].clientKey);
});

test("a web client of another origin logs in, opens a room and chats, as its browser lets it", async (t) => {
    const { register, person, ask } = await open(t);
    const keeper = await person("keeper", "seller");
    await register("store", 4, keeper, "Corner shop");
    const origin = "https://shop.example";
    /// What a browser does: asks first, sends what it may, and hands over what it may.
    const page = async (method, path, { token, body } = {}) => {
        const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
        const leave = await ask("OPTIONS", path, {
            headers: {
                Origin: origin,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": Object.keys(headers).join(",").toLowerCase(),
            },
        });
        assert.ok([200, 204].includes(leave.status), `OPTIONS ${path}: ${leave.status} ${leave.text}`);
        assert.equal(leave.headers.get("access-control-allow-origin"), "*");
        assert.ok(leave.headers.get("access-control-allow-methods").split(", ").includes(method), path);
        const allowed = leave.headers.get("access-control-allow-headers").toLowerCase().split(", ");
        for (const header of Object.keys(headers)) assert.ok(allowed.includes(header.toLowerCase()), `${path} ${header}`);
        const answer = await ask(method, path, { token, body, headers: { ...headers, Origin: origin } });
        assert.equal(answer.headers.get("access-control-allow-origin"), "*", `${method} ${path}`);
        return answer;
    };
    await page("POST", "/api/auth/signup", {
        body: { email: "ann@example.org", password: "password of ann", nickname: "ann" },
    });
    const { json: ann } = await page("POST", "/api/auth/login", {
        body: { email: "ann@example.org", password: "password of ann" },
    });
    const room = await page("POST", "/user/chat-room", { token: ann.token, body: { storeId: 4 } });
    assert.equal(room.status, 200);
    const sent = await page("POST", `/api/v1/messages/${room.json.id}`, { token: ann.token, body: { content: "open?" } });
    assert.equal(sent.status, 201);
    for (const [method, path] of [
        ["GET", "/api/rooms"],
        ["GET", `/seller/chat-room/${room.json.id}/messages`],
        ["GET", "/api/consultations"],
        ["GET", "/api/v1/chatrooms"],
        ["POST", "/chat/getLastMessageByChatRoomId"],
        ["POST", "/api/v1/attachments"],
        ["GET", "/api/v1/events"],
    ]) {
        const refused = await page(method, path);
        assert.equal(refused.status, 401, path);
        assert.equal(refused.json.error.code, "unauthenticated");
    }
    for (const path of ["/health", "/metrics", "/", "/api/v1/admin/stats"]) {
        const answer = await ask("GET", path, { headers: { Origin: origin } });
        assert.equal(answer.headers.get("access-control-allow-origin"), null, path);
    }
    const host = await ask("GET", "/api/v1/admin/stats", { headers: { Origin: origin, "X-Chatd-Key": hostKey } });
    assert.deepEqual([host.status, host.headers.get("access-control-allow-origin")], [200, null]);
});

test("an address that there is not says so, whatever the method", async (t) => {
    const { ask } = await open(t);
    for (const [method, path] of [["GET", "/chat/nothing"], ["POST", "/api/consultations/nothing"]]) {
        const { status, json } = await ask(method, `${path}?token=secret`);
        assert.equal(status, 404, path);
        assert.equal(json.error.message, `No such address: ${method} ${path}.`);
    }
});

test("a door that is switched off is not there", async (t) => {
    const { ask } = await open(t, [
        "--doors.marketplace.enabled", "false",
        "--doors.storefront.enabled", "false",
        "--doors.messenger.enabled", "false",
    ]);
    for (const [method, path] of [
        ["POST", "/chat"],
        ["GET", "/chat/getChatRoomById?chatRoomId=1"],
        ["GET", "/user/chat-room"],
        ["GET", "/seller/chat-room/store/4"],
        ["POST", "/api/auth/login"],
        ["GET", "/api/rooms"],
        ["GET", "/actuator/health"],
    ]) {
        assert.equal((await ask(method, path)).status, 404, path);
    }
});

test("where nobody speaks STOMP, its addresses are not there, and /ws knows chat.v1 alone", async (t) => {
    const { chatd, ask } = await open(t, [
        "--doors.social.enabled", "false",
        "--doors.consultation.enabled", "false",
        "--doors.messenger.enabled", "false",
        "--doors.sockjs.enabled", "true",
    ]);
    /// How the handshake went: its status, or why the client gave up.
    const handshake = (path, protocols) =>
        new Promise((resolve) => {
            const socket = new WebSocket(`ws://127.0.0.1:${chatd.port}${path}`, protocols);
            socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
            socket.on("error", (error) => resolve(error.message));
            socket.on("open", () => resolve(socket));
        });
    for (const path of ["/ws/chat", "/ws/chat/websocket", "/ws/websocket", "/ws/000/s1/websocket"])
        assert.equal(await handshake(path, ["v12.stomp", "chat.v1"]), 404, path);
    for (const path of ["/ws/chat", "/ws/chat/info", "/ws/info"]) assert.equal((await ask("GET", path)).status, 404, path);
    assert.equal(await handshake("/ws", ["v12.stomp"]), "Server sent no subprotocol");
    const unnamed = await handshake("/ws", []);
    const end = new Promise((resolve) => unnamed.on("close", resolve));
    unnamed.send("CONNECT\naccept-version:1.2\n\n\0");
    assert.equal(await end, 4003);
    const { token } = await chatd.signUp("ann");
    const native = await Client.as(chatd.port, { token });
    assert.equal(native.hello.user.nickname, "ann");
    native.close();
});
