// The storefront's Socket.IO by the client that its systems use.

import assert from "node:assert/strict";

import { io } from "socket.io-client";

import { afterwards, until } from "./chatd.mjs";

/// A device: a socket of its own, and all that it is told.
export class Device {
    told = [];
    drops = [];
    connects = 0;

    constructor(t, chatd, token, settings = {}) {
        this.socket = io(`${chatd.url}/chat`, {
            auth: { token },
            forceNew: true,
            reconnectionDelay: 50,
            reconnectionDelayMax: 100,
            ...settings,
        });
        this.socket.onAny((name, ...args) => this.told.push([name, ...args]));
        this.socket.on("connect", () => ++this.connects);
        this.socket.on("connect_error", (error) => (this.error = error));
        this.socket.on("disconnect", (reason) => this.drops.push(reason));
        afterwards(t, () => this.socket.disconnect());
    }

    static async connect(t, chatd, person, settings) {
        const device = new Device(t, chatd, person.token, settings);
        await until(() => device.socket.connected || device.error, "a connection");
        assert.equal(device.error, undefined);
        return device;
    }

    ask(event, body) {
        return this.socket.timeout(5_000).emitWithAck(event, body);
    }
    of(name) {
        return this.told.filter((each) => each[0] === name).map((each) => each[1]);
    }
    texts() {
        return this.of("new-message").map((each) => each.text);
    }
}
