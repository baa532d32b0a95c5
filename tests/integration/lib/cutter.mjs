// A way to a chatd that can be cut, as a network cuts it: whatever goes through it ends at once, on
// both sides, and what comes afterwards goes through again; or not before it is opened again.

import { connect, createServer } from "node:net";

import { afterwards } from "./chatd.mjs";

export class Cutter {
    #sockets = new Set();
    #closed = false;

    static async before(t, chatd) {
        const cutter = new Cutter();
        const server = createServer((near) => {
            if (cutter.#closed) near.destroy();
            else cutter.#join(near, connect(chatd.port, "127.0.0.1"));
        });
        await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
        cutter.url = `http://127.0.0.1:${server.address().port}`;
        afterwards(t, () => {
            cutter.cut();
            server.close();
        });
        return cutter;
    }

    cut() {
        for (const socket of this.#sockets) socket.destroy();
    }

    /// Cuts, and lets nothing through until it is opened.
    close() {
        this.#closed = true;
        this.cut();
    }

    open() {
        this.#closed = false;
    }

    #join(...pair) {
        for (const [i, socket] of pair.entries()) {
            const other = pair[1 - i];
            this.#sockets.add(socket);
            socket.on("error", () => {});
            socket.on("close", () => {
                this.#sockets.delete(socket);
                other.destroy();
            });
            socket.pipe(other);
        }
    }
}
