// Random ill-typed requests at every operation, made from the document's own schemas: each is refused
// with a documented 4xx in the documented shape, or answered as documented where it happened to be
// good; none ends in 5xx, and the server lives. HOSTILE_SEED repeats a run.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Chatd, scratch } from "./lib/chatd.mjs";
import { Api, Document } from "./lib/openapi.mjs";

const HOST_KEY = "the key of the host";
const ROUNDS = 30;
const TIME_MS_MAX = 90_000;

/// Mulberry32.
class Dice {
    constructor(seed) {
        this.state = seed >>> 0;
    }
    below(sides) {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) % sides;
    }
    of(things) {
        return things[this.below(things.length)];
    }
    in(times) {
        return this.below(times) === 0;
    }
}

const nested = (depth, open, close) => open.repeat(depth) + close.repeat(depth);

/// Stands for JSON text that JSON.stringify() would not write.
class Text {
    constructor(text) {
        this.text = text;
    }
}

const JUNK = [
    null, true, false, 0, -1, 1.5, -0, 1e300, 2 ** 53, -(2 ** 63), "", " ", "x", "0", "-1", "1e3",
    "99999999999999999999", "\u0000", "\ud800", "👩‍👩‍👧‍👦", "é", "x".repeat(70_000), "😀".repeat(2_000),
    [], {}, [[]], [{}], [null], [1, "2", null], { id: {} }, { type: 1, id: [] },
    Array.from({ length: 3_000 }, (_, i) => i), Array.from({ length: 30 }, () => ({})),
    "2100-13-45T99:99:99Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999+14:00", "' OR 1=1 --",
    new Text("1e400"), new Text("123456789012345678901234567890"), new Text("-0.0e-999"),
    new Text(nested(500, "[", "]")), new Text(nested(3_000, "[", "]")),
    new Text(nested(200, '{"a":', "}").replace("}", "1}")), new Text('"\\ud800\\u0000"'),
];

/// Path segments and query values; `fetch` encodes them.
const WORDS = [
    "x", "0", "-1", "1.5", "1e3", "9007199254740992", "99999999999999999999999", "\u0000", "\u001f", "é", " ", "+1",
    "null", "undefined", "true", "[]", "{}", "a/b", "%", "%zz", "'", '"', "👍", "x".repeat(3_000), "٣",
];

function json(value) {
    if (value instanceof Text) return value.text;
    if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${json(one)}`).join(",")}}`;
}

class Maker {
    constructor(document, dice, ids) {
        Object.assign(this, { document, dice, ids });
    }

    /// Something that the schema allows, more or less.
    good(schema, depth = 0) {
        const at = this.document.resolve(schema);
        if (at.anyOf) return this.good(this.dice.of(at.anyOf), depth);
        if (at.const !== undefined) return at.const;
        if (at.enum) return this.dice.of(at.enum);
        const type = Array.isArray(at.type) ? this.dice.of(at.type) : at.type;
        if (type === "integer" || type === "number") return this.dice.of(this.ids);
        if (type === "boolean") return this.dice.in(2);
        if (type === "array")
            return Array.from({ length: this.dice.below(4) }, () => this.good(at.items, depth + 1));
        if (type === "object" || at.properties) {
            const made = {};
            for (const [name, property] of Object.entries(at.properties ?? {})) {
                if (at.required?.includes(name) || this.dice.in(2)) made[name] = this.good(property, depth + 1);
            }
            return made;
        }
        if (at.format === "date-time") return new Date(Date.now() + this.dice.below(1e9)).toISOString();
        if (at.format === "uuid") return "0e1d3a52-8f0e-4c6b-9a51-7d1c0a1b2c3d";
        if (at.pattern) return String(this.dice.of(this.ids));
        return this.dice.of(["a text", "@all hello", "https://example.org/x", "👍", "7"]);
    }

    /// The same with something in it that is not.
    ill(value) {
        if (this.dice.in(3) || value === null || typeof value !== "object") return this.dice.of(JUNK);
        const copy = Array.isArray(value) ? [...value] : { ...value };
        const names = Object.keys(copy);
        if (names.length === 0) return this.dice.of(JUNK);
        const name = this.dice.of(names);
        if (this.dice.in(5) && !Array.isArray(copy)) delete copy[name];
        else copy[name] = this.ill(copy[name]);
        return copy;
    }

    /// Bytes that are no JSON, or not in UTF-8.
    spoilt(text) {
        const bytes = Buffer.from(text);
        switch (this.dice.below(6)) {
            case 0:
                return bytes.subarray(0, this.dice.below(bytes.length + 1));
            case 1:
                return Buffer.concat([bytes, Buffer.from(this.dice.of(["}", ",", "\u0000", '{"a":1}', "//"]))]);
            case 2:
                return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
            case 3:
                return Buffer.from(this.dice.of(["", "null", "7", '"text"', "[]", "[{}]", "{,}", "{'a':1}", "NaN"]));
            default:
                if (bytes.length > 0) bytes[this.dice.below(bytes.length)] = this.dice.below(256);
                return bytes;
        }
    }

