// sockjs-client in a page of another origin, by each transport that needs a browser: those that load
// the server's iframe page, and scripts.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { assert } from "../lib/expect.mjs";

const CLIENT = new URL("../node_modules/sockjs-client/dist/sockjs.min.js", import.meta.url);
const TRANSPORTS = [
    "websocket",
    "xhr-streaming",
    "eventsource",
    "iframe-eventsource",
    "iframe-htmlfile",
    "xhr-polling",
    "iframe-xhr-polling",
    "jsonp-polling",
];

async function withPage(use) {
    const script = await readFile(CLIENT);
    const server = createServer((request, response) => {
        const isScript = request.url === "/sockjs.js";
        response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
        response.end(isScript ? script : '<!doctype html><link rel="icon" href="data:,"><script src="/sockjs.js"></script>');
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
        return await use(`http://127.0.0.1:${server.address().port}/`);
    } finally {
        server.closeAllConnections();
        server.close();
    }
}

/// In the page: speaks STOMP until what it says has come back by the topic, many times over.
function speak({ base, transport, token, room, text, count }) {
    const frame = (command, headers, body = "") =>
        `${[command, ...Object.entries(headers).map(([key, value]) => `${key}:${value}`)].join("\n")}\n\n${body}\0`;
    return new Promise((resolve) => {
        const socket = new SockJS(`${base}/ws/chat`, null, { transports: [transport] });
        const heard = [];
        let spoken = null;
        socket.onopen = () => {
            spoken = socket.transport;
            socket.send(frame("CONNECT", { "accept-version": "1.2", Authorization: `Bearer ${token}` }));
        };
        socket.onmessage = ({ data }) => {
            if (data.startsWith("CONNECTED")) {
                socket.send(frame("SUBSCRIBE", { id: "a", destination: `/topic/messages/${room}`, receipt: "r" }));
            } else if (data.startsWith("RECEIPT")) {
                for (let i = 0; i < count; ++i)
                    socket.send(frame("SEND", { destination: "/app/chat" }, JSON.stringify({ roomId: room, content: `${text}${i}` })));
            } else if (data.startsWith("MESSAGE")) {
                heard.push(JSON.parse(data.slice(data.indexOf("\n\n") + 2, -1)).content);
                if (heard.length === count) socket.close();
            }
        };
        socket.onclose = ({ code, reason }) => resolve({ transport: spoken, heard, code, reason });
    });
}

export const sockjs = {
    "sockjs-client speaks from a page of another origin, in iframes and by scripts": {
        async run(stage) {
            const ann = await stage.person("Ann");
            const bob = await stage.person("Bob");
            const room = (await ann.direct(bob)).id;
            await withPage(async (address) => {
                const context = await stage.browser.newContext();
                try {
                    const page = await context.newPage();
                    for (const transport of TRANSPORTS) {
                        await page.goto(address);
                        const text = "100% 안녕 </script>\u2028 ";
                        const asked = { base: stage.base, transport, token: ann.token, room, text, count: 2 };
                        const result = await Promise.race([
                            page.evaluate(speak, asked),
                            new Promise((_, reject) => setTimeout(() => reject(new Error(`${transport}: no end`)), 10_000)),
                        ]);
                        const heard = [0, 1].map((i) => `${text}${i}`);
                        assert.deepEqual(result, { transport, heard, code: 1000, reason: "Normal closure" });
                    }
                } finally {
                    await context.close();
                }
            });
        },
    },
};
