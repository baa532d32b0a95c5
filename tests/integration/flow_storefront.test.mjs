// The entry flow of the storefront, with its client: socket.io-client, on several devices.

import assert from "node:assert/strict";
import { test } from "node:test";

import { until } from "./lib/chatd.mjs";
import { Cutter } from "./lib/cutter.mjs";
import { open } from "./lib/doors.mjs";
import { TIME, account, leave, one, shape } from "./lib/flow.mjs";
import { Device } from "./lib/socketio.mjs";

test("the storefront: Socket.IO between a customer's devices and a store", async (t) => {
    const doors = await open(t, ["--io.threads", "3"]);
    const { chatd, ask, value, register } = doors;
    const [keeper, ann] = [await account(doors, "keeper", { role: "seller" }), await account(doors, "ann")];
    await register("store", 4, keeper, "Corner shop");
    const way = await Cutter.before(t, chatd);
    const get = ({ token }, path) => value("GET", path, { token });
    const post = ({ token }, path, body) => value("POST", path, { token, body });

    assert.deepEqual(await get(ann, "/user/chat-room"), []);
    const room = await post(ann, "/user/chat-room", { storeId: 4 });
    const fields = "id userId storeId lastMessage lastMessageAt userUnread storeUnread createdAt updatedAt";
    shape(room, fields);
    assert.deepEqual(
        [room.userId, room.storeId, room.lastMessage, room.lastMessageAt, room.userUnread, room.storeUnread],
        [ann.id, 4, null, null, 0, 0],
    );
    assert.deepEqual(await post(ann, "/user/chat-room", { storeId: 4 }), room);
    const [mine] = await get(ann, "/user/chat-room");
    assert.deepEqual(shape(mine, `${fields} store`).store, { id: 4, title: "Corner shop", ownerId: keeper.id });
    const [theirs] = await get(keeper, "/seller/chat-room/store/4");
    assert.deepEqual(shape(theirs, `${fields} user`).user, { id: ann.id, nickname: "ann", profileImageUrl: null });
    const refusal = await ask("GET", "/seller/chat-room/store/4", { token: ann.token });
    assert.deepEqual([refusal.status, refusal.json.error.code], [403, "forbidden"]);
    const none = await get(ann, `/user/chat-room/${room.id}/messages`);
    assert.deepEqual(none, {
        messages: [],
        meta: { page: 1, limit: 50, total: 0, totalPages: 0, hasNext: false, hasPrev: false },
    });

    const roomId = room.id;
    const phone = await Device.connect(t, way, ann);
    const tablet = await Device.connect(t, chatd, ann, { transports: ["polling"] });
    const shop = await Device.connect(t, chatd, keeper);
    for (const device of [phone, tablet, shop])
        assert.deepEqual(await device.ask("join-room", { roomId }), { success: true });
    const clientKey = crypto.randomUUID();
    const sent = await phone.ask("send-message", { roomId, text: "문 열었나요?", clientKey });
    shape(sent, "success message");
    const { message } = sent;
    assert.match(shape(message, "id roomId text senderId senderType createdAt").createdAt, TIME);
    assert.deepEqual([message.roomId, message.senderId, message.senderType], [roomId, ann.id, "USER"]);
    assert.deepEqual(await phone.ask("send-message", { roomId, text: "문 열었나요?", clientKey }), sent);
    for (const device of [phone, tablet, shop]) {
        await until(() => device.texts().length > 0, "the message");
        assert.deepEqual(device.of("new-message"), [message]);
        await until(() => device.of("room-updated").at(-1)?.storeUnread === 1, "the list");
        assert.equal(shape(device.of("room-updated").at(-1), fields).lastMessage, "문 열었나요?");
    }
    assert.deepEqual(await shop.ask("mark-read", { roomId }), { success: true });
    const [, read] = await one(phone.told, ([name]) => name === "read", "the read mark");
    assert.match(shape(read, "roomId userId readAt").readAt, TIME);
    assert.deepEqual([read.roomId, read.userId], [roomId, keeper.id]);
    await until(() => phone.of("room-updated").at(-1).storeUnread === 0, "nothing unread");
    const answer = await shop.ask("send-message", { roomId, text: "여섯 시까지요" });
    assert.equal(answer.message.senderType, "STORE");
    await until(() => phone.texts().length === 2, "the answer");

    // The network goes; what was missed comes with the return.
    way.close();
    await until(() => phone.drops.length > 0, "the loss");
    await shop.ask("send-message", { roomId, text: "missed 1" });
    way.open();
    await until(() => phone.connects === 2 && phone.texts().length === 3, "what was missed");
    assert.equal(phone.socket.recovered, true);
    // The application was closed; it begins anew, joins, and reads what was said meanwhile.
    phone.socket.disconnect();
    await shop.ask("send-message", { roomId, text: "missed 2" });
    const anew = await Device.connect(t, chatd, ann);
    assert.deepEqual(await anew.ask("join-room", { roomId }), { success: true });
    const [unread] = await get(ann, "/user/chat-room");
    assert.deepEqual([unread.userUnread, unread.storeUnread, unread.lastMessage], [3, 0, "missed 2"]);
    const page = await get(ann, `/user/chat-room/${roomId}/messages?page=1&limit=3`);
    assert.deepEqual(page.messages.map(({ text }) => text), ["missed 2", "missed 1", "여섯 시까지요"]);
    assert.deepEqual(page.meta, { page: 1, limit: 3, total: 4, totalPages: 2, hasNext: true, hasPrev: false });
    const older = await get(ann, `/user/chat-room/${roomId}/messages?page=2&limit=3`);
    assert.deepEqual(older.messages, [message]);
    assert.deepEqual(older.meta, { page: 2, limit: 3, total: 4, totalPages: 2, hasNext: false, hasPrev: true });
    assert.deepEqual(await get(keeper, `/seller/chat-room/${roomId}/messages?page=2&limit=3`), older);
    for (const wrong of ["page=0", "limit=0", "limit=101"]) {
        const { status } = await ask("GET", `/user/chat-room/${roomId}/messages?${wrong}`, { token: ann.token });
        assert.equal(status, 400, wrong);
    }
    const done = await post(ann, `/user/chat-room/${roomId}/read`);
    assert.equal(shape(done, fields).userUnread, 0);
    await one(shop.told, ([name, { userId }]) => name === "read" && userId === ann.id, "the customer's read mark");
    await anew.ask("send-message", { roomId, text: "thanks" });
    await until(() => shop.texts().at(-1) === "thanks", "the last word");
    const seen = await post(keeper, `/seller/chat-room/${roomId}/read`);
    assert.deepEqual([seen.storeUnread, seen.lastMessage], [0, "thanks"]);

    await leave(doors, ann, "/user/chat-room");
    await until(() => anew.drops.length > 0, "the end");
    assert.deepEqual(anew.drops, ["io server disconnect"]);
    assert.equal(anew.of("error").at(-1).code, "token_revoked");
    assert.equal(shop.socket.connected, true);
});
