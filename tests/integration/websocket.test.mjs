// The WebSocket by the letter: RFC 6455 and RFC 7692, each case with its section and, where there is
// one, the number that Autobahn's suite gives it. A client by hand that forgives nothing, against an
// echo behind the program's own server and against chatd; and the `ws` client with every combination
// of its compression's options.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import zlib from "node:zlib";

import WebSocket from "ws";

import { Chatd, scratch } from "./lib/chatd.mjs";
import { echoProgram, startEcho } from "./lib/echo.mjs";
import {
    BINARY, CLOSE, CONTINUATION, Later, PING, PONG, RawSocket, TEXT, closeFrame, deflated, fragments, frame,
} from "./lib/raw_socket.mjs";

const text = (says) => ({ opcode: TEXT, payload: Buffer.from(says) });
const bytes = (says) => ({ opcode: BINARY, payload: Buffer.from(says) });
const pong = (says) => ({ opcode: PONG, payload: Buffer.from(says) });
const closed = (...codes) => ({ opcode: CLOSE, codes });

const KOREAN = "안녕하세요, 반갑습니다 👋🏽";
const GREEK = Buffer.from("κόσμε");
const hex = (digits) => Buffer.from(digits.replaceAll(" ", ""), "hex");
const LIST = JSON.stringify(Array.from({ length: 40 }, (_, i) => ({ type: "message", id: i, content: `text ${i}` })));
const DEFLATE = "permessage-deflate";

