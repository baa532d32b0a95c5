// Stores and their customers by the client that their systems use, over each transport, from several
// devices, through broken connections, beside the native protocol and HTTP. chatd has several I/O
// threads, so that connections come to others than their session's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { io } from "socket.io-client";

import { Chatd, afterwards, pause, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";
import { Cutter } from "./lib/cutter.mjs";
import { Device } from "./lib/socketio.mjs";

const KEY = "the key of the host";
const TRANSPORTS = {
    polling: { transports: ["polling"] },
    websocket: { transports: ["websocket"] },
    upgrade: { transports: ["polling", "websocket"] },
};

async function town(t, args = []) {
    const chatd = await Chatd.start(t, await scratch(t), {
        args: ["--auth.host_key", KEY, "--io.threads", "3", ...args],
    });
    const ask = async (method, path, body, headers) => {
        const response = await fetch(`${chatd.url}${path}`, {
            method,
            headers: { "Content-Type": "application/json", ...headers },
            body: body && JSON.stringify(body),
        });
        return { status: response.status, body: await response.json() };
    };
    const [keeper, ann, bob] = [
        await chatd.signUp("keeper"),
        await chatd.signUp("ann"),
        await chatd.signUp("bob"),
    ];
    const store = (id) =>
        ask("PUT", `/api/v1/contexts/store/${id}`, { ownerId: keeper.id }, { "X-Chatd-Key": KEY });
    await store(4);
    await store(5);
    const as = (person) => ({ Authorization: `Bearer ${person.token}` });
    const open = async (person, storeId) =>
        (await ask("POST", "/user/chat-room", { storeId }, as(person))).body.id;
    return { chatd, ask, as, keeper, ann, bob, room: await open(ann, 4), open };
}

for (const [name, settings] of Object.entries(TRANSPORTS)) {
    test(`${name}: messages between devices, what is read, what changed`, async (t) => {
        const { chatd, ann, keeper, room } = await town(t);
        const phone = await Device.connect(t, chatd, ann, settings);
        const tablet = await Device.connect(t, chatd, ann, settings);
        const shop = await Device.connect(t, chatd, keeper, settings);
        const quiet = await Device.connect(t, chatd, keeper, settings);
        if (name === "upgrade") {
            await until(() => phone.socket.io.engine.transport.name === "websocket", "the upgrade");
            await until(() => shop.socket.io.engine.transport.name === "websocket", "the upgrade");
        }
        for (const device of [phone, tablet, shop])
            assert.deepEqual(await device.ask("join-room", { roomId: room }), { success: true });
        const sent = await phone.ask("send-message", { roomId: room, text: "안녕하세요 👋" });
        assert.equal(sent.success, true);
        assert.deepEqual(
            Object.keys(sent.message).sort(),
            ["createdAt", "id", "roomId", "senderId", "senderType", "text"],
        );
        for (const device of [phone, tablet, shop]) {
            await until(() => device.texts().length === 1, "the message");
            assert.deepEqual(device.of("new-message")[0], sent.message);
        }
        await until(() => quiet.of("room-updated").some((each) => each.storeUnread === 1), "unread");
        assert.deepEqual(quiet.texts(), []);
        const updated = quiet.of("room-updated").at(-1);
        assert.equal(updated.id, room);
        assert.equal(updated.lastMessage, "안녕하세요 👋");

        assert.deepEqual(await shop.ask("mark-read", { roomId: room }), { success: true });
        await until(() => phone.of("read").length > 0, "the read mark");
        assert.equal(phone.of("read")[0].userId, keeper.id);
        assert.ok(Date.parse(phone.of("read")[0].readAt) > 0);
        await until(() => shop.of("room-updated").at(-1)?.storeUnread === 0, "nothing unread");
        const answer = await shop.ask("send-message", { roomId: room, text: "welcome" });
        assert.equal(answer.message.senderType, "STORE");
        await until(() => tablet.texts().length === 2, "the answer");

        assert.deepEqual(await tablet.ask("leave-room", { roomId: room }), { success: true });
        await shop.ask("send-message", { roomId: room, text: "bye" });
        await until(() => phone.texts().length === 3, "the last word");
        await pause(100);
        assert.equal(tablet.texts().length, 2);
    });

    test(`${name}: what was missed comes after a broken connection, and the rooms are joined`, async (t) => {
        const { chatd, ann, keeper, bob, room, open } = await town(t);
        const second = await open(bob, 4);
        const way = await Cutter.before(t, chatd);
        const shop = await Device.connect(t, way, keeper, { ...settings, reconnectionDelay: 400 });
        await shop.ask("join-room", { roomId: room });
        await shop.ask("join-room", { roomId: second });
        const phone = await Device.connect(t, chatd, ann, settings);
        await phone.ask("send-message", { roomId: room, text: "1" });
        await until(() => shop.texts().length === 1, "the first");
        const { id } = shop.socket;
        for (let round = 0; round < 3; ++round) {
            const connects = shop.connects;
            // A session of polling outlives a cut between two polls.
            await until(() => (way.cut(), !shop.socket.connected), "its loss");
            await phone.ask("send-message", { roomId: room, text: `missed ${round}` });
            await until(() => shop.connects > connects, "its return");
            assert.equal(shop.socket.recovered, true);
            assert.equal(shop.socket.id, id);
            // Where it stands comes behind what it missed; both before the next loss.
            await until(() => shop.texts().length === round + 2, "what it missed");
            await until(() => shop.told.findLastIndex(([name]) => name === "offset") >
                shop.told.findLastIndex(([name]) => name === "new-message"), "where it stands");
        }
        await phone.ask("send-message", { roomId: room, text: "live" });
        const wanted = ["1", "missed 0", "missed 1", "missed 2", "live"];
        await until(() => shop.texts().length >= wanted.length, "all of them");
        assert.deepEqual(shop.texts(), wanted);
        const other = await Device.connect(t, chatd, bob, settings);
        await other.ask("send-message", { roomId: second, text: "of the other room" });
        await until(() => shop.texts().at(-1) === "of the other room", "the other room");
    });
}

test("a bad token is a connect error with a code", async (t) => {
    const { chatd } = await town(t);
    for (const settings of Object.values(TRANSPORTS)) {
        const device = new Device(t, chatd, "no token", settings);
        await until(() => device.error, "the refusal");
        assert.equal(device.error.data.code, "unauthenticated");
        assert.equal(device.error.message, device.error.data.message);
        assert.equal(device.socket.active, false);
        device.socket.disconnect();
    }
    const elsewhere = io(`${chatd.url}/elsewhere`, { forceNew: true });
    afterwards(t, () => elsewhere.disconnect());
    const error = await new Promise((resolve) => elsewhere.once("connect_error", resolve));
    assert.equal(error.message, "Invalid namespace");
});

test("the token in the address, or in a header", async (t) => {
    const { chatd, ann, as, room } = await town(t);
    const ways = [{ query: { token: ann.token } }, { extraHeaders: as(ann) }];
    for (const way of ways) {
        const device = new Device(t, chatd, undefined, { ...way, auth: {} });
        await until(() => device.connects === 1, "a connection");
        assert.deepEqual(await device.ask("join-room", { roomId: room }), { success: true });
    }
});

test("refusals: acknowledged where that is asked for, else told", async (t) => {
    const { chatd, ann, bob, room } = await town(t);
    const stranger = await Device.connect(t, chatd, bob);
    for (const event of ["join-room", "send-message", "mark-read"]) {
        const { success, error } = await stranger.ask(event, { roomId: room, text: "a" });
        assert.equal(success, false);
        assert.equal(error.code, "not_a_member");
        assert.ok(error.message.length > 0);
    }
    stranger.socket.emit("join-room", { roomId: room });
    await until(() => stranger.of("error").length === 1, "the error");
    assert.equal(stranger.of("error")[0].code, "not_a_member");
    const phone = await Device.connect(t, chatd, ann);
    assert.equal((await phone.ask("send-message", { roomId: room, text: "" })).error.code, "empty");
    assert.equal((await phone.ask("send-message", { roomId: room })).error.code, "malformed");
    assert.equal((await phone.ask("nonsense", {})).error.code, "malformed");
    for (const transports of [["polling"], ["websocket"]]) {
        const device = await Device.connect(t, chatd, ann, { transports });
        const bytes = await device.ask("send-message", { roomId: room, text: Buffer.from([1, 2, 3]) });
        assert.equal(bytes.error.code, "malformed");
        assert.equal(device.socket.connected, true);
    }
});

test("what is said natively and over HTTP is heard, once and in one order", async (t) => {
    const { chatd, ask, as, ann, keeper, room } = await town(t);
    const devices = [];
    for (const settings of Object.values(TRANSPORTS)) {
        const device = await Device.connect(t, chatd, ann, settings);
        await device.ask("join-room", { roomId: room });
        devices.push(device);
    }
    const native = await Client.as(chatd.port, keeper);
    await native.ask({ type: "attach", roomId: room });
    const wanted = [];
    for (let i = 0; i < 5; ++i) {
        await native.ask({ type: "post", roomId: room, content: `native ${i}` });
        await ask("POST", `/api/v1/messages/${room}`, { content: `http ${i}` }, as(ann));
        wanted.push(`native ${i}`, `http ${i}`);
    }
    for (const device of devices) {
        await until(() => device.texts().length >= wanted.length, "all of them");
        assert.deepEqual(device.texts(), wanted);
        assert.deepEqual(
            [...new Set(device.of("new-message").map((each) => each.senderType))].sort(),
            ["STORE", "USER"],
        );
    }
    native.close();
});

test("many sessions of polling live on all threads", async (t) => {
    const { chatd, ann, keeper, room } = await town(t);
    const devices = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
            Device.connect(t, chatd, i % 2 ? ann : keeper, TRANSPORTS.polling),
        ),
    );
    await Promise.all(devices.map((device) => device.ask("join-room", { roomId: room })));
    await Promise.all(
        devices.map((device, i) => device.ask("send-message", { roomId: room, text: `${i}` })),
    );
    for (const device of devices) await until(() => device.texts().length === 12, "all twelve");
    for (const device of devices) assert.deepEqual(device.texts(), devices[0].texts());
});

