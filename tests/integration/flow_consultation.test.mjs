// The entry flow of consultations, with their client: stompjs over sockjs-client; from the request to
// the archived transcript.

import assert from "node:assert/strict";
import { test } from "node:test";

import { until } from "./lib/chatd.mjs";
import { Cutter } from "./lib/cutter.mjs";
import { open } from "./lib/doors.mjs";
import { LOCAL_TIME, account, leave, one, shape } from "./lib/flow.mjs";
import { Stomp } from "./lib/stomp.mjs";

const fields =
    "requestIdx status requesterUserCode recipientUserCode title scheduledAt startedAt endedAt " +
    "durationMinutes lastActivityAt";

test("a consultation: from the request to the archived transcript", async (t) => {
    const doors = await open(t, ["--io.threads", "3"]);
    const { chatd, ask, value } = doors;
    const student = await account(doors, "홍길동", { externalId: "STU001" });
    const professor = await account(doors, "김교수", { externalId: "PROF001" });
    const stranger = await account(doors, "stranger");
    const get = ({ token }, path) => value("GET", path, { token });
    let requestIdx;
    /// Waits until so much has come to the inbox; all of it is about the consultation.
    const news = async (person, count) => {
        let items = [];
        const look = async () => ({ items } = await get(person, "/api/v1/notifications")).items.length >= count;
        await until(look, "the inbox");
        const about = items.map(({ kind, roomId }) => [kind, roomId]);
        assert.deepEqual(about, Array(count).fill(["consultation", requestIdx]));
    };
    const step = ({ token }, path, body) => value("POST", `/api/consultations/${path}`, { token, body });
    const refused = async ({ token }, path, body) => {
        const { status, json } = await ask("POST", `/api/consultations/${path}`, { token, body });
        return [status, json.error.code];
    };

    const way = await Cutter.before(t, chatd);
    const reconnectDelay = 50;
    const desk = await Stomp.connect(t, way, professor, { over: [], reconnectDelay });
    const phone = await Stomp.connect(t, chatd, professor, { over: ["xhr-polling"] });
    const hers = await Stomp.connect(t, chatd, student, { over: ["xhr-streaming"] });
    const states = await desk.hear("/user/queue/consultations");
    const asked = await hers.hear("/user/queue/consultations");
    const talk = await desk.hear("/user/PROF001/queue/chat");
    const copies = [talk, await phone.hear("/user/queue/chat"), await hers.hear("/user/STU001/queue/chat")];
    const reads = await hers.hear("/user/queue/read");
    const errors = await hers.hear("/user/queue/errors");

    // She asks; he finds it in his list and agrees.
    const scheduledAt = "2099-10-24 14:00:00";
    const request = { recipientUserCode: "PROF001", title: "졸업 논문", scheduledAt };
    const requested = await step(student, "request", request);
    assert.match(shape(requested, fields).lastActivityAt, LOCAL_TIME);
    ({ requestIdx } = requested);
    assert.deepEqual(requested, {
        ...requested,
        status: "PENDING",
        requesterUserCode: "STU001",
        recipientUserCode: "PROF001",
        title: "졸업 논문",
        scheduledAt,
        startedAt: null,
        endedAt: null,
        durationMinutes: null,
    });
    assert.deepEqual(await one(states, (each) => each.requestIdx === requestIdx, "the request"), requested);
    await one(asked, (each) => each.requestIdx === requestIdx, "the request at her own");
    const { items } = await get(professor, "/api/consultations?status=PENDING");
    assert.deepEqual(items, [requested]);
    await news(professor, 1);
    assert.deepEqual(await refused(student, "approve", { requestIdx }), [403, "forbidden"]);
    assert.deepEqual(await refused(professor, "cancel", { requestIdx }), [403, "forbidden"]);
    hers.say("/app/chat.send", { requestIdx, content: "too early" });
    await until(() => errors.length === 1, "the refusal");
    assert.deepEqual([errors[0].destination, errors[0].code], ["/app/chat.send", "wrong_state"]);
    const approved = await step(professor, "approve", { requestIdx });
    assert.deepEqual([approved.status, approved.startedAt], ["SCHEDULED", null]);
    await one(asked, ({ status }) => status === "SCHEDULED", "the approval");
    assert.deepEqual(await refused(professor, "reject", { requestIdx }), [409, "wrong_state"]);

    // The first message begins it; both hear each, on all their devices, and nothing else.
    hers.say("/app/chat.send", { requestIdx, content: "교수님 안녕하세요" });
    for (const list of copies) await until(() => list.length === 1, "the first message");
    const utterance = "requestIdx sender senderName content sentAt";
    for (const [first] of copies) {
        assert.match(shape(first, utterance).sentAt, LOCAL_TIME);
        const { sentAt, ...said } = first;
        assert.equal(sentAt, copies[0][0].sentAt);
        const from = { sender: "STU001", senderName: "홍길동" };
        assert.deepEqual(said, { requestIdx, ...from, content: "교수님 안녕하세요" });
    }
    const begun = await one(states, ({ status }) => status === "IN_PROGRESS", "the beginning");
    assert.match(begun.startedAt, LOCAL_TIME);
    desk.say("/app/chat.read", { requestIdx });
    const read = await one(reads, ({ reader }) => reader === "PROF001", "the read mark");
    assert.equal(read.requestIdx, requestIdx);
    phone.say("/app/chat.send", { requestIdx, content: "네, 무엇이 궁금하신가요?" });
    for (const list of copies) await until(() => list.length === 2, "the answer");

    // He loses the network, and reads what he missed when he is back.
    const { connects } = desk;
    way.close();
    await until(() => !desk.client.connected, "the loss");
    hers.say("/app/chat.send", { requestIdx, content: "missed" });
    await until(() => copies[2].length === 3, "what he misses");
    way.open();
    await until(() => desk.connects > connects, "his return");
    const held = await get(professor, `/api/chat/messages/${requestIdx}`);
    shape(held, "requestIdx messageCount messages");
    assert.deepEqual([held.requestIdx, held.messageCount], [requestIdx, 3]);
    assert.deepEqual(held.messages, copies[2]);
    hers.say("/app/chat.send", { requestIdx, content: "live" });
    await until(() => talk.at(-1).content === "live", "what is said then");
    const heard = ["교수님 안녕하세요", "네, 무엇이 궁금하신가요?", "live"];
    assert.deepEqual(talk.map(({ content }) => content), heard);
    assert.equal((await step(professor, "read", { requestIdx })).status, "IN_PROGRESS");
    await until(() => reads.filter(({ reader }) => reader === "PROF001").length > 1, "the second read mark");

    /// The transcript to the letter, but for when it was written.
    const { messages } = await get(student, `/api/chat/messages/${requestIdx}`);
    const line = "=".repeat(50);
    const transcript = [
        line,
        "       상담 채팅 기록",
        line,
        "",
        `상담 요청 번호: ${requestIdx}`,
        "생성 일시: <time>",
        `총 메시지 수: ${messages.length}`,
        "",
        line,
        "",
        ...messages.flatMap(({ sentAt, sender, senderName, content }) => [
            `[${sentAt}]`,
            `발신: ${senderName} (${sender})`,
            `내용: ${content}`,
            "-".repeat(50),
        ]),
        "",
        line,
        "채팅 기록 끝",
        line,
        "",
    ].join("\n");
    const file = ({ status, text, headers }, name) => {
        assert.equal(status, 200, text);
        assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
        assert.equal(headers.get("content-disposition"), `attachment; filename="${name}"`);
        const written = /(?<=생성 일시: )\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;
        assert.equal(text.replace(written, "<time>"), transcript);
    };
    const download = `/api/chat/history/download/${requestIdx}`;
    const archived = `/api/chat/archive/download/${requestIdx}`;
    file(await ask("POST", download, { token: student.token }), `chat-log-${requestIdx}.txt`);
    const early = await ask("GET", archived, { token: student.token });
    assert.deepEqual([early.status, early.json], [404, { error: "아카이빙된 채팅 로그를 찾을 수 없습니다." }]);
    for (const [method, path] of [
        ["GET", `/api/chat/messages/${requestIdx}`],
        ["POST", download],
        ["GET", archived],
    ]) {
        const { status, json } = await ask(method, path, { token: stranger.token });
        assert.deepEqual([status, json], [403, { error: "채팅 참여자만 조회할 수 있습니다." }], path);
    }

    const ended = await step(professor, "end", { requestIdx });
    assert.equal(shape(ended, fields).status, "COMPLETED");
    assert.match(ended.endedAt, LOCAL_TIME);
    assert.equal(ended.durationMinutes, 0);
    await one(asked, ({ status }) => status === "COMPLETED", "the end");
    file(await ask("GET", archived, { token: student.token }), `archived-chat-log-${requestIdx}.txt`);
    assert.deepEqual(await get(student, `/api/consultations/${requestIdx}`), ended);
    const over = await get(student, "/api/consultations?status=COMPLETED");
    assert.deepEqual(over.items.map((each) => each.requestIdx), [requestIdx]);
    assert.deepEqual((await get(student, `/api/chat/messages/${requestIdx}`)).messages, messages);
    hers.say("/app/chat.send", { requestIdx, content: "too late" });
    await until(() => errors.length === 2, "the second refusal");
    assert.equal(errors[1].code, "wrong_state");
    await news(student, 2);

    await leave(doors, student, "/api/consultations");
    await until(() => hers.errors.length > 0 && !hers.client.connected, "the end of her connection");
    assert.deepEqual([desk.client.connected, phone.client.connected], [true, true]);
});
