// Nothing acknowledged is lost, doubled or out of order, however often chatd is killed.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { Chatd, pause, scratch, until } from "./lib/chatd.mjs";
import { Client } from "./lib/client.mjs";

const PEOPLE = 4;
const KILLS = 4;
const ROUND_MS = 700;

/// Posts one message after the other into the room, whatever happens to the server: with the same
/// client key until it is answered. Remembers what was acknowledged.
class Poster {
    acknowledged = new Map(); // content → message id
    #stopping = false;

    constructor(person, roomId, where) {
        Object.assign(this, { person, roomId, where });
    }

    async run() {
        for (let n = 0; !this.#stopping; ++n) {
            const content = `${this.person.name} ${n}`;
            const clientKey = randomUUID();
            for (;;) {
                try {
                    this.client ??= await Client.as(this.where.port, this.person);
                    const request = { type: "post", roomId: this.roomId, content, clientKey };
                    this.acknowledged.set(content, (await this.client.ask(request)).message.id);
                    break;
                } catch (error) {
                    if (error.error && error.error.code !== "unavailable") throw error;
                    this.client?.close();
                    this.client = undefined;
                    await pause(20);
                }
            }
        }
        this.client?.close();
    }

    stop() {
        this.#stopping = true;
    }
}

/// Follows the room from position to position, over any number of connections.
class Follower {
    messages = [];
    position = 0;
    read = 0; // up to here by pages
    faults = [];
    #stopping = false;

    constructor(person, roomId, where) {
        Object.assign(this, { person, roomId, where });
    }

    async run() {
        while (!this.#stopping) {
            let client;
            try {
                client = await Client.connect(this.where.port);
                const resume = { [this.roomId]: this.position };
                const hello = client.ask({ type: "hello", token: this.person.token, resume });
                hello.catch(() => {});
                let taken = 0;
                while (!this.#stopping && !client.closed) {
                    while (taken < client.events.length) await this.#take(client, client.events[taken++]);
                    await pause(5);
                }
                while (taken < client.events.length) await this.#take(client, client.events[taken++]);
            } catch {
                await pause(20);
            }
            client?.close();
        }
    }

    stop() {
        this.#stopping = true;
    }

    /** More than 500 states were missed: they are read in pages, as `truncated` asks for. */
    async #readMissed(client) {
        for (let more = true; more; ) {
            const page = await client.ask({ type: "changes", roomId: this.roomId, since: this.position, limit: 500 });
            for (const { kind, message } of page.items) {
                if (kind === "message" && message.id > this.position) this.messages.push(message);
            }
            this.position = page.nextCursor;
            more = page.hasMore;
        }
        this.read = this.position;
    }

    async #take(client, event) {
        if (event.roomId !== this.roomId || event.position === undefined) return;
        if (event.type === "resumed") {
            if (event.truncated) await this.#readMissed(client);
            this.position = Math.max(this.position, event.position);
            return;
        }
        if (event.position <= this.read) return; // was in the pages already
        if (event.prev !== this.position && event.position !== this.position) {
            this.faults.push(`${event.type} ${event.position} follows ${event.prev}, but I am at ${this.position}`);
        }
        if (event.position < this.position) this.faults.push(`back to ${event.position}`);
        this.position = event.position;
        if (event.type === "message") this.messages.push(event.message);
    }
}

test("clients post and follow while the server is killed again and again", async (t) => {
    const folder = await scratch(t);
    const options = { args: ["--limits.person_posts_per_s=0"] };
    const where = { port: 0 };
    let chatd = await Chatd.start(t, folder, options);
    where.port = chatd.port;
    const people = [];
    for (let i = 0; i < PEOPLE; ++i) people.push(await chatd.signUp(`p${i}`));
    const first = await Client.as(chatd.port, people[0]);
    const memberIds = people.slice(1).map((person) => person.id);
    const { room } = await first.ask({ type: "create", title: "All", memberIds });
    first.close();

    const posters = people.map((person) => new Poster(person, room.id, where));
    const followers = people.slice(0, 2).map((person) => new Follower(person, room.id, where));
    const running = [...posters, ...followers].map((each) => each.run());
    for (let kill = 0; kill < KILLS; ++kill) {
        await pause(ROUND_MS);
        assert.equal((await chatd.kill()).signal, "SIGKILL");
        await pause(100);
        chatd = await Chatd.start(t, folder, { ...options, port: where.port });
    }
    await pause(ROUND_MS);
    posters.forEach((poster) => poster.stop());
    await Promise.all(running.slice(0, posters.length));

    const reader = await Client.as(chatd.port, people[0]);
    const stored = [];
    for (let after = 0; ; ) {
        const page = await reader.ask({ type: "history", roomId: room.id, after, limit: 100 });
        stored.push(...page.items);
        if (!page.hasMore) break;
        after = page.items.at(-1).id;
    }
    const last = stored.at(-1).id;
    await until(() => followers.every((follower) => follower.position >= last), "the followers");
    followers.forEach((follower) => follower.stop());
    await Promise.all(running);
    reader.close();

    const contents = stored.map((message) => message.content);
    assert.equal(new Set(contents).size, contents.length, "nothing is stored twice");
    let acknowledged = 0;
    for (const poster of posters) {
        acknowledged += poster.acknowledged.size;
        for (const [content, id] of poster.acknowledged) {
            assert.equal(stored.find((message) => message.id === id)?.content, content);
        }
    }
    assert.ok(acknowledged > PEOPLE * KILLS, `${acknowledged} were acknowledged`);
    assert.deepEqual(stored.map((message) => message.seq), stored.map((_, i) => i + 1));
    for (const follower of followers) {
        assert.deepEqual(follower.faults, []);
        assert.deepEqual(
            follower.messages.map((message) => message.id),
            stored.map((message) => message.id),
            "each message once, in the room's order",
        );
    }
    t.diagnostic(`${acknowledged} posts acknowledged over ${KILLS} kills`);
});