/// [section, what, what is sent, what comes of it]. After what comes of it the connection is ended by
/// the client, where the server has not ended it, and has to end well.
const FRAMES = [
    ["5.6, 1.1", "texts of every form of length", [0, 1, 125, 126, 127, 128, 65535, 65536].map((n) => frame(TEXT, "x".repeat(n))),
        [0, 1, 125, 126, 127, 128, 65535, 65536].map((n) => text("x".repeat(n)))],
    ["5.6, 1.2", "bytes of every form of length", [0, 125, 126, 65535, 65536].map((n) => frame(BINARY, Buffer.alloc(n, 0xfe))),
        [0, 125, 126, 65535, 65536].map((n) => bytes(Buffer.alloc(n, 0xfe)))],
    ["5.2", "a header in single bytes", [...frame(TEXT, "x".repeat(300))].slice(0, 12).map((b) => new Later(Buffer.from([b]), 2)),
        [], "cut"],
    ["5.2", "a length of 16 bits that needs none", [frame(TEXT, "short", { wide: 16 })], [closed(1002)]],
    ["5.2", "a length of 64 bits that needs none", [frame(TEXT, "x".repeat(200), { wide: 64 })], [closed(1002)]],
    ["5.2", "the highest bit of the length", [frame(BINARY, "", { length: 2n ** 63n })], [closed(1002)]],
    ["5.1", "a frame that is not masked", [frame(TEXT, "open", { masked: false })], [closed(1002)]],
    ["5.5.2, 2.1", "a ping", [frame(PING)], [pong("")]],
    ["5.5.2, 2.3", "a ping with bytes that are no text", [frame(PING, hex("00ff80fe"))], [pong(hex("00ff80fe"))]],
    ["5.5.2, 2.4", "a ping of 125 bytes", [frame(PING, "p".repeat(125))], [pong("p".repeat(125))]],
    ["5.5, 2.5", "a ping of 126 bytes", [frame(PING, "p".repeat(126))], [closed(1002)]],
    ["5.5.2, 2.6", "a ping in single bytes", [...frame(PING, "slow")].map((b) => new Later(Buffer.from([b]), 2)), [pong("slow")]],
    ["5.5.3, 2.7", "a pong that nobody asked for", [frame(PONG, "unasked"), frame(PING, "after")], [pong("after")]],
    ["5.5.2, 2.11", "ten pings", Array.from({ length: 10 }, (_, i) => frame(PING, `${i}`)),
        Array.from({ length: 10 }, (_, i) => pong(`${i}`))],
    ...[1, 2, 3, 4, 5, 6, 7].map((rsv) => ["5.2, 3.x", `reserved bits ${rsv}`, [frame(TEXT, "x", { rsv })], [closed(1002)]]),
    ...[4, 2, 1].map((rsv) => ["5.2, 3.x", `reserved bits ${rsv} of a ping`, [frame(PING, "x", { rsv })], [closed(1002)]]),
    ["5.2, 3.4", "what came before a wrong frame is served", [frame(PING, "first"), frame(TEXT, "x", { rsv: 2 }), frame(PING, "late")],
        [pong("first"), closed(1002)]],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((op) => ["5.2, 4.x", `opcode ${op}`, [frame(op, "x")], [closed(1002)]]),
    ["5.4, 5.1", "a ping in fragments", [frame(PING, "a", { fin: false }), frame(CONTINUATION, "b")], [closed(1002)]],
    ["5.4, 5.2", "a pong in fragments", [frame(PONG, "a", { fin: false }), frame(CONTINUATION, "b")], [closed(1002)]],
    ["5.5", "a close frame in fragments", [frame(CLOSE, "", { fin: false })], [closed(1002)]],
    ["5.4, 5.3", "a text in two fragments", [fragments(TEXT, "fragmented", 5)], [text("fragmented")]],
    ["5.4, 5.5", "the same in single bytes", [...fragments(TEXT, "fragmented", 5)].map((b) => new Later(Buffer.from([b]), 1)),
        [text("fragmented")]],
    ["5.4, 5.6", "a ping between fragments", [frame(TEXT, "one", { fin: false }), frame(PING, "amid"), frame(CONTINUATION, "two")],
        [pong("amid"), text("onetwo")]],
    ["5.4, 5.9", "a continuation of nothing", [frame(CONTINUATION, "x")], [closed(1002)]],
    ["5.4, 5.10", "one that does not end it", [frame(CONTINUATION, "x", { fin: false })], [closed(1002)]],
    ["5.4, 5.15", "a continuation behind the end", [fragments(TEXT, "ab", 1), frame(CONTINUATION, "x", { fin: false })],
        [text("ab"), closed(1002)]],
    ["5.4, 5.18", "a text within a text", [frame(TEXT, "a", { fin: false }), frame(TEXT, "b")], [closed(1002)]],
    ["5.4, 5.19", "many fragments with pings", [frame(TEXT, "a", { fin: false }), frame(CONTINUATION, "b", { fin: false }),
        frame(PING, "1"), new Later(frame(CONTINUATION, "c", { fin: false })), frame(PING, "2"), frame(CONTINUATION, "d")],
        [pong("1"), pong("2"), text("abcd")]],
    ["5.4", "empty fragments", [frame(TEXT, "", { fin: false }), frame(CONTINUATION, "", { fin: false }), frame(CONTINUATION, "")],
        [text("")]],
    ["5.4, 6.1", "an empty first and last fragment", [frame(TEXT, "", { fin: false }), frame(CONTINUATION, "amid", { fin: false }),
        frame(CONTINUATION, "")], [text("amid")]],
    ["5.4, 5.x", "bytes in fragments", [fragments(BINARY, Buffer.alloc(1000, 0xff), 100)], [bytes(Buffer.alloc(1000, 0xff))]],
    ["8.1, 6.2", "a text of many scripts", [frame(TEXT, KOREAN)], [text(KOREAN)]],
    ["8.1, 6.2", "the same, a byte a fragment", [fragments(TEXT, KOREAN, 1)], [text(KOREAN)]],
    ["8.1, 6.3", "a text that is not UTF-8", [frame(TEXT, hex("cebae1bdb9cf83cebcceb5eda080656469746564"))], [closed(1007)]],
    ["8.1, 6.4.1", "it fails with the fragment that spoils it", [frame(TEXT, GREEK, { fin: false }),
        new Later(frame(CONTINUATION, hex("f4908080"), { fin: false }))], [closed(1007)]],
    ["8.1, 6.4.2", "and with the byte that does", [frame(TEXT, GREEK, { fin: false }),
        new Later(frame(CONTINUATION, hex("f490"), { fin: false }))], [closed(1007)]],
    ["8.1, 6.4.3", "within a frame, too", [Buffer.concat([frame(TEXT, Buffer.concat([GREEK, hex("f4908080"), Buffer.from("edited")])).subarray(0, 6 + 15)])],
        [closed(1007)]],
    ["8.1, 6.4.4", "with its first wrong byte", [new Later(frame(TEXT, Buffer.concat([GREEK, hex("f490"), Buffer.from("edited")])).subarray(0, 6 + 13))],
        [closed(1007)]],
    ...["80", "bf", "c0af", "e080af", "f08080af", "f8808080af", "fc8080808080", "c1bf", "e09fbf", "f08fbfbf", "eda080", "edbfbf",
        "eda080edb080", "f4908080", "fe", "ff", "c3", "e282", "f09f98", "c328", "e28228", "6180", "f5808080"].map((bad) =>
        ["8.1, 6.6 to 6.21", `not UTF-8: ${bad}`, [frame(TEXT, hex(bad))], [closed(1007)]]),
    ...["7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbd", "efbfbf", "efbfbe", "f0908080", "f48fbfbf", "00", "e282ac"].map((good) =>
        ["8.1, 6.6 to 6.23", `UTF-8: ${good}`, [frame(TEXT, hex(good))], [text(hex(good))]]),
    ["5.5.1, 7.1.1", "a message, then the end", [frame(TEXT, "last"), closeFrame(1000)], [text("last"), closed(1000)]],
    ["5.5.1, 7.1.2", "two ends", [closeFrame(1000), closeFrame(1000)], [closed(1000)]],
    ["5.5.1, 7.1.3", "nothing is answered behind the end", [closeFrame(1000), frame(PING, "late")], [closed(1000)]],
    ["5.5.1, 7.1.4", "no message either", [closeFrame(1000), frame(TEXT, "late")], [closed(1000)]],
    ["5.5.1, 7.1.5", "an end within a message", [frame(TEXT, "a", { fin: false }), closeFrame(1000), frame(CONTINUATION, "b")], [closed(1000)]],
    ["7.1.5, 7.3.1", "an end without a code", [frame(CLOSE)], [closed(1005, 1000)]],
    ["5.5.1, 7.3.2", "half a code", [frame(CLOSE, "x")], [closed(1002)]],
    ["5.5.1, 7.3.4", "a reason", [closeFrame(1000, "that is all")], [closed(1000)]],
    ["5.5.1, 7.3.5", "the longest reason", [closeFrame(1000, "r".repeat(123))], [closed(1000)]],
    ["5.5, 7.3.6", "one that is too long", [closeFrame(1000, "r".repeat(124))], [closed(1002)]],
    ["8.1, 7.5.1", "a reason that is not UTF-8", [frame(CLOSE, Buffer.concat([hex("03e8"), GREEK, hex("eda080")]))], [closed(1007, 1002)]],
    ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map((code) =>
        ["7.4, 7.7", `the code ${code}`, [closeFrame(code)], [closed(code)]]),
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map((code) =>
        ["7.4, 7.9", `the code ${code}`, [closeFrame(code)], [closed(1002)]]),
];