    body(operation) {
        const content = operation.requestBody?.content;
        if (content?.["*/*"]) return this.spoilt("plain words that are a file");
        const schema = content?.["application/json"]?.schema;
        if (!schema) return this.dice.in(3) ? this.spoilt("{}") : undefined;
        if (this.dice.in(12)) return undefined;
        const good = this.good(schema);
        const text = json(this.dice.in(6) ? good : this.ill(good));
        return this.dice.in(4) ? this.spoilt(text) : Buffer.from(text);
    }

    request(operation) {
        const request = { path: {}, query: {}, header: {} };
        for (const { name, in: place, schema } of operation.parameters) {
            if (place === "header" || (place === "query" && this.dice.in(2))) continue;
            const ill = this.dice.in(place === "path" ? 4 : 2);
            request[place][name] = ill ? this.dice.of(WORDS) : String(this.good(schema));
        }
        if (this.dice.in(10)) request.header["X-Chatd-User"] = this.dice.of(["0", "x", "1", "-1", "999999"]);
        if (operation.method !== "GET") request.raw = this.body(operation);
        if (this.dice.in(8)) request.type = this.dice.of(["text/plain", "multipart/form-data", "image/png", "x"]);
        return request;
    }
}

function seedOfTheRun() {
    return Number(process.env.HOSTILE_SEED ?? Math.floor(Math.random() * 2 ** 31));
}

for (const form of ["plain", "legacy"]) {
    test(`ill-typed requests are refused as documented, ${form}`, async (t) => {
        const seed = seedOfTheRun();
        console.log(`HOSTILE_SEED=${seed}`);
        const chatd = await Chatd.start(t, await scratch(t), {
            env: {
                CHATD_AUTH_HOST_KEY: HOST_KEY,
                CHATD_LIMITS_PERSON_POSTS_PER_S: "0",
                CHATD_LIMITS_PERSON_CHANGES_PER_S: "0",
                CHATD_DOORS_SOCIAL_LEGACY: String(form === "legacy"),
            },
        });
        const document = await Document.of(chatd.url);
        const api = new Api(chatd, document, { hostKey: HOST_KEY, form });
        const people = [];
        for (const name of ["ann", "bob", "cem"]) people.push(await chatdPerson(api, name));
        const ids = people.map((person) => person.id);
        for (const person of people) {
            const body = { title: "g", memberIds: people.map((one) => one.id), open: true };
            const room = await api.do("createGroup", { as: person, body });
            const said = await api.do("post", { as: person, path: { id: room.id }, body: { content: "a text" } });
            ids.push(room.id, said.id);
        }
        const dice = new Dice(seed);
        const maker = new Maker(document, dice, [...ids, 1, 999_999]);
        const counts = new Map();
        const end = Date.now() + TIME_MS_MAX;
        const operations = [...document.operations.values()];
        for (let round = 0; round < ROUNDS && Date.now() < end; ++round) {
            for (const operation of operations) {
                const as = dice.in(15) ? undefined : JSON.stringify(operation.security ?? "").includes("hostKey") ? "host" : dice.of(people);
                const request = maker.request(operation);
                const what = `seed ${seed}, round ${round}, ${operation.operationId} ${JSON.stringify({ ...request, raw: request.raw?.toString("latin1").slice(0, 500) })}`;
                let answer;
                try {
                    answer = await api.send(operation, { as, ...request });
                } catch (error) {
                    assert.fail(`${what}: ${error.stack} ${error.cause ?? ""}`);
                }
                assert.ok(answer.status < 500, `${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
                // The address is of no route, or the host speaks for nobody that there is.
                const missing = answer.status === 404 && answer.body.error.details?.what;
                const elsewhere = missing === "route" || (missing === "user" && as === "host");
                try {
                    if (elsewhere) document.checkError(answer, "elsewhere");
                    else if (!wentElsewhere(operation, request)) document.checkAnswer(operation, answer);
                } catch (error) {
                    assert.fail(`${what}: ${error.message}`);
                }
                counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
            }
            // Who was disabled, or is another's name now, comes back.
            for (const person of people) await comeBack(api, person);
        }
        t.diagnostic(`answers by status: ${JSON.stringify(Object.fromEntries(counts))}`);
        assert.ok(counts.get(200) > 50 && counts.get(400) > 200, "requests were neither good nor bad");
        assert.deepEqual(await (await fetch(`${chatd.url}/health/live`)).json(), { status: "UP" });
        assert.equal(chatd.child.exitCode, null);
    });
}

/// A segment that holds a slash, once decoded, may lead to another operation.
function wentElsewhere(operation, request) {
    return Object.values(request.path).some((segment) => segment.includes("/"));
}

async function chatdPerson(api, nickname) {
    const body = { email: `${nickname}@example.org`, password: "a password", nickname };
    const { user, accessToken } = await api.do("signUp", { body });
    return { id: user.id, token: accessToken, email: body.email };
}

async function comeBack(api, person) {
    const me = await api.send(api.document.operations.get("me"), { as: person });
    if (me.status === 200) return;
    await api.do("setStanding", { as: "host", path: { id: person.id }, body: { disabled: false, role: "user" } });
    const answer = await api.ask("logIn", { body: { email: person.email, password: "a password" } });
    if (answer.status === 200) person.token = answer.body.accessToken;
}
