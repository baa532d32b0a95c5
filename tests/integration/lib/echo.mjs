// Starts the program's WebSocket in front of an echo (tests/conformance/websocket_echo.cpp).

import { spawn } from "node:child_process";

import { afterwards } from "./chatd.mjs";

export const echoProgram = process.env.WEBSOCKET_ECHO;

/// The port it listens at.
export async function startEcho(test, threads = 2) {
    const child = spawn(echoProgram, ["0", String(threads)]);
    const ended = new Promise((resolve) => child.once("close", resolve));
    afterwards(test, async () => {
        child.kill("SIGTERM");
        await ended;
    });
    return new Promise((resolve, reject) => {
        let out = "";
        child.stdout.on("data", (data) => {
            out += data;
            const found = /listening on ws:\/\/127\.0\.0\.1:(\d+)\n/.exec(out);
            if (found) resolve(Number(found[1]));
        });
        child.once("error", reject);
        child.once("close", () => reject(new Error("the echo ended")));
    });
}