/// The same with permessage-deflate agreed on; the messages are those of RFC 7692 section 7.2.3.
const HELLO = hex("f248cdc9c90700");
const COMPRESSED = [
    ["7.2.3.1", "one block", [frame(TEXT, HELLO, { rsv: 4 })], [text("Hello")]],
    ["7.2.3.1", "one block in two fragments", [frame(TEXT, HELLO.subarray(0, 3), { rsv: 4, fin: false }), frame(CONTINUATION, HELLO.subarray(3))], [text("Hello")]],
    ["7.2.3.3", "a stored block", [frame(TEXT, hex("000500faff48656c6c6f00"), { rsv: 4 })], [text("Hello")]],
    ["7.2.3.4", "a final block", [frame(TEXT, hex("f348cdc9c9070000"), { rsv: 4 })], [text("Hello")]],
    ["7.2.3.5", "two blocks", [frame(TEXT, hex("f248050000 00ffffcac9c90700"), { rsv: 4 })], [text("Hello")]],
    ["7.2.3.6", "an empty message", [frame(TEXT, hex("00"), { rsv: 4 })], [text("")]],
    ["7.2.3.6", "an empty last fragment", [frame(TEXT, deflated("Hello"), { rsv: 4, fin: false }), frame(CONTINUATION, "")], [text("Hello")]],
    ["6.2", "plain and compressed messages in turn", [frame(TEXT, "plain"), frame(TEXT, HELLO, { rsv: 4 }), frame(TEXT, "again")],
        [text("plain"), text("Hello"), text("again")]],
    ["6.2", "a ping between compressed fragments", [frame(TEXT, HELLO.subarray(0, 2), { rsv: 4, fin: false }), frame(PING, "amid"),
        frame(CONTINUATION, HELLO.subarray(2))], [pong("amid"), text("Hello")]],
    ["12.x", "lists, byte by byte", [fragments(TEXT, deflated(LIST), 1, 4)], [text(LIST)]],
    ["12.x", "bytes", [frame(BINARY, deflated(Buffer.alloc(3000, 0xff)), { rsv: 4 })], [bytes(Buffer.alloc(3000, 0xff))]],
    ["12.x", "nothing but stored blocks", [frame(TEXT, deflated(LIST, { level: 0 }), { rsv: 4 })], [text(LIST)]],
    ["6.1", "RSV1 on a continuation", [frame(TEXT, HELLO, { rsv: 4, fin: false }), frame(CONTINUATION, "", { rsv: 4 })], [closed(1002)]],
    ["6.1", "RSV1 on a ping", [frame(PING, "x", { rsv: 4 })], [closed(1002)]],
    ["6.1", "RSV1 on an end", [frame(CLOSE, hex("03e8"), { rsv: 4 })], [closed(1002)]],
    ["6.1", "RSV2 and RSV3 as before", [frame(TEXT, HELLO, { rsv: 6 })], [closed(1002)]],
    ["7.2.2", "what is no deflate", [frame(TEXT, hex("ffffff"), { rsv: 4 })], [closed(1007)]],
    ["7.2.2", "a message cut off", [frame(TEXT, deflated(LIST).subarray(0, 40), { rsv: 4 })], [closed(1007)]],
    ["7.2.2", "garbage behind a final block", [frame(TEXT, Buffer.concat([hex("f348cdc9c90700"), hex("ffff")]), { rsv: 4 })], [closed(1007)]],
    ["7.2.2", "a distance before the beginning", [frame(TEXT, hex("f200110000"), { rsv: 4 })], [closed(1007)]],
    ["8.1", "a compressed text that is not UTF-8", [frame(TEXT, deflated(hex("eda080")), { rsv: 4 })], [closed(1007)]],
];

