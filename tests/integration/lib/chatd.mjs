// Starts the chatd under test in a folder of its own, and ends it by its process id.

import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const binary = process.env.CHATD;
if (!binary) throw new Error("CHATD must name the chatd program");

const START_MS = 20_000;

export function has(program, ...args) {
    try {
        execFileSync(program, args, { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
}

/// Why tests that hold the database are skipped; false where they are not.
export const sqlite = has("sqlite3", "--version") ? false : "the sqlite3 program is not there";

const endings = new WeakMap();

/// Does this when the test is over; what came last goes first.
export function afterwards(test, task) {
    if (!endings.has(test)) {
        const tasks = [];
        endings.set(test, tasks);
        test.after(async () => {
            for (const each of tasks.reverse()) await each();
        });
    }
    endings.get(test).push(task);
}

/// A folder that is gone when the test is over.
export async function scratch(test) {
    const folder = await mkdtemp(join(tmpdir(), "chatd-integration-"));
    afterwards(test, () => rm(folder, { recursive: true, force: true }));
    return folder;
}

/// Runs chatd to its end; for what does not serve.
export function run(args, { input = "", env = {}, cwd } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(binary, args, { env: { ...process.env, ...env }, cwd });
        const late = setTimeout(() => child.kill("SIGKILL"), START_MS);
        let out = "";
        let err = "";
        child.stdout.on("data", (data) => (out += data));
        child.stderr.on("data", (data) => (err += data));
        child.on("error", reject);
        child.on("close", (code, signal) => {
            clearTimeout(late);
            resolve({ code, signal, out, err });
        });
        child.stdin.on("error", () => {}); // it need not read what it is given
        child.stdin.end(input);
    });
}

export class Chatd {
    /// Serves on a free port, or on `port`.
    static async start(test, dataDir, { args = [], env = {}, port = 0 } = {}) {
        const chatd = new Chatd();
        chatd.out = "";
        chatd.err = "";
        const all = ["--listen", `127.0.0.1:${port}`, "--data-dir", dataDir, ...args];
        const settings = { CHATD_AUTH_BCRYPT_COST: "4", ...env };
        const child = spawn(binary, all, { env: { ...process.env, ...settings } });
        chatd.child = child;
        chatd.ended = new Promise((resolve) =>
            child.once("close", (code, signal) => resolve({ code, signal })),
        );
        afterwards(test, () => chatd.kill());
        child.stderr.on("data", (data) => (chatd.err += data));
        await new Promise((resolve, reject) => {
            const late = setTimeout(() => reject(new Error(`no address: ${chatd.err}`)), START_MS);
            child.stdout.on("data", (data) => {
                chatd.out += data;
                const found = /listening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(chatd.out);
                if (!found) return;
                clearTimeout(late);
                chatd.port = Number(found[1]);
                resolve();
            });
            child.once("error", reject);
            child.once("close", () => {
                clearTimeout(late);
                reject(new Error(`chatd ended: ${chatd.err}`));
            });
        });
        return chatd;
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    signal(name) {
        this.child.kill(name);
    }

    async kill() {
        this.child.kill("SIGKILL");
        return this.ended;
    }

    async stop() {
        this.child.kill("SIGTERM");
        return this.ended;
    }

    async signUp(name) {
        const response = await fetch(`${this.url}/api/v1/auth/signup`, {
            method: "POST",
            headers: { "Content-Type": "application/json", "X-Chatd-Form": "canonical" },
            body: JSON.stringify({
                email: `${name}@example.org`,
                password: `password of ${name}`,
                nickname: name,
            }),
        });
        const body = await response.json();
        if (!response.ok) throw new Error(`sign-up: ${JSON.stringify(body)}`);
        return { id: body.user.id, token: body.accessToken, name };
    }

    /// The figures of /metrics, by name with labels.
    async metrics() {
        const text = await (await fetch(`${this.url}/metrics`)).text();
        const figures = new Map();
        for (const line of text.split("\n")) {
            if (line === "" || line.startsWith("#")) continue;
            const space = line.lastIndexOf(" ");
            figures.set(line.slice(0, space), Number(line.slice(space + 1)));
        }
        return figures;
    }
}

export function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

/// Waits until `what` holds, at most so long.
export async function until(what, message, ms = 10_000) {
    const end = Date.now() + ms;
    while (Date.now() < end) {
        if (await what()) return;
        await pause(10);
    }
    throw new Error(`waited in vain: ${message}`);
}
