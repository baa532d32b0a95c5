// Asks every operation of the OpenAPI document of the chatd that serves it, with requests that
// succeed and with those that are refused, and looks whether all is as the document says: plain, and
// in the legacy form of the social system.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { Validator } from "@seriousme/openapi-schema-validator";

import { Chatd, scratch } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";
import { Api, Document } from "./lib/openapi.mjs";

const HOST_KEY = "the key of the host";

async function start(t, settings = {}) {
    return Chatd.start(t, await scratch(t), {
        env: {
            CHATD_AUTH_HOST_KEY: HOST_KEY,
            CHATD_LIMITS_PERSON_POSTS_PER_S: "0",
            CHATD_LIMITS_PERSON_CHANGES_PER_S: "0",
            CHATD_LIMITS_PERSON_REPORTS_PER_MIN: "0",
            ...settings,
        },
    });
}

async function signUp(api, nickname) {
    const body = { email: `${nickname}@example.org`, password: "a password", nickname };
    const { user, accessToken, refreshToken } = await api.do("signUp", { body });
    return { id: user.id, token: accessToken, refresh: refreshToken, email: body.email };
}

/// Every operation with requests that succeed.
async function everything(api) {
    const [ann, bob, cem] = [await signUp(api, "ann"), await signUp(api, "bob"), await signUp(api, "cem")];
    await accounts(api, ann, bob);
    await friends(api, ann, bob, cem);
    const room = await rooms(api, ann, bob, cem);
    await messages(api, ann, bob, room);
    await files(api, ann, room);
    await inbox(api, bob);
    await consultations(api, ann, bob, cem);
    await operation(api, ann, bob, room);
    await leaving(api, ann, bob, room);
}

async function accounts(api, ann, bob) {
    await api.do("signUp", {
        as: "host",
        body: { email: "host@example.org", password: "a password", nickname: "host's", externalId: "STU001" },
    });
    await api.do("logIn", { body: { email: ann.email, password: "a password" } });
    const { accessToken, refreshToken } = await api.do("refresh", { body: { refreshToken: ann.refresh } });
    ann.token = accessToken;
    await api.do("logOut", { body: { refreshToken } });
    Object.assign(ann, { token: (await api.do("logIn", { body: { email: ann.email, password: "a password" } })).accessToken });
    assert.equal((await api.do("me", { as: ann })).email, ann.email);
    await api.do("changeMe", { as: ann, body: { nickname: "Ann", profileImageUrl: "https://example.org/ann.png" } });
    assert.equal((await api.do("setStatus", { as: ann, body: { statusText: "here" } })).statusText, "here");
    const seen = await api.do("person", { as: bob, path: { id: ann.id } });
    assert.ok(!("email" in seen));
    assert.equal((await api.do("findPeople", { as: bob, query: { query: "an" } })).items[0].id, ann.id);
}

async function friends(api, ann, bob, cem) {
    const asked = await api.do("askToBeFriends", { as: ann, body: { userId: bob.id } });
    assert.equal(asked.status, "pending");
    await api.do("friendRequests", { as: bob });
    await api.do("friendRequests", { as: ann, query: { direction: "out", limit: 10 } });
    await api.do("acceptFriendRequest", { as: bob, path: { id: asked.id } });
    const other = await api.do("askToBeFriends", { as: cem, body: { userId: ann.id } });
    await api.do("rejectFriendRequest", { as: ann, path: { id: other.id } });
    const third = await api.do("askToBeFriends", { as: cem, body: { userId: String(bob.id) } });
    await api.do("acceptFriendRequest", { as: bob, path: { id: third.id } });
    assert.equal((await api.do("friends", { as: ann })).items.length, 1);
    await api.do("recommendations", { as: ann, query: { skip: 0, limit: 5 } });
    await api.do("endFriendship", { as: bob, path: { id: cem.id } });
    await api.do("block", { as: ann, body: { userId: cem.id } });
    await api.do("blockTarget", { as: bob, body: { targetUserId: cem.id } });
    assert.equal((await api.do("blocks", { as: ann })).items.length, 1);
    for (const as of [ann, bob]) await api.do("unblock", { as, path: { id: cem.id } });
}