function describe([section, what]) {
    return `${section}: ${what}`;
}

/// Sends what a case sends, looks at what comes of it, and ends well.
async function play(socket, [, , sends, says, how]) {
    await socket.send(sends);
    if (how === "cut") return socket.destroy();
    for (const expected of says) {
        const came = await socket.next();
        assert.ok(came, "the connection was dropped");
        assert.equal(came.opcode, expected.opcode, `opcode, with ${came.code ?? ""} ${came.text?.slice(0, 80)}`);
        if (expected.codes) {
            assert.ok(expected.codes.includes(came.code), `code ${came.code} is none of ${expected.codes}`);
            assert.ok(came.payload.length <= 125);
        } else {
            assert.ok(came.payload.equals(expected.payload), `${came.payload.length} bytes came`);
        }
    }
    if (says.at(-1)?.opcode !== CLOSE) {
        await socket.send(closeFrame(1000, "done"));
        const end = await socket.next();
        assert.equal(end?.opcode, CLOSE);
        assert.equal(end.code, 1000);
    } else {
        await socket.send(closeFrame(1000)); // the answer, where it was the server's
    }
    assert.ok(await socket.ends(), "nothing follows a close frame");
    socket.destroy();
}

async function playAll(t, port, options, cases, check = () => {}) {
    const failed = [];
    for (const each of cases) {
        const socket = await RawSocket.open(port, options);
        try {
            assert.equal(socket.status, 101);
            await play(socket, each);
            await check(socket);
        } catch (error) {
            failed.push(`${describe(each)}: ${error.message}`);
        } finally {
            socket.destroy();
        }
    }
    assert.deepEqual(failed, [], `${failed.length} of ${cases.length} cases`);
    t.diagnostic(`${cases.length} cases`);
}

/// Those that no door can have part in.
const ofFramesAlone = (cases) => cases.filter(([, , , says]) => says.every(({ opcode }) => opcode === CLOSE || opcode === PONG));

const echo = { skip: echoProgram ? false : "WEBSOCKET_ECHO names no program" };
const chat = { path: "/ws", protocols: "chat.v1" };

