// Starts the server under test on a free port with a data directory of its own, and ends it by its
// pid.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_MS = 20_000;
const STOP_MS = 10_000;

export class Chatd {
    #process;
    #output = "";

    constructor(binary, dataDir) {
        this.binary = binary;
        this.dataDir = dataDir;
        // The first start is given a free port and says which; a restart must answer at the same
        // address, so that pages find it again.
        this.port = 0;
    }

    static async start(binary = process.env.CHATD) {
        if (!binary) throw new Error("CHATD must name the chatd binary");
        const chatd = new Chatd(binary, await mkdtemp(join(tmpdir(), "chatd-browser-")));
        await chatd.run();
        return chatd;
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    get output() {
        return this.#output;
    }

    async run() {
        const args = ["--listen", `127.0.0.1:${this.port}`, "--data-dir", this.dataDir];
        const child = spawn(this.binary, args, {
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.#process = child;
        this.#output = "";
        child.stdout.on("data", (text) => (this.#output += text));
        child.stderr.on("data", (text) => (this.#output += text));
        const end = Date.now() + START_MS;
        while (Date.now() < end && child.exitCode === null) {
            const address = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.#output);
            if (address) {
                this.port = Number(address[1]);
                return;
            }
            await pause(20);
        }
        throw new Error(`chatd did not start:\n${this.#output}`);
    }

    async kill() {
        await this.#end("SIGKILL");
    }

    async stop() {
        await this.#end("SIGTERM");
        await rm(this.dataDir, { recursive: true, force: true });
    }

    async #end(signal) {
        const child = this.#process;
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill(signal);
        const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
        await ended;
        clearTimeout(late);
    }
}

export function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