async function rooms(api, ann, bob, cem) {
    const group = await api.do("createGroup", {
        as: ann,
        body: { title: "a group", memberIds: [bob.id], open: true, context: { type: "product", id: 17 }, metadata: { id: 1 } },
    });
    const path = { id: group.id };
    await api.do("createGroups", { as: ann, body: { rooms: [{ title: "one" }, { title: "two", memberIds: [String(bob.id)] }] } });
    await api.do("openDirect", { as: ann, body: { userId: bob.id, context: { type: "store", id: "4" } } });
    await api.do("openDirect", { as: ann, body: { userId: bob.id } });
    const list = await api.ask("rooms", { as: ann, query: { limit: 2 } });
    assert.equal(list.body.items.length, 2);
    await api.do("rooms", { as: ann, query: { cursor: list.body.nextCursor } });
    await api.do("rooms", { as: ann, query: { unread: false, favorite: false, contextType: "product", contextId: "17" } });
    const again = await api.ask("rooms", { as: ann, query: { limit: 2 }, header: { "If-None-Match": list.headers.get("etag") } });
    assert.equal(again.status, 304);
    await api.do("setFavorite", { as: ann, path });
    assert.equal((await api.do("favoriteRooms", { as: ann })).items.length, 1);
    assert.equal((await api.do("findRooms", { as: cem, query: { query: "group" } })).items.length, 1);
    await api.do("unsetFavorite", { as: ann, path });
    await api.do("room", { as: ann, path });
    await api.do("renameRoom", { as: ann, path, body: { title: "the group" } });
    await api.do("joinRoom", { as: cem, path });
    await api.do("leaveRoom", { as: cem, path, body: { silent: true } });
    await api.do("invite", { as: ann, path, body: { userIds: [cem.id], role: "admin" } });
    assert.equal((await api.do("participants", { as: bob, path, query: { limit: 2 } })).items.length, 2);
    const member = { id: group.id, userId: cem.id };
    await api.do("setParticipant", { as: ann, path: member, body: { role: "member" } });
    const until = new Date(Date.now() + 60_000).toISOString();
    assert.equal((await api.do("setParticipant", { as: ann, path: member, body: { mutedUntil: until } })).mutedUntil, until);
    await api.do("setParticipant", { as: ann, path: member, body: { mutedUntil: "" } });
    await api.do("removeParticipant", { as: ann, path: member, query: { ban: true } });
    const connection = await Client.as(api.chatd.port, bob);
    await api.do("online", { as: ann, path });
    connection.close();
    assert.equal((await api.do("setNotice", { as: ann, path, body: { content: "read me" } })).by, ann.id);
    await api.do("notice", { as: bob, path });
    assert.equal(await api.do("removeNotice", { as: ann, path }), null);
    await api.do("setMute", { as: bob, path });
    await api.do("unsetMute", { as: bob, path });
    return group.id;
}