test("frames, as an echo", echo, async (t) => {
    const port = await startEcho(t);
    await playAll(t, port, {}, FRAMES);
    // Where compression is agreed on, all the same but for RSV1.
    await playAll(t, port, { extensions: DEFLATE }, FRAMES.filter(([, what]) => !/reserved bits [4567]/.test(what)));
    await playAll(t, port, { extensions: DEFLATE }, COMPRESSED);
});

test("frames, at chatd", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    await playAll(t, chatd.port, chat, ofFramesAlone(FRAMES));
    await playAll(t, chatd.port, { ...chat, extensions: DEFLATE }, ofFramesAlone(COMPRESSED));
    await playAll(t, chatd.port, { path: "/ws/chat", protocols: "v12.stomp" }, ofFramesAlone(FRAMES));
    const hello = JSON.stringify({ id: 1, type: "hello", token: (await chatd.signUp("ann")).token });
    for (const sent of [frame(TEXT, deflated(hello), { rsv: 4 }), fragments(TEXT, deflated(hello), 3, 4)]) {
        const socket = await RawSocket.open(chatd.port, { ...chat, extensions: DEFLATE });
        await socket.send(sent);
        assert.equal(JSON.parse((await socket.next()).text).type, "ok");
        socket.destroy();
    }
});

test("the opening handshake (RFC 6455 section 4.2)", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const only = { path: "/v1/websocket" };
    const table = [
        ["as it should be", {}, 101],
        ["names in any case", { fields: { Upgrade: "WebSocket", Connection: "keep-alive, upgrade" } }, 101],
        ["with a query", { path: "/ws?a=b" }, 101],
        ["POST", { method: "POST", fields: { "Content-Length": "0" } }, 405],
        // Where a plain request means nothing else; at /ws it is greeted by SockJS.
        ["HTTP/1.0", { ...only, version: "HTTP/1.0" }, 426],
        ["no Upgrade", { ...only, fields: { Upgrade: null } }, 426],
        ["no Connection", { ...only, fields: { Connection: "close" } }, 426],
        ["no Host", { fields: { Host: null } }, 400],
        ["no version", { fields: { "Sec-WebSocket-Version": null } }, 426],
        ["another version", { fields: { "Sec-WebSocket-Version": "8" } }, 426],
        ["no key", { fields: { "Sec-WebSocket-Key": null } }, 400],
        ["a short key", { fields: { "Sec-WebSocket-Key": "c2hvcnQ=" } }, 400],
        ["two keys", { fields: { "Sec-WebSocket-Key": ["AAAAAAAAAAAAAAAAAAAAAA==", "BBBBBBBBBBBBBBBBBBBBBA=="] } }, 400],
        ["a subprotocol twice", { protocols: "chat.v1, chat.v1" }, 400],
        ["extensions that are no list", { extensions: "permessage-deflate; =" }, 400],
        ["a parameter without its value", { extensions: "permessage-deflate; server_max_window_bits=" }, 400],
        ["an extension that nobody knows", { extensions: "x-of-mine; a=\"b\"" }, 101],
    ];
    for (const [what, options, status] of table) {
        const socket = await RawSocket.open(chatd.port, { ...chat, ...options });
        assert.equal(socket.status, status, what);
        if (status === 101) assert.ok(socket.accepted, what);
        if (status === 426) assert.equal(socket.headers.get("sec-websocket-version"), "13", what);
        assert.equal(socket.headers.get("sec-websocket-extensions"), undefined, what);
        socket.destroy();
    }
    for (const [offered, chosen] of [["chat.v1", "chat.v1"], ["other, chat.v1", "chat.v1"], ["v10.stomp, v12.stomp", "v12.stomp"],
        ["other", undefined], [undefined, undefined]]) {
        const socket = await RawSocket.open(chatd.port, { path: "/ws", protocols: offered });
        assert.equal(socket.status, 101);
        assert.equal(socket.headers.get("sec-websocket-protocol"), chosen, `of ${offered}`);
        socket.destroy();
    }
    // What comes right behind the handshake is taken.
    const socket = await RawSocket.open(chatd.port, { ...chat, behind: Buffer.concat([frame(PING, "early"), closeFrame(1000)]) });
    assert.equal((await socket.next()).text, "early");
    assert.equal((await socket.next()).code, 1000);
    assert.ok(await socket.ends());
});

