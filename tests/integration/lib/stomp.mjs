// STOMP by the client that the systems use, over a WebSocket or over SockJS.

import { Client } from "@stomp/stompjs";
import SockJS from "sockjs-client";
import WebSocket from "ws";

import { afterwards, until } from "./chatd.mjs";

Object.assign(globalThis, { WebSocket });

/// A stompjs client, and what it was told by destination. One that comes back by itself
/// (`reconnectDelay`) subscribes again, as applications do.
export class Stomp {
    told = new Map();
    errors = [];
    closes = [];
    connects = 0; ///< times that it was connected, and had subscribed to everything

    /// `at`: what has a `url`. `over`: the transports of SockJS, `[]` for those that it chooses;
    /// without it, a WebSocket. `token`: in the address; else the person's goes into CONNECT.
    static async connect(t, at, person, { path = "/ws/chat", over, token, ...settings } = {}) {
        const stomp = new Stomp();
        const address = `${at.url}${path}${token ? `?token=${token}` : ""}`;
        const options = over?.length > 0 ? { transports: over } : {};
        stomp.client = new Client({
            ...(over
                ? { webSocketFactory: () => (stomp.socket = new SockJS(address, null, options)) }
                : { brokerURL: address.replace(/^http/, "ws") }),
            connectHeaders: person && !token ? { Authorization: `Bearer ${person.token}` } : {},
            reconnectDelay: 0,
            onConnect: () => stomp.#connected(),
            onStompError: (frame) => stomp.errors.push(frame),
            onWebSocketClose: (event) => stomp.closes.push(event),
            ...settings,
        });
        afterwards(t, () => stomp.client.deactivate({ force: true }));
        stomp.client.activate();
        await until(
            () => stomp.connects + stomp.errors.length + stomp.closes.length > 0,
            "an answer to CONNECT",
        );
        return stomp;
    }

    /// Subscribes, and waits until it is.
    async hear(destination) {
        this.told.set(destination, []);
        await this.#subscribe(destination);
        return this.told.get(destination);
    }

    say(destination, body) {
        this.client.publish({ destination, body: JSON.stringify(body) });
    }

    async #connected() {
        await Promise.all([...this.told.keys()].map((each) => this.#subscribe(each)));
        ++this.connects;
    }

    #subscribe(destination) {
        const receipt = `of ${destination}`;
        const done = new Promise((resolve) => this.client.watchForReceipt(receipt, resolve));
        const list = this.told.get(destination);
        this.client.subscribe(destination, (message) => list.push(JSON.parse(message.body)), { receipt });
        return done;
    }
}
