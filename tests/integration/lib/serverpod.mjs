// Serverpod's client protocol as the clients that it generates speak it: calls at the address of
// their endpoint, streams over one WebSocket that is opened by a ping and its pong.

import assert from "node:assert/strict";

import WebSocket from "ws";

import { afterwards, until } from "./chatd.mjs";

const stream = { en: "chatStream", m: "chatMessageStream" };

/// What clients of versions 2.1 and later show: the token as it is, or all that `Basic` encodes.
export const bearer = ({ token }) => `Bearer ${token}`;
export const basic = ({ token }) => `Basic ${Buffer.from(token).toString("base64")}`;

export class Serverpod {
    pongs = 0;
    answers = []; ///< `omsr`
    ends = []; ///< `cmsc`
    others = []; ///< what a client is not told in a good connection
    closed = null;
    #items = new Map();

    /// `at`: what has a `url`.
    constructor(t, at, authorization) {
        this.at = at;
        this.authorization = authorization;
        afterwards(t, () => this.socket?.terminate());
    }

    /// What a call answers, as it came. `auth` in the body is where clients before 2.1 put the token.
    async call(method, given, { authorization = this.authorization } = {}) {
        const response = await fetch(`${this.at.url}/chat`, {
            method: "POST",
            headers: {
                "Content-Type": "application/json; charset=utf-8",
                ...(authorization && { Authorization: authorization }),
            },
            body: JSON.stringify({ ...given, method }),
        });
        return { status: response.status, headers: response.headers, text: await response.text() };
    }

    /// The value of a call: anything but 200 is an exception to the client.
    async ask(method, given) {
        const { status, headers, text } = await this.call(method, given);
        assert.equal(status, 200, `${method}: ${status} ${text}`);
        assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
        return JSON.parse(text);
    }

    /// Opens the WebSocket; credentials come with each stream.
    async open() {
        this.closed = null;
        const { pongs } = this;
        const socket = new WebSocket(`${this.at.url.replace(/^http/, "ws")}/v1/websocket`);
        this.socket = socket;
        socket.on("message", (text, isBinary) => this.#take(JSON.parse(text), isBinary));
        socket.on("close", (code, reason) => (this.closed = { code, reason: reason.toString() }));
        socket.on("error", () => {}); // told by close
        await until(() => socket.readyState === WebSocket.OPEN || this.closed, "the WebSocket");
        assert.equal(this.closed, null);
        this.#say("ping");
        await until(() => this.pongs > pongs, "the pong");
    }

    /// Opens the stream of a room; what comes through it.
    async listen(chatRoomId) {
        const cid = crypto.randomUUID();
        this.#items.set(cid, []);
        const args = JSON.stringify({ chatRoomId });
        this.#say("omsc", { ...stream, cid, args, is: [], auth: this.authorization });
        await until(() => this.answers.some((each) => each.cid === cid), "the stream's answer");
        assert.deepEqual(this.answers.find((each) => each.cid === cid), { cid, res: "success", ...stream });
        return { cid, items: this.#items.get(cid) };
    }

    /// Closes a stream, and waits for the echo.
    async unlisten({ cid }) {
        this.#say("cmsc", { ...stream, cid, cr: "done" });
        await this.end({ cid }, "done");
    }

    /// Waits until a stream has ended so.
    async end({ cid }, reason) {
        await until(() => this.ends.some((each) => each.cid === cid), "the stream's end");
        assert.deepEqual(this.ends.find((each) => each.cid === cid), { ...stream, cid, cr: reason });
    }

    #say(type, data) {
        this.socket.send(JSON.stringify({ type, data }));
    }

    #take({ type, data, ...more }, isBinary) {
        if (isBinary || Object.keys(more).length > 0) this.others.push({ type, data, ...more });
        else if (type === "pong" && data === undefined) ++this.pongs;
        else if (type === "omsr") this.answers.push(data);
        else if (type === "cmsc") this.ends.push(data);
        else if (type === "msm") this.#item(data);
        else this.others.push({ type, data });
    }

    #item({ cid, o, ...names }) {
        assert.deepEqual(names, stream);
        assert.deepEqual(Object.keys(o), ["className", "data"]);
        assert.equal(o.className, "ChatMessageResponseDto");
        this.#items.get(cid).push(o.data);
    }
}