/// [offers, the answer's parameters in any order; null: declined]
const OFFERS = [
    [DEFLATE, "server_no_context_takeover; client_no_context_takeover"],
    [`${DEFLATE}; client_max_window_bits`, "server_no_context_takeover; client_max_window_bits=11"],
    [`${DEFLATE}; client_max_window_bits=15`, "server_no_context_takeover; client_max_window_bits=11"],
    [`${DEFLATE}; client_max_window_bits=9`, "server_no_context_takeover; client_max_window_bits=9"],
    [`${DEFLATE}; client_max_window_bits=8`, "server_no_context_takeover; client_max_window_bits=8"],
    [`${DEFLATE}; client_max_window_bits=\"10\"`, "server_no_context_takeover; client_max_window_bits=10"],
    [`${DEFLATE}; client_no_context_takeover`, "server_no_context_takeover; client_no_context_takeover"],
    [`${DEFLATE}; client_no_context_takeover; client_max_window_bits`, "server_no_context_takeover; client_no_context_takeover"],
    [`${DEFLATE}; server_no_context_takeover`, "server_no_context_takeover; client_no_context_takeover"],
    ...[8, 9, 10, 11, 12, 13, 14, 15].map((bits) => [`${DEFLATE}; server_max_window_bits=${bits}`,
        `server_no_context_takeover; client_no_context_takeover; server_max_window_bits=${bits}`]),
    [`${DEFLATE}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12`,
        "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12"],
    [`${DEFLATE} ;server_max_window_bits = 10`, "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10"],
    // Those that must be declined, section 7.1.
    ...["server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=08",
        "server_max_window_bits=x", "server_max_window_bits=-9", "client_max_window_bits=7", "client_max_window_bits=16",
        "client_max_window_bits=010", "server_no_context_takeover=1", "client_no_context_takeover=true", "of_mine",
        "server_max_window_bits=10; server_max_window_bits=10", "client_max_window_bits; client_max_window_bits",
        "server_no_context_takeover; server_no_context_takeover", "client_no_context_takeover; client_no_context_takeover",
        "Server_max_window_bits=10"].map((wrong) => [`${DEFLATE}; ${wrong}`, null]),
    ["x-webkit-deflate-frame", null],
    ["permessage-bzip2", null],
    // Several, by preference; each that is declined leaves its turn to the next.
    [`${DEFLATE}; server_max_window_bits=10, ${DEFLATE}`, "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10"],
    [`${DEFLATE}; server_max_window_bits=7, ${DEFLATE}; server_max_window_bits=9`,
        "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9"],
    [`${DEFLATE}; of_mine, ${DEFLATE}; client_max_window_bits=10, ${DEFLATE}`, "server_no_context_takeover; client_max_window_bits=10"],
    [`permessage-bzip2; level=9, ${DEFLATE}`, "server_no_context_takeover; client_no_context_takeover"],
    [[`permessage-bzip2`, DEFLATE], "server_no_context_takeover; client_no_context_takeover"],
    [`, ,${DEFLATE}`, "server_no_context_takeover; client_no_context_takeover"],
];

const parameters = (list) => list.split(";").map((one) => one.trim()).sort();

test("offers of permessage-deflate (RFC 7692 section 7.1), and that what was agreed is kept to", echo, async (t) => {
    const port = await startEcho(t);
    const long = LIST.repeat(20);
    for (const [extensions, answer] of OFFERS) {
        const what = String(extensions);
        const socket = await RawSocket.open(port, { extensions });
        assert.equal(socket.status, 101, what);
        const given = socket.headers.get("sec-websocket-extensions");
        if (answer === null) {
            assert.equal(given, undefined, what);
            await socket.send(frame(TEXT, LIST));
            assert.equal((await socket.next()).compressed, false, what);
        } else {
            assert.deepEqual(parameters(given), parameters(`${DEFLATE}; ${answer}`), what);
            // The client inflates with just the window that was agreed on, each message by itself.
            for (const message of [LIST, LIST, long, "short", randomBytes(2000).toString("latin1")]) {
                await socket.send(frame(TEXT, message));
                const came = await socket.next();
                assert.ok(came.text === message, what);
                if (message === long) assert.ok(came.compressed && came.wire < message.length / 2, `${what}: ${came.wire}`);
            }
        }
        await socket.send(closeFrame(1000));
        assert.equal((await socket.next()).code, 1000);
        socket.destroy();
    }
});