test("a log-out ends the connection with a reason; a server that stops lets clients come back", async (t) => {
    const { chatd, ask } = await town(t);
    const { body } = await ask("POST", "/api/v1/auth/login", {
        email: "ann@example.org",
        password: "password of ann",
    });
    const device = new Device(t, chatd, body.accessToken);
    await until(() => device.connects === 1, "a connection");
    await ask("POST", "/api/v1/auth/logout", { refreshToken: body.refreshToken }).catch(() => {});
    await until(() => device.drops.length === 1, "the end");
    assert.deepEqual(device.drops, ["io server disconnect"]);
    assert.equal(device.of("error").at(-1).code, "token_revoked");
    const again = await Device.connect(t, chatd, { token: (await chatd.signUp("cy")).token });
    const stopped = chatd.stop();
    await until(() => again.drops.length > 0, "word of the stop");
    assert.ok(["transport close", "transport error"].includes(again.drops[0]), again.drops[0]);
    assert.equal(again.socket.active, true);
    again.socket.disconnect();
    await stopped;
});

test("what was missed comes once, wherever the connection breaks again", async (t) => {
    // By polling the client has all of an answer in hand, and tells it when it is back.
    const settings = TRANSPORTS.websocket;
    const { chatd, ann, keeper, room } = await town(t);
    const way = await Cutter.before(t, chatd);
    const shop = await Device.connect(t, way, keeper, { ...settings, reconnectionDelay: 400 });
    await shop.ask("join-room", { roomId: room });
    const phone = await Device.connect(t, chatd, ann, settings);
    await phone.ask("send-message", { roomId: room, text: "heard" });
    await until(() => shop.texts().length === 1, "the first");
    await until(() => (way.cut(), !shop.socket.connected), "its loss");
    const wanted = ["heard"];
    for (let i = 0; i < 8; ++i) {
        wanted.push(`missed ${i}`);
        await phone.ask("send-message", { roomId: room, text: `missed ${i}` });
    }
    // It hears two of them at each return, and what came behind them is lost.
    shop.socket.on("new-message", () => {
        if (shop.texts().length % 2 === 1) shop.socket.io.engine.close();
    });
    await until(() => shop.texts().length >= wanted.length, "all of them");
    await until(() => shop.socket.connected, "its return");
    await phone.ask("send-message", { roomId: room, text: "live" });
    await until(() => shop.texts().at(-1) === "live", "what happens then");
    assert.deepEqual(shop.texts(), [...wanted, "live"]);
    assert.ok(shop.connects > 4, `${shop.connects} connections`);
    const stands = shop.told.filter(([event]) => event === "new-message").map((each) => each[2]);
    assert.deepEqual(stands, shop.of("new-message").map(({ id }) => `${room}:${id}`));
});

