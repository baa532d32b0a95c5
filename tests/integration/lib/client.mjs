// A client of the native protocol, on the `ws` package.

import WebSocket from "ws";

export class Client {
    events = [];
    closed = null; // { code, reason }
    #socket;
    #waiting = new Map();
    #lastId = 0;

    static async connect(port) {
        const client = new Client();
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, "chat.v1");
        client.#socket = socket;
        socket.on("message", (data) => client.#take(JSON.parse(data)));
        socket.on("close", (code, reason) => client.#end(code, reason.toString()));
        await new Promise((resolve, reject) => {
            socket.once("open", resolve);
            socket.once("error", reject);
        });
        socket.on("error", () => {}); // told by close
        return client;
    }

    /// Connects and says hello.
    static async as(port, person, resume) {
        const client = await Client.connect(port);
        client.hello = await client.ask({ type: "hello", token: person.token, resume });
        return client;
    }

    ask(request) {
        const id = ++this.#lastId;
        return new Promise((resolve, reject) => {
            if (this.closed) return reject(new Error("closed"));
            this.#waiting.set(id, { resolve, reject });
            this.#socket.send(JSON.stringify({ ...request, id }));
        });
    }

    close() {
        this.#socket.terminate();
    }

    #take(frame) {
        const waiting = this.#waiting.get(frame.id);
        if (frame.id === undefined || !waiting) {
            this.events.push(frame);
            return;
        }
        this.#waiting.delete(frame.id);
        if (frame.type === "ok") waiting.resolve(frame);
        else waiting.reject(Object.assign(new Error(frame.error?.code), { error: frame.error }));
    }

    #end(code, reason) {
        this.closed = { code, reason };
        for (const { reject } of this.#waiting.values()) reject(new Error("closed"));
        this.#waiting.clear();
    }
}