test("a client's context is taken over where that is agreed (section 7.1.1.2)", echo, async (t) => {
    const port = await startEcho(t);
    const again = frame(TEXT, hex("f200110000"), { rsv: 4 }); // "Hello" of the message before, 7.2.3.2
    const taken = [["8", true], ["", true], ["15", true]].map(([bits]) => `${DEFLATE}; client_max_window_bits${bits && `=${bits}`}`);
    for (const extensions of taken) {
        const socket = await RawSocket.open(port, { extensions });
        await socket.send(frame(TEXT, HELLO, { rsv: 4 }), frame(TEXT, "plain"), again, frame(PING, "p"), again);
        for (const says of ["Hello", "plain", "Hello", "p", "Hello"]) assert.equal((await socket.next()).text, says, extensions);
        socket.destroy();
    }
    for (const extensions of [DEFLATE, `${DEFLATE}; client_no_context_takeover; client_max_window_bits`]) {
        const socket = await RawSocket.open(port, { extensions });
        await socket.send(frame(TEXT, HELLO, { rsv: 4 }), again);
        assert.equal((await socket.next()).text, "Hello", extensions);
        assert.equal((await socket.next()).code, 1007, extensions);
        socket.destroy();
    }
});

async function residentKiB(pid) {
    return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "latin1"))[1]);
}

test("what is too large ends by 1009, before its bytes have come or been made", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t));
    const bomb = deflated(Buffer.alloc(200 * 1024 * 1024, "x"));
    assert.ok(bomb.length < 300_000);
    const table = [
        ["a header that tells too much", [frame(TEXT, "", { length: 2 * 1024 * 1024 }).subarray(0, 14)]],
        ["a length of 62 bits", [frame(BINARY, "", { length: 2n ** 62n }).subarray(0, 14)]],
        ["fragments that add up", [...Array(3)].map((_, i) => frame(i === 0 ? TEXT : CONTINUATION, "x".repeat(400_000), { fin: false }))],
        ["a bomb", [frame(TEXT, bomb, { rsv: 4 })]],
        ["a bomb in fragments", [fragments(TEXT, bomb, 1000, 4)]],
    ];
    const before = await residentKiB(chatd.child.pid);
    for (const [what, sends] of table) {
        for (let round = 0; round < 5; ++round) {
            const socket = await RawSocket.open(chatd.port, { ...chat, extensions: DEFLATE });
            await socket.send(sends);
            const came = await socket.next();
            assert.equal(came?.code, 1009, what);
            assert.ok(await socket.ends(), what);
            socket.destroy();
        }
    }
    const grown = (await residentKiB(chatd.child.pid)) - before;
    assert.ok(grown < 16 * 1024, `${grown} KiB more than before`);
    // A message of just the limit is read, if it is one: this one is not JSON.
    const socket = await RawSocket.open(chatd.port, { ...chat, extensions: DEFLATE });
    await socket.send(frame(TEXT, deflated("x".repeat(1024 * 1024)), { rsv: 4 }));
    let came;
    do came = await socket.next(); while (came.opcode !== CLOSE);
    assert.equal(came.code, 4003);
    socket.destroy();
});

test("large messages, many fragments, many messages (9.x, 10.1)", echo, async (t) => {
    const port = await startEcho(t);
    const large = JSON.stringify(Array.from({ length: 200_000 }, (_, i) => ({ n: i, text: `number ${i}` }))).slice(0, 4 * 1024 * 1024);
    for (const extensions of [undefined, DEFLATE, `${DEFLATE}; server_max_window_bits=9`]) {
        const socket = await RawSocket.open(port, { extensions });
        for (const sends of [
            frame(TEXT, large), fragments(TEXT, large, 256), fragments(TEXT, large, 1024 * 1024),
            ...(extensions ? [frame(TEXT, deflated(large), { rsv: 4 }), fragments(TEXT, deflated(large), 1300, 4)] : []),
        ]) {
            await socket.send(sends);
            const came = await socket.next();
            assert.ok(came.text === large);
            assert.equal(came.compressed, extensions !== undefined);
        }
        socket.destroy();
    }
    const huge = Buffer.alloc(16 * 1024 * 1024, 0xfe);
    const socket = await RawSocket.open(port);
    await socket.send(frame(BINARY, huge));
    assert.ok((await socket.next()).payload.equals(huge));
    for (let i = 0; i < 1000; ++i) {
        await socket.send(frame(TEXT, `message ${i}`));
        assert.equal((await socket.next()).text, `message ${i}`);
    }
    await socket.send(Array.from({ length: 1000 }, (_, i) => frame(TEXT, `message ${i}`)));
    for (let i = 0; i < 1000; ++i) assert.equal((await socket.next()).text, `message ${i}`);
    await socket.send(closeFrame(1000));
    assert.equal((await socket.next()).code, 1000);
    assert.ok(await socket.ends());
});