async function messages(api, ann, bob, room) {
    const first = await api.do("post", {
        as: ann, path: { id: room },
        body: {
            content: "hello @bob", type: "text", clientKey: randomUUID(), tempId: "t-1", metadata: { items: [1] },
            mentions: [{ userId: bob.id, start: 6, length: 4 }],
            attachments: [{ url: "https://example.org/a.pdf", name: "a.pdf", size: 3, contentType: "application/pdf" }],
        },
    });
    assert.equal(first.tempId, "t-1");
    const second = await api.do("post", { as: bob, path: { id: room }, body: { content: "and a second" } });
    const messageId = first.id;
    const history = await api.ask("history", { as: bob, path: { id: room }, query: { limit: 1 } });
    assert.equal(history.body.nextCursor, second.id);
    const known = { "If-None-Match": history.headers.get("etag") };
    assert.equal((await api.ask("history", { as: bob, path: { id: room }, query: { limit: 1 }, header: known })).status, 304);
    await api.do("history", { as: bob, path: { id: room }, query: { around: first.id, type: "text", replies: false } });
    assert.equal((await api.do("history", { as: bob, path: { id: messageId } })).id, messageId);
    await api.do("message", { as: bob, path: { messageId } });
    await api.do("edit", { as: ann, path: { id: messageId }, body: { content: "hello @bob!" } });
    await api.do("markRead", { as: bob, body: { roomId: room, messageId } });
    await api.do("markRead", { as: bob, query: { roomId: room, userId: bob.id, requestId: "r-1" } });
    assert.equal((await api.do("readers", { as: ann, path: { id: messageId } })).items[0].userId, bob.id);
    await api.do("unread", { as: ann });
    await api.do("react", { as: bob, body: { messageId: String(messageId), reaction: "👍" } });
    await api.do("react", { as: bob, query: { messageId, reaction: "🎉" } });
    assert.equal((await api.do("unreact", { as: bob, body: { messageId, reaction: "🎉" } })).reactions.length, 1);
    assert.equal((await api.do("pin", { as: ann, body: { messageId, roomId: room } })).pinned.by, ann.id);
    assert.equal((await api.do("pins", { as: bob, path: { roomId: room } })).items.length, 1);
    await api.do("unpin", { as: ann, path: { messageId } });
    assert.equal((await api.do("bookmark", { as: bob, body: { messageId } })).bookmarked, true);
    assert.equal((await api.do("bookmarks", { as: bob, query: { query: "hello", roomId: room } })).items.length, 1);
    await api.do("reply", { as: bob, body: { roomId: room, parentMessageId: messageId, content: "a reply" } });
    assert.equal((await api.do("thread", { as: ann, query: { parentMessageId: messageId } })).items.length, 1);
    assert.equal((await api.do("threads", { as: ann, query: { roomId: room } })).items.length, 1);
    const forwarded = await api.do("forward", { as: ann, body: { messageId, targetRoomIds: [room], additionalContent: "look" } });
    assert.equal(forwarded.items[0].forwardedFrom.id, messageId);
    await api.do("search", { as: ann, query: { query: "hello", roomId: room, senderId: ann.id, type: "text", from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" } });
    assert.ok((await api.do("changes", { as: bob, path: { id: room }, query: { since: 0 } })).items.length > 5);
    assert.notEqual((await api.do("deleteMessage", { as: bob, path: { id: second.id } })).deletedAt, null);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const planned = await api.do("schedule", { as: ann, body: { roomId: room, content: "later", scheduledAt: at, repeat: "daily", timeZone: "Asia/Seoul" } });
    await api.do("changeSchedule", { as: ann, path: { id: planned.id }, body: { content: "much later" } });
    assert.equal((await api.do("schedules", { as: ann })).items.length, 1);
    await api.do("cancelSchedule", { as: ann, path: { id: planned.id } });
}

async function files(api, ann, room) {
    const raw = Buffer.from("plain words\n");
    const file = await api.do("upload", { as: ann, query: { name: "words.txt" }, raw, type: "text/plain" });
    await api.do("post", { as: ann, path: { id: room }, body: { content: "a file", type: "file", attachments: [{ url: file.url }] } });
    const path = { id: file.id };
    const whole = await api.ask("file", { as: ann, path });
    assert.equal(whole.body, "plain words\n");
    const known = { "If-None-Match": whole.headers.get("etag") };
    assert.equal((await api.ask("file", { as: ann, path, header: known })).status, 304);
    assert.equal((await api.ask("file", { path, query: { token: ann.token }, header: { Range: "bytes=0-4" } })).body, "plain");
    assert.equal((await api.ask("file", { as: ann, path, header: { Range: "bytes=99-" } })).status, 416);
}

async function inbox(api, bob) {
    const [notification] = (await api.do("notifications", { as: bob })).items;
    assert.ok((await api.do("unreadNotifications", { as: bob })).unreadCount > 0);
    assert.equal((await api.do("readNotification", { as: bob, path: { id: notification.id } })).read, true);
    assert.equal((await api.do("readAllNotifications", { as: bob })).unreadCount, 0);
}

async function consultations(api, ann, bob, cem) {
    const ask = (scheduledAt) =>
        api.do("requestConsultation", { as: ann, body: { recipientUserCode: String(bob.id), title: "a thesis", ...scheduledAt } });
    const first = await ask({ scheduledAt: "2100-01-02 03:04:05" });
    assert.equal(first.scheduledAt, "2100-01-02 03:04:05");
    const { requestIdx } = first;
    const step = { as: bob, body: { requestIdx } };
    assert.equal((await api.do("approveConsultation", step)).status, "SCHEDULED");
    await api.do("post", { as: ann, path: { id: requestIdx }, body: { content: "good morning" } });
    assert.equal((await api.do("readConsultation", step)).status, "IN_PROGRESS");
    await api.do("consultation", { as: ann, path: { requestIdx } });
    const said = await api.do("consultationMessages", { as: ann, path: { requestIdx } });
    assert.equal(said.messages[0].content, "good morning");
    assert.match(await api.do("downloadTranscript", { as: bob, path: { requestIdx } }), /good morning/);
    const early = await api.ask("downloadArchive", { as: ann, path: { requestIdx } });
    assert.equal(early.status, 404);
    assert.equal(typeof early.body.error, "string");
    const outside = await api.ask("consultationMessages", { as: cem, path: { requestIdx } });
    assert.equal(outside.status, 403);
    assert.equal(typeof outside.body.error, "string");
    assert.equal((await api.do("endConsultation", step)).status, "COMPLETED");
    assert.match(await api.do("downloadArchive", { as: "host", path: { requestIdx } }), /good morning/);
    const again = await api.ask("approveConsultation", step);
    assert.equal(`${again.status} ${again.body.error.code}`, "409 wrong_state");
    await api.do("rejectConsultation", { as: bob, body: { requestIdx: String((await ask()).requestIdx) } });
    const third = (await ask()).requestIdx;
    await api.do("cancelConsultation", { as: ann, body: { requestIdx: third } });
    const page = await api.do("consultations", { as: ann, query: { limit: 2 } });
    assert.equal(page.items[0].requestIdx, third);
    const rest = await api.do("consultations", { as: ann, query: { cursor: page.nextCursor } });
    assert.equal(rest.items[0].requestIdx, requestIdx);
    assert.equal((await api.do("consultations", { as: bob, query: { status: "REJECTED" } })).items.length, 1);
}

async function operation(api, ann, bob, room) {
    const said = await api.do("post", { as: ann, path: { id: room }, body: { content: "something rude" } });
    for (const about of [{ messageId: said.id }, { userId: ann.id, roomId: room }, { roomId: room }]) {
        const body = { ...about, reason: "rude", comment: "see for yourself" };
        assert.equal((await api.ask("report", { as: bob, body })).status, 201);
        assert.equal((await api.ask("report", { as: bob, body })).status, 200);
    }
    assert.equal((await api.do("reports", { as: "host" })).items.length, 3);
    assert.equal((await api.do("reports", { as: "host", query: { messageId: said.id } })).items.length, 1);
    await api.do("stats", { as: "host" });
    const path = { type: "store", id: "9" };
    await api.do("registerContext", { as: "host", path, body: { ownerId: ann.id, title: "A store", metadata: {} } });
    await api.do("openDirect", { as: bob, body: { userId: ann.id, context: path } });
    assert.equal((await api.do("removeContext", { as: "host", path })).deletedRooms, 1);
    const admin = await api.do("setStanding", { as: "host", path: { id: bob.id }, body: { role: "admin", externalId: "STU002" } });
    assert.equal(admin.role, "admin");
    bob.token = (await api.do("logIn", { body: { email: bob.email, password: "a password" } })).accessToken;
    await api.do("stats", { as: bob });
}

async function leaving(api, ann, bob, room) {
    await api.do("leaveOrDeleteRoom", { as: bob, path: { id: room } });
    const left = await api.do("leaveOrDeleteRoom", { as: "host", path: { id: room }, query: { forEveryone: true } });
    assert.ok(left.deletedAt);
}

function allAsked(api) {
    api.succeeded.add("events"); // never answered to its end: streams.test.mjs
    const left = [...api.document.operations.keys()].filter((id) => !api.succeeded.has(id));
    assert.deepEqual(left, [], "operations that were never asked with success");
}

test("the document is one of OpenAPI 3.1, and is not sent twice", async (t) => {
    const chatd = await start(t);
    const { json } = await Document.of(chatd.url);
    const validator = new Validator();
    assert.deepEqual(await validator.validate(json), { valid: true });
    assert.equal(validator.version, "3.1");
    const response = await fetch(`${chatd.url}/openapi.json`);
    const headers = { "If-None-Match": response.headers.get("etag") };
    assert.equal((await fetch(`${chatd.url}/openapi.json`, { headers })).status, 304);
});

test("who knows the document's page by another address is sent to it", async (t) => {
    const chatd = await start(t);
    const page = await fetch(`${chatd.url}/docs`);
    if (page.status === 404) return t.skip("this build has no page");
    const text = await page.text();
    for (const path of ["/docs/", "/swagger-ui", "/swagger-ui/", "/swagger-ui/index.html"]) {
        const sent = await fetch(chatd.url + path, { redirect: "manual" });
        assert.equal(sent.status, 301, path);
        assert.equal(sent.headers.get("location"), "/docs");
        assert.equal(await (await fetch(chatd.url + path)).text(), text);
    }
    assert.equal(await (await fetch(`${chatd.url}/swagger-ui.html`)).text(), text);
});

test("every operation is as the document says", async (t) => {
    const chatd = await start(t);
    const api = new Api(chatd, await Document.of(chatd.url), { hostKey: HOST_KEY });
    await everything(api);
    allAsked(api);
});

test("in the legacy form too, which is off unless it is set, and can be declined", async (t) => {
    for (const form of ["legacy", "canonical"]) {
        const chatd = await start(t, { CHATD_DOORS_SOCIAL_LEGACY: "true" });
        const api = new Api(chatd, await Document.of(chatd.url), { hostKey: HOST_KEY, form });
        await everything(api);
        allAsked(api);
    }
});

test("messages of the legacy form say who has read them", async (t) => {
    const chatd = await start(t, { CHATD_DOORS_SOCIAL_LEGACY: "true" });
    const api = new Api(chatd, await Document.of(chatd.url), { hostKey: HOST_KEY, form: "legacy" });
    const [ann, bob] = [await signUp(api, "ann"), await signUp(api, "bob")];
    const room = await api.do("openDirect", { as: ann, body: { userId: bob.id } });
    const said = await api.do("post", { as: ann, path: { id: room.id }, body: { content: "hello" } });
    assert.deepEqual(said.readBy, { [ann.id]: true });
    await api.do("markRead", { as: bob, body: { roomId: room.id } });
    const [read] = (await api.do("history", { as: ann, path: { id: room.id } })).items;
    assert.deepEqual(read.readBy, { [ann.id]: true, [bob.id]: true });
    const plain = await api.do("message", { as: ann, path: { messageId: said.id }, form: "canonical" });
    assert.ok(!("readBy" in plain));
});

test("what is refused is refused as the document says", async (t) => {
    const chatd = await start(t, { CHATD_LIMITS_PERSON_POSTS_PER_S: "20" });
    const api = new Api(chatd, await Document.of(chatd.url), { hostKey: HOST_KEY });
    const [ann, bob, cem] = [await signUp(api, "ann"), await signUp(api, "bob"), await signUp(api, "cem")];
    const group = await api.do("createGroup", { as: ann, body: { title: "g", memberIds: [bob.id] } });
    const doomed = await api.do("createGroup", { as: ann, body: { title: "d" } });
    await api.do("leaveOrDeleteRoom", { as: ann, path: { id: doomed.id }, query: { forEveryone: true } });
    const roomId = group.id;
    const say = (as, content, more = {}) => api.do("post", { as, path: { id: roomId }, body: { content, ...more } });
    const clientKey = randomUUID();
    const said = await say(ann, "one", { clientKey });
    const messageId = said.id;
    const gone = await say(ann, "two");
    await api.do("deleteMessage", { as: ann, path: { id: gone.id } });
    const refused = async (status, code, operationId, given) => {
        const answer = await api.ask(operationId, given);
        assert.equal(`${answer.status} ${answer.body?.error?.code}`, `${status} ${code}`, operationId);
        return answer.body.error.details;
    };
    // 400, by what names the field; requests that the document itself forbids are sent raw.
    const post = { as: ann, path: { id: roomId } };
    for (const [raw, field] of [["{", "body"], ["[]", "body"], ['"\\ud800"', "body"], ["{}", "content"],
        ['{"content":7}', "content"], ['{"content":"x","parentId":"q"}', "parentId"],
        ['{"content":"x","attachments":[{}]}', "attachments"], ['{"content":"x","tempId":[]}', "tempId"]]) {
        assert.equal((await refused(400, "malformed", "post", { ...post, raw })).field, field);
    }
    for (const [query, field] of [[{ limit: 0 }, "limit"], [{ limit: 101 }, "limit"], [{ before: "x" }, "before"],
        [{ type: "song" }, "type"], [{ replies: "maybe" }, "replies"]]) {
        assert.equal((await refused(400, "malformed", "history", { as: ann, path: { id: roomId }, query, raw: null })).field, field);
    }
    assert.equal((await refused(400, "malformed", "room", { as: ann, path: { id: "x" }, raw: null })).field, "id");
    // 401
    await refused(401, "unauthenticated", "me", {});
    await refused(401, "unauthenticated", "me", { as: { token: "no token" } });
    await refused(401, "unauthenticated", "stats", { as: { token: "" } });
    await refused(401, "bad_credentials", "logIn", { body: { email: ann.email, password: "not hers" } });
    await api.do("refresh", { body: { refreshToken: cem.refresh } });
    await refused(401, "token_revoked", "refresh", { body: { refreshToken: cem.refresh } });
    cem.token = (await api.do("logIn", { body: { email: cem.email, password: "a password" } })).accessToken;
    // 403
    await refused(403, "not_a_member", "post", { as: cem, path: { id: roomId }, body: { content: "x" } });
    await refused(403, "forbidden", "edit", { as: bob, path: { id: messageId }, body: { content: "mine" } });
    await refused(403, "forbidden", "stats", { as: ann });
    await refused(403, "forbidden", "signUp", { body: { email: "x@example.org", password: "a password", nickname: "x", externalId: "E" } });
    await api.do("setParticipant", { as: ann, path: { id: roomId, userId: bob.id }, body: { mutedUntil: "2100-01-01T00:00:00Z" } });
    await refused(403, "muted", "post", { as: bob, path: { id: roomId }, body: { content: "x" } });
    await api.do("block", { as: cem, body: { userId: ann.id } });
    await refused(403, "blocked", "openDirect", { as: ann, body: { userId: cem.id } });
    const open = await api.do("createGroup", { as: ann, body: { title: "open", memberIds: [bob.id], open: true } });
    await api.do("removeParticipant", { as: ann, path: { id: open.id, userId: bob.id }, query: { ban: true } });
    await refused(403, "banned", "joinRoom", { as: bob, path: { id: open.id } });
    // 404, by what there is not
    for (const [what, operationId, given] of [
        ["user", "person", { path: { id: 999_999 } }],
        ["message", "message", { path: { messageId: 999_999 } }],
        ["attachment", "file", { path: { id: 999_999 } }],
        ["schedule", "cancelSchedule", { path: { id: 999_999 } }],
        ["notification", "readNotification", { path: { id: 999_999 } }],
    ]) {
        assert.equal((await refused(404, "not_found", operationId, { as: ann, ...given })).what, what);
    }
    // 409
    await refused(409, "email_taken", "signUp", { body: { email: ann.email.toUpperCase(), password: "a password", nickname: "ann" } });
    await refused(409, "key_reused", "post", { ...post, body: { content: "another", clientKey } });
    await refused(409, "already_deleted", "edit", { as: ann, path: { id: gone.id }, body: { content: "x" } });
    for (const content of ["p1", "p2", "p3"])
        await api.do("pin", { as: ann, body: { messageId: (await say(ann, content)).id } });
    await refused(409, "pin_limit", "pin", { as: ann, body: { messageId } });
    // 410
    for (const [operationId, given] of [["room", { path: { id: doomed.id } }], ["history", { path: { id: doomed.id } }],
        ["post", { path: { id: doomed.id }, body: { content: "x" } }], ["changes", { path: { id: doomed.id } }]]) {
        await refused(410, "room_deleted", operationId, { as: ann, ...given });
    }
    // 413, 415
    await refused(413, "too_large", "post", { ...post, body: { content: "x".repeat(1_100_000) } });
    await refused(415, "unsupported_type", "upload", { as: ann, query: { name: "a.png" }, raw: "no picture", type: "image/png" });
    // 422
    const later = new Date(Date.now() + 3_600_000).toISOString();
    for (const [code, operationId, given] of [
        ["empty", "post", { path: { id: roomId }, body: { content: "  " } }],
        ["too_long", "post", { path: { id: roomId }, body: { content: "x".repeat(1001) } }],
        ["invalid_reaction", "react", { body: { messageId, reaction: "no emoji" } }],
        ["invalid_value", "post", { path: { id: roomId }, body: { content: "x", attachments: [{ url: "ftp://example.org/" }] } }],
        ["self_room", "openDirect", { body: { userId: ann.id } }],
        ["in_the_past", "schedule", { body: { roomId, content: "x", scheduledAt: "2020-01-01T00:00:00Z" } }],
        ["invalid_value", "schedule", { body: { roomId, content: "x", scheduledAt: later, timeZone: "Nowhere/None" } }],
        ["empty", "upload", { raw: "", type: "text/plain" }],
    ]) {
        await refused(422, code, operationId, { as: ann, ...given });
    }
    // 429
    let limited;
    for (let i = 0; i < 60 && !limited; ++i) {
        const answer = await api.ask("post", { ...post, body: { content: `${i}` } });
        if (answer.status === 429) limited = answer;
    }
    assert.equal(limited?.body.error.code, "too_many");
    const statuses = [400, 401, 403, 404, 409, 410, 413, 415, 422, 429];
    assert.deepEqual(statuses.filter((status) => !api.statuses.has(status)), []);
});
