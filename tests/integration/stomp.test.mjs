// STOMP by the client that the systems use: each system's talk, between each other and with the
// native protocol, over one running chatd.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Chatd, afterwards, pause, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";
import { Stomp } from "./lib/stomp.mjs";

async function some(list, count, what) {
    await until(() => list.length >= count, what);
    return list;
}

test("the social system: messages, their states, typing, errors, lists", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const native = await Client.as(chatd.port, bob);
    const { room } = await native.ask({ type: "open", userId: ann.id });
    await native.ask({ type: "attach", roomId: room.id });

    const her = await Stomp.connect(t, chatd, ann);
    const his = await Stomp.connect(t, chatd, bob, { path: "/ws" });
    const status = await her.hear(`/topic/message/status/${room.id}`);
    const hers = await her.hear(`/topic/messages/${room.id}`);
    const his_messages = await his.hear(`/topic/messages/${room.id}`);
    const typing = await her.hear(`/topic/typing/${room.id}`);
    const active = await her.hear(`/topic/active/${room.id}`);
    const updates = await his.hear("/user/queue/room-updates");
    const errors = await her.hear("/user/queue/errors");

    her.say("/app/chat", { roomId: String(room.id), content: "안녕 👋", tempId: "t1" });
    await some(his_messages, 1, "the message at his");
    assert.equal(his_messages[0].content, "안녕 👋");
    assert.equal(his_messages[0].senderNickname, "ann");
    await some(status, 2, "both states of the post");
    assert.deepEqual(status.map((each) => each.status), ["SENDING", "SAVED"]);
    assert.equal(status[1].persistedId, his_messages[0].id);
    await until(() => native.events.some((event) => event.message?.content === "안녕 👋"), "native");
    await until(() => updates.some((each) => each.lastMessage === "안녕 👋" && each.unreadCount === 1), "list");

    const posted = await native.ask({ type: "post", roomId: room.id, content: "hi" });
    await some(hers, 2, "what was posted natively");
    assert.equal(hers[1].id, posted.message.id);
    his.say("/app/reaction", { messageId: posted.message.id, reaction: "👍" });
    await some(hers, 3, "the reaction");
    assert.ok(hers[2].changedAt > hers[2].id);
    his.say("/app/typing", { roomId: room.id, isTyping: true });
    his.say("/app/active", { roomId: room.id, activity: "ACTIVE" });
    await some(typing, 1, "typing");
    assert.deepEqual(typing[0], { roomId: room.id, userId: bob.id, isTyping: true });
    await some(active, 1, "activity");
    assert.equal(active[0].activity, "ACTIVE");

    her.say("/app/edit", { messageId: posted.message.id, content: "not mine" });
    await some(errors, 1, "the refusal");
    assert.equal(errors[0].code, "forbidden");
    assert.equal(errors[0].destination, "/app/edit");
    assert.equal(her.closes.length, 0);
    native.close();
});

test("the messenger: messages, read marks, presence", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const native = await Client.as(chatd.port, bob);
    const { room } = await native.ask({ type: "open", userId: ann.id });
    native.close();
    const her = await Stomp.connect(t, chatd, ann, { path: "/ws" });
    const presence = await her.hear("/topic/presence");
    const hers = await her.hear(`/topic/room.${room.id}`);
    const reads = await her.hear(`/topic/room.${room.id}.read`);
    const his = await Stomp.connect(t, chatd, bob, { path: "/ws" });
    await until(() => presence.some((each) => each.userId === bob.id && each.status === "ONLINE"), "presence");
    const messageKey = crypto.randomUUID();
    for (let i = 0; i < 3; ++i) his.say("/app/chat.send", { roomId: room.id, content: "hello", messageKey });
    await some(hers, 1, "the message");
    assert.equal(hers[0].messageKey, messageKey);
    assert.equal(hers[0].type, "TEXT");
    her.say("/app/chat.read", { roomId: room.id, lastReadMessageId: hers[0].id });
    await until(() => reads.some((each) => each.userId === ann.id && each.lastReadMessageId === hers[0].id), "read");
    await pause(100);
    assert.equal(hers.length, 1, "sent three times with one key");
});

test("a consultation: asked for, approved, begun by the first message, ended", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const her = await Stomp.connect(t, chatd, ann);
    const his = await Stomp.connect(t, chatd, bob);
    const states = await his.hear("/user/queue/consultations");
    const his_talk = await his.hear("/user/queue/chat");
    const her_talk = await her.hear("/user/queue/chat");
    const read = await her.hear("/user/queue/read");
    await her.hear("/user/queue/errors");
    const step = async (person, path, body) => {
        const response = await fetch(`${chatd.url}/api/consultations/${path}`, {
            method: "POST",
            headers: { Authorization: `Bearer ${person.token}` },
            body: JSON.stringify(body),
        });
        assert.equal(response.status, 200, path);
        return response.json();
    };
    const { requestIdx } = await step(ann, "request", { recipientUserCode: String(bob.id) });
    await some(states, 1, "the request");
    assert.equal(states[0].requestIdx, requestIdx);
    await step(bob, "approve", { requestIdx });
    her.say("/app/chat.send", { requestIdx, content: "good day" });
    await some(his_talk, 1, "what she said");
    await some(her_talk, 1, "what she said, at her own");
    assert.deepEqual(Object.keys(his_talk[0]), ["requestIdx", "sender", "senderName", "content", "sentAt"]);
    assert.equal(his_talk[0].sender, String(ann.id));
    assert.equal(his_talk[0].senderName, "ann");
    await until(() => states.some((each) => each.startedAt !== null), "the beginning");
    his.say("/app/chat.read", { requestIdx });
    await until(() => read.some((each) => each.reader === String(bob.id)), "the read mark");
    await step(bob, "end", { requestIdx });
    await until(() => states.at(-1).endedAt !== null, "the end");
});

test("what is not allowed is refused aloud", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const [ann, bob, eve] = [await chatd.signUp("ann"), await chatd.signUp("bob"), await chatd.signUp("eve")];
    const native = await Client.as(chatd.port, bob);
    const { room } = await native.ask({ type: "open", userId: ann.id });
    native.close();
    const nobody = await Stomp.connect(t, chatd, undefined);
    assert.equal(nobody.errors.length, 1);
    const hers = await Stomp.connect(t, chatd, eve);
    hers.client.subscribe(`/topic/messages/${room.id}`, () => {});
    await until(() => hers.errors.length === 1, "an ERROR frame");
    assert.equal(JSON.parse(hers.errors[0].body).code, "not_a_member");
    await until(() => hers.closes.length === 1, "the end of the connection");
});

test("heart-beats go both ways, and a receipt ends a connection well", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const ann = await chatd.signUp("ann");
    const stomp = await Stomp.connect(t, chatd, ann, { heartbeatIncoming: 4000, heartbeatOutgoing: 4000 });
    await pause(23_000);
    assert.equal(stomp.closes.length, 0, "it lives");
    await stomp.client.deactivate();
    await until(() => stomp.closes.length === 1, "the end");
    assert.equal(stomp.closes[0].code, 1000);
});