test("the ws client with every combination of its options", echo, async (t) => {
    const port = await startEcho(t);
    const flags = [undefined, true, false];
    const windows = [undefined, 8, 9, 10, 12, 15];
    const messages = [LIST, "", "short", LIST, KOREAN.repeat(100), randomBytes(3000), Buffer.alloc(40_000, 7), LIST.repeat(30)];
    let combinations = 0;
    const all = [];
    for (const serverNoContextTakeover of flags)
        for (const clientNoContextTakeover of flags)
            for (const serverMaxWindowBits of windows)
                for (const clientMaxWindowBits of [...windows, false, true])
                    all.push({ serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits });
    for (const options of all) {
        // Refusing both to go without context and to keep to a window, it would have 32 KiB kept for
        // it, and breaks off by itself, though section 7.1.1.2 has every client go without.
        const stubborn = options.clientNoContextTakeover === false && options.clientMaxWindowBits === false;
        const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: { threshold: 0, ...options } });
        const came = [];
        const end = await new Promise((resolve) => {
            socket.on("error", (error) => resolve(error.message));
            socket.on("close", (code) => resolve(code));
            socket.on("open", () => messages.forEach((message) => socket.send(message)));
            socket.on("message", (data, isBinary) => {
                came.push(isBinary ? data : data.toString());
                if (came.length === messages.length) socket.close(1000);
            });
        });
        const what = JSON.stringify(options);
        if (stubborn) {
            assert.match(String(end), /Sec-WebSocket-Extensions/, what);
            continue;
        }
        assert.equal(end, 1000, what);
        assert.deepEqual(came, messages, what);
        assert.equal(socket.extensions, DEFLATE, what);
        ++combinations;
    }
    t.diagnostic(`${combinations} combinations`);
});

test("what chatd tells is compressed with the window that was asked for", async (t) => {
    const chatd = await Chatd.start(t, await scratch(t), { env: { CHATD_LIMITS_PERSON_POSTS_PER_S: "0" } });
    const people = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const offers = [undefined, DEFLATE, `${DEFLATE}; server_max_window_bits=8`, `${DEFLATE}; server_max_window_bits=12; client_max_window_bits`];
    const sockets = [];
    let id = 0;
    const ask = async (socket, request) => {
        await socket.send(frame(TEXT, JSON.stringify({ id: ++id, ...request })));
        for (;;) {
            const came = await socket.next();
            const said = JSON.parse(came.text);
            if (said.id === id) return { ...said, compressed: came.compressed };
        }
    };
    let room;
    for (const extensions of offers) {
        const socket = await RawSocket.open(chatd.port, { ...chat, extensions });
        const person = people[sockets.length % 2];
        await ask(socket, { type: "hello", token: person.token });
        room ??= (await ask(socket, { type: "open", userId: people[1].id })).room.id;
        await ask(socket, { type: "attach", roomId: room });
        sockets.push(socket);
    }
    const content = "the same words again and again, ".repeat(20);
    await sockets[0].send(frame(TEXT, JSON.stringify({ type: "post", roomId: room, content })));
    for (const [i, socket] of sockets.entries()) {
        let said;
        let came;
        do {
            came = await socket.next();
            said = JSON.parse(came.text);
        } while (said.type !== "message");
        assert.equal(said.message.content, content, offers[i]);
        assert.equal(came.compressed, offers[i] !== undefined, offers[i]);
        // Long answers are, too; short ones are not worth it.
        for (let n = 0; i === 0 && n < 30; ++n) await ask(socket, { type: "post", roomId: room, content: `message ${n}` });
        const history = await ask(socket, { type: "history", roomId: room });
        assert.ok(history.items.length > 5);
        assert.equal(history.compressed, offers[i] !== undefined, `history, ${offers[i]}`);
        socket.destroy();
    }
});