test("refusals name what the client has sent, and why it is in a room no more", async (t) => {
    const { chatd, ask, ann, room } = await town(t);
    const phone = await Device.connect(t, chatd, ann);
    const said = async (event, body) => (await phone.ask(event, body)).error.message;
    assert.equal(await said("dance", {}), 'There is no event "dance" in /chat.');
    assert.match(await said("send-message", { roomId: room }), /: text must be a text/);
    assert.match(await said("send-message", { roomId: room, text: "" }), /: text\.$/);
    assert.match(await said("send-message", { roomId: room, text: "a".repeat(1001) }), /: text\.$/);
    await phone.ask("join-room", { roomId: room });
    await ask("DELETE", "/api/v1/contexts/store/4", undefined, { "X-Chatd-Key": KEY });
    await until(() => phone.of("error").length > 0, "the end of the room");
    assert.equal(phone.of("error").at(-1).code, "room_deleted");
});

test("what may be sent at once is told, and more is refused in the protocol's own words", async (t) => {
    const { chatd } = await town(t, [
        "--limits.request_body_bytes_max", "2048", "--limits.message_bytes_max", "1024",
    ]);
    const address = `${chatd.url}/socket.io/?EIO=4&transport=polling`;
    for (const size of [1025, 4096]) {
        const opening = JSON.parse((await (await fetch(address)).text()).slice(1));
        assert.equal(opening.maxPayload, 1024);
        const session = `${address}&sid=${opening.sid}`;
        const refused = await fetch(session, { method: "POST", body: "4".repeat(size) });
        assert.equal(refused.status, 413);
        assert.deepEqual(await refused.json(), { code: 3, message: "Bad request" });
        await until(async () => (await (await fetch(session)).json()).code === 1, "its end");
    }
});

test("switched off it is not there, nor without the door that it belongs to", async (t) => {
    for (const setting of ["--doors.storefront.socketio", "--doors.storefront.enabled"]) {
        const chatd = await Chatd.start(t, await scratch(t), { args: [setting, "false"] });
        const response = await fetch(`${chatd.url}/socket.io/?EIO=4&transport=polling`);
        assert.equal(response.status, 404, setting);
        const { token } = await chatd.signUp("ann");
        for (const transports of [["polling"], ["websocket"]]) {
            const device = new Device(t, chatd, token, { transports, reconnection: false });
            await until(() => device.error, "the refusal");
            assert.equal(device.connects, 0);
        }
    }
});
