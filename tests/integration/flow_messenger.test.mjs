// The entry flow of the messenger, with its client: stompjs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { until } from "./lib/chatd.mjs";
import { Cutter } from "./lib/cutter.mjs";
import { open } from "./lib/doors.mjs";
import { TIME, email, one, password, shape } from "./lib/flow.mjs";
import { Stomp } from "./lib/stomp.mjs";

test("the messenger: STOMP at /ws, presence, read marks, pages by cursor", async (t) => {
    const { chatd, ask, value } = await open(t, ["--io.threads", "3"]);
    const enter = async (name) => {
        const body = { email: email(name), password: password(name), nickname: name };
        const made = await ask("POST", "/api/auth/signup", { body });
        assert.equal(made.status, 201);
        const answer = await ask("POST", "/api/auth/login", { body: { email: body.email, password: body.password } });
        assert.equal(answer.status, 200);
        for (const { json } of [made, answer]) {
            shape(json, "token userId email nickname");
            assert.deepEqual([json.userId, json.email, json.nickname], [made.json.userId, body.email, name]);
        }
        return { id: answer.json.userId, token: answer.json.token, name };
    };
    const [ann, bob] = [await enter("ann"), await enter("bob")];
    const taken = await ask("POST", "/api/auth/signup", {
        body: { email: email("ann"), password: "another one", nickname: "ann" },
    });
    assert.deepEqual([taken.status, taken.json.error.code], [409, "email_taken"]);
    const get = ({ token }, path) => value("GET", path, { token });
    const post = ({ token }, path, body) => value("POST", path, { token, body });

    assert.deepEqual(await get(ann, "/api/rooms"), []);
    const room = await post(ann, "/api/rooms/direct", { targetUserId: bob.id });
    const fields = "id name type createdBy memberCount lastMessage lastMessageAt unreadCount createdAt";
    assert.match(shape(room, fields).createdAt, TIME);
    assert.deepEqual(room, {
        ...room,
        name: null,
        type: "DIRECT",
        createdBy: ann.id,
        memberCount: 2,
        lastMessage: null,
        lastMessageAt: null,
        unreadCount: 0,
    });
    assert.equal((await post(bob, "/api/rooms/direct", { targetUserId: ann.id })).id, room.id);
    const group = await post(ann, "/api/rooms/group", { name: "us", memberIds: [bob.id] });
    assert.deepEqual([group.name, group.type, group.memberCount], ["us", "GROUP", 2]);
    assert.deepEqual((await get(bob, "/api/rooms")).map(({ id }) => id).sort(), [room.id, group.id].sort());

    const way = await Cutter.before(t, chatd);
    const her = await Stomp.connect(t, chatd, ann, { path: "/ws" });
    const presence = await her.hear("/topic/presence");
    const hers = await her.hear(`/topic/room.${room.id}`);
    const reads = await her.hear(`/topic/room.${room.id}.read`);
    const his = await Stomp.connect(t, way, bob, { path: "/ws", reconnectDelay: 50 });
    const told = await his.hear(`/topic/room.${room.id}`);
    const comings = () => presence.filter(({ userId }) => userId === bob.id).map(({ status }) => status);
    await until(() => comings().at(-1) === "ONLINE", "his coming");
    shape(presence[0], "userId status");
    assert.deepEqual((await get(bob, `/api/rooms/${room.id}/members/online`)).sort(), [ann.id, bob.id].sort());

    const messageKey = crypto.randomUUID();
    const hello = { roomId: room.id, content: "안녕", type: "TEXT", messageKey };
    for (let i = 0; i < 2; ++i) her.say("/app/chat.send", hello);
    await until(() => told.length > 0, "the message");
    const [first] = told;
    assert.match(shape(first, "messageKey roomId senderId senderNickname content type createdAt id").createdAt, TIME);
    assert.deepEqual(first, {
        ...first,
        messageKey,
        roomId: room.id,
        senderId: ann.id,
        senderNickname: "ann",
        content: "안녕",
        type: "TEXT",
    });
    assert.deepEqual(await get(bob, `/api/rooms/${room.id}/unread`), { roomId: room.id, unreadCount: 1 });
    his.say("/app/chat.read", { roomId: room.id, lastReadMessageId: first.id });
    const read = await one(reads, ({ userId }) => userId === bob.id, "the read mark");
    assert.deepEqual(read, { userId: bob.id, lastReadMessageId: first.id });
    his.say("/app/chat.send", { roomId: room.id, content: "hello" });
    await until(() => hers.length >= 2, "his answer");
    // Messages only: neither the repeat nor what was read came between.
    assert.deepEqual(hers.map(({ content }) => content), ["안녕", "hello"]);

    // The network goes; the messages of the time stand in the history, from page to page.
    const { connects } = his;
    way.close();
    await until(() => comings().at(-1) === "OFFLINE" && !his.client.connected, "his going");
    assert.deepEqual(await get(ann, `/api/rooms/${room.id}/members/online`), [ann.id]);
    for (const content of ["1", "2", "3"]) her.say("/app/chat.send", { roomId: room.id, content });
    await until(() => hers.length === 5, "what he misses");
    way.open();
    await until(() => his.connects > connects && comings().at(-1) === "ONLINE", "his return");
    assert.equal((await get(bob, `/api/rooms/${room.id}/unread`)).unreadCount, 3);
    const [listed] = await get(bob, "/api/rooms");
    assert.deepEqual([listed.id, listed.lastMessage, listed.unreadCount], [room.id, "3", 3]);
    assert.match(listed.lastMessageAt, TIME);
    const pages = [];
    for (let cursor = "", more = true; more; ) {
        const page = await get(bob, `/api/rooms/${room.id}/messages?size=2&cursor=${cursor}`);
        shape(page, "messages hasMore nextCursor");
        for (const each of page.messages)
            shape(each, "id messageKey roomId senderId senderNickname content type createdAt");
        assert.equal(page.nextCursor, page.messages[0].id);
        pages.push(page.messages.map(({ content }) => content));
        [cursor, more] = [page.nextCursor, page.hasMore];
    }
    assert.deepEqual(pages, [["2", "3"], ["hello", "1"], ["안녕"]]);
    const whole = await get(bob, `/api/rooms/${room.id}/messages`);
    assert.deepEqual(whole.messages, hers);
    her.say("/app/chat.send", { roomId: room.id, content: "live" });
    await until(() => told.at(-1).content === "live", "what is said then");
    const lastReadMessageId = told.at(-1).id;
    await post(bob, `/api/rooms/${room.id}/read`, { lastReadMessageId });
    await one(reads, (each) => each.lastReadMessageId === lastReadMessageId, "the last read mark");
    assert.deepEqual(await get(bob, `/api/rooms/${room.id}/unread`), { roomId: room.id, unreadCount: 0 });
    assert.equal((await get(bob, `/api/rooms/${room.id}`)).unreadCount, 0);

    // It has no log-out: the client disconnects, and forgets its token.
    await his.client.deactivate();
    assert.deepEqual(his.errors, []);
    await until(() => comings().at(-1) === "OFFLINE", "his going");
});
