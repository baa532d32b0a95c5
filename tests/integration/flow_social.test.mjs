// The entry flow of the social system, with its client: stompjs over sockjs-client, and its lists as
// server-sent events; in its legacy form, as its clients know it, and in the canonical one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { until } from "./lib/chatd.mjs";
import { Cutter } from "./lib/cutter.mjs";
import { open } from "./lib/doors.mjs";
import { Events } from "./lib/events.mjs";
import { TIME, account, leave, one, shape } from "./lib/flow.mjs";
import { Stomp } from "./lib/stomp.mjs";

const rooms =
    "id kind title open context participantCount lastMessage lastActivityAt unreadCount readPosition favorite muted " +
    "notice role peer? position createdAt updatedAt";
const messages =
    "id roomId senderId senderNickname type content attachments clientKey tempId? parentId? threadCount? " +
    "forwardedFrom? reactions pinned? bookmarked? mentions? preview? metadata? seq changedAt createdAt editedAt editCount deletedAt";

for (const legacy of [true, false]) {
    test(`the social system${legacy ? ", in its legacy form" : ""}: STOMP over SockJS, and its lists`, async (t) => {
        const doors = await open(t, ["--io.threads", "3", "--doors.social.legacy", String(legacy)]);
        const { chatd, ask, value } = doors;
        const unwrap = (body) => {
            if (!legacy) return body;
            const { success, data, message, ...beside } = body;
            assert.deepEqual([success, typeof message], [true, "string"]);
            return Array.isArray(data) ? { items: data, ...beside } : data;
        };
        const api = async (person, method, path, body) =>
            unwrap(await value(method, `/api/v1${path}`, { token: person.token, body }));
        const [ann, bob] = [await account(doors, "ann", { unwrap }), await account(doors, "bob", { unwrap })];
        assert.equal(typeof ann.id, legacy ? "string" : "number");
        const renewed = unwrap(
            await value("POST", "/api/v1/auth/refresh", { body: { refreshToken: bob.refreshToken } }),
        );
        assert.notEqual(renewed.refreshToken, bob.refreshToken);
        Object.assign(bob, { token: renewed.accessToken, refreshToken: renewed.refreshToken });
        const refused = await ask("GET", "/api/v1/chatrooms/1", { token: ann.token });
        assert.equal(refused.status, 403);
        assert.equal(refused.json.success, legacy ? false : undefined);
        assert.equal(refused.json.error.code, "not_a_member");

        // What the start page asks.
        assert.equal((await api(bob, "GET", "/users/me")).id, bob.id);
        assert.deepEqual((await api(bob, "GET", "/chatrooms")).items, []);
        assert.deepEqual(await api(bob, "GET", "/unread"), { total: 0, mentions: 0, rooms: [] });
        const way = await Cutter.before(t, chatd);
        const list = await Events.open(t, `${way.url}/api/v1/events?token=${bob.token}`);
        const reconnectDelay = 50;
        const her = await Stomp.connect(t, chatd, ann, { over: [] });
        const his = await Stomp.connect(t, way, bob, { over: [], reconnectDelay });
        const notices = await his.hear(`/queue/user/${bob.id}`);
        const updates = await his.hear("/user/queue/room-updates");

        // Friends, and then a room.
        const { id: asked } = await api(ann, "POST", "/users/friends/requests", { userId: bob.id });
        await one(notices, ({ kind, actor }) => kind === "friend_request" && actor.id === ann.id, "the request");
        await list.has("notification", ({ kind }) => kind === "friend_request");
        await api(bob, "POST", `/users/friends/requests/${asked}/accept`);
        assert.deepEqual((await api(ann, "GET", "/users/friends")).items.map((each) => each.id), [bob.id]);
        const room = await api(ann, "POST", "/chatrooms/direct", { userId: bob.id });
        shape(room, rooms);
        assert.deepEqual([room.kind, room.context, room.peer.id], ["direct", null, bob.id]);
        assert.equal((await api(bob, "POST", "/chatrooms/direct", { userId: ann.id })).id, room.id);
        await list.has("room-created", (each) => each.id === room.id);
        const listed = await his.hear("/user/queue/rooms");
        his.say("/app/rooms", {});
        await until(() => listed.length > 0, "the answer");
        assert.deepEqual(listed[0].items.map((each) => each.id), [room.id]);

        const hers = await her.hear(`/topic/messages/${room.id}`);
        const status = await her.hear(`/topic/message/status/${room.id}`);
        const typing = await her.hear(`/topic/typing/${room.id}`);
        const told = await his.hear(`/topic/messages/${room.id}`);
        const errors = await his.hear("/user/queue/errors");
        his.say("/app/typing", { roomId: room.id, userId: bob.id, isTyping: true });
        await until(() => typing.length > 0, "typing");
        assert.deepEqual(typing[0], { roomId: room.id, userId: bob.id, isTyping: true });

        const clientKey = crypto.randomUUID();
        const content = { text: "안녕 👋", type: "text" };
        her.say("/app/chat", { roomId: room.id, content, tempId: "t1", clientKey });
        await until(() => told.length > 0, "her message");
        const [first] = told;
        shape(first, legacy ? `${messages} readBy` : messages);
        assert.deepEqual(
            [first.roomId, first.senderId, first.senderNickname, first.type, first.content, first.clientKey],
            [room.id, ann.id, "ann", "text", "안녕 👋", clientKey],
        );
        if (legacy) assert.deepEqual(first.readBy, { [ann.id]: true });
        await until(() => status.length === 2, "what became of it");
        for (const each of status) shape(each, "tempId status persistedId errorMessage createdAt");
        assert.deepEqual(
            status.map((each) => [each.tempId, each.status, each.persistedId, each.errorMessage]),
            [["t1", "SENDING", null, null], ["t1", "SAVED", first.id, null]],
        );
        const update = await one(updates, ({ unreadCount }) => unreadCount === 1, "the list");
        assert.match(shape(update, "roomId unreadCount lastMessage timestamp").timestamp, TIME);
        assert.deepEqual([update.roomId, update.lastMessage], [room.id, "안녕 👋"]);
        await list.has("room-update", (each) => each.lastMessage?.id === first.id && each.unreadCount === 1);

        // What was read comes once more, with the pointer's position; so does what has changed.
        his.say("/app/read", { messageId: first.id, userId: bob.id });
        const again = ({ id }) => (each) => each.id === id && each.changedAt > Number(id);
        const seen = await one(hers, again(first), "the read mark");
        if (legacy) assert.deepEqual(seen.readBy, { [ann.id]: true, [bob.id]: true });
        const { items: readers } = await api(ann, "GET", `/messages/${first.id}/readers`);
        const reader = readers.find((each) => each.userId === bob.id);
        assert.match(shape(reader, "userId nickname readAt").readAt, TIME);
        his.say("/app/reaction", { messageId: first.id, reaction: "👍" });
        const liked = await one(hers, (each) => each.reactions.length > 0, "the reaction");
        assert.deepEqual(liked.reactions, [{ reaction: "👍", count: 1, userIds: [bob.id] }]);
        her.say("/app/edit", { messageId: first.id, content: "안녕하세요" });
        const edited = await one(told, (each) => each.content === "안녕하세요", "the edit");
        assert.ok(edited.editedAt && edited.editCount === 1 && edited.changedAt > liked.changedAt);
        his.say("/app/edit", { messageId: first.id, content: "not mine" });
        await until(() => errors.length > 0, "the refusal");
        assert.equal(shape(errors[0], "destination code message").code, "forbidden");

        // The network goes. The client comes back by itself, and asks what has changed since.
        const since = Math.max(...told.map((each) => each.changedAt));
        const { connects } = his;
        way.close();
        await until(() => !his.client.connected && list.errors.length > 0, "the loss");
        for (const content of ["missed 1", "missed 2"])
            await api(ann, "POST", `/messages/${room.id}`, { content });
        await api(ann, "PUT", `/messages/${first.id}`, { content: "안녕히" });
        way.open();
        await until(() => his.connects > connects, "its return");
        const sync = await his.hear("/user/queue/sync");
        his.say("/app/sync", { roomId: room.id, since });
        await until(() => sync.length > 0, "what was missed");
        shape(sync[0], "roomId items nextCursor hasMore");
        const states = sync[0].items.filter(({ kind }) => kind === "message").map(({ message }) => message);
        assert.deepEqual(states.map(({ content }) => content), ["missed 1", "missed 2", "안녕히"]);
        assert.deepEqual(states.map(({ changedAt }) => changedAt), sync[0].items.map(({ position }) => position));
        assert.deepEqual([sync[0].roomId, sync[0].nextCursor, sync[0].hasMore], [room.id, states[2].changedAt, false]);
        // The list tells a room that was made shortly before as a new one.
        await one(
            list.told,
            ({ name, data }) => name.startsWith("room-") && data.lastMessage?.content === "missed 2",
            "the list after its return",
        );
        const live = await api(ann, "POST", `/messages/${room.id}`, { content: "live" });
        await one(told, (each) => each.id === live.id, "what is said then");
        assert.equal(told.filter(({ content }) => content.startsWith("missed")).length, 0);

        const texts = (page) => page.items.map(({ content }) => content);
        const page = await api(bob, "GET", `/messages/${room.id}?limit=2`);
        assert.deepEqual(texts(page), ["live", "missed 2"]);
        assert.equal(page.hasMore, true);
        const rest = await api(bob, "GET", `/messages/${room.id}?limit=2&before=${page.nextCursor}`);
        assert.deepEqual([...texts(rest), rest.hasMore], ["missed 1", "안녕히", false]);
        const later = await api(bob, "GET", `/messages/${room.id}?after=${first.id}`);
        assert.deepEqual(texts(later), ["missed 1", "missed 2", "live"]);
        assert.equal((await api(bob, "GET", "/unread")).total, 3);
        await api(bob, "POST", `/messages/mark-read?roomId=${room.id}&userId=${bob.id}&requestId=1`);
        assert.equal((await api(bob, "GET", "/unread")).total, 0);
        await one(hers, again(live), "the last read mark");

        his.client.reconnectDelay = 0;
        await leave(doors, bob, "/api/v1/users/me");
        await until(() => his.errors.length > 0 && !his.client.connected, "the end");
        await list.has("bye", ({ reason }) => reason === "token_revoked");
    });
}
