// Asks a running chatd by the operations of its own OpenAPI document, and looks whether requests and
// answers are as it says.

import assert from "node:assert/strict";

import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/// What HTTP itself may refuse, of which operations say nothing.
const OF_HTTP = new Set([405, 408, 414, 417, 431, 501]);

/// Fields that are not in the document are found too: every object has those it names and no other.
function strict(schema) {
    if (Array.isArray(schema)) return schema.map(strict);
    if (schema === null || typeof schema !== "object") return schema;
    const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
    if (copy.type === "object" && copy.properties && copy.additionalProperties === undefined)
        copy.additionalProperties = false;
    return copy;
}

export class Document {
    static async of(url) {
        const response = await fetch(`${url}/openapi.json`);
        assert.equal(response.status, 200);
        assert.match(response.headers.get("content-type"), /^application\/json/);
        return new Document(await response.json());
    }

    constructor(json) {
        this.json = json;
        this.operations = new Map();
        for (const [path, methods] of Object.entries(json.paths)) {
            for (const [method, operation] of Object.entries(methods)) {
                const pointer = `/paths/${escaped(path)}/${method}`;
                this.operations.set(operation.operationId, {
                    ...operation, path, method: method.toUpperCase(), pointer,
                    parameters: (operation.parameters ?? []).map((one) => this.resolve(one)),
                });
            }
        }
        const options = { strict: false, allErrors: false };
        this.ajv = new Ajv({ ...options });
        // Parameters are texts, which may stand for numbers and flags.
        this.loose = new Ajv({ ...options, coerceTypes: true });
        for (const ajv of [this.ajv, this.loose]) {
            addFormats(ajv);
            ajv.addSchema(strict(json), "document");
        }
    }

    resolve(value) {
        if (!value.$ref) return value;
        return value.$ref.slice(2).split("/").reduce((at, part) => at[part], this.json);
    }

    /// Fails unless the value is as the schema at the pointer says.
    check(value, pointer, what, ajv = this.ajv) {
        const validate = ajv.getSchema(`document#${pointer}`);
        assert.ok(validate, `${pointer} is no schema`);
        const holder = ajv === this.loose ? structuredClone(value) : value;
        if (!validate(holder)) {
            const text = JSON.stringify(value)?.slice(0, 600);
            assert.fail(`${what}: ${this.ajv.errorsText(validate.errors)} in ${text}`);
        }
    }

    checkParameters(operation, given) {
        for (const place of ["path", "query", "header"]) {
            const values = { ...(given[place] ?? {}) };
            operation.parameters.forEach((parameter, i) => {
                if (parameter.in !== place) return;
                const value = values[parameter.name];
                delete values[parameter.name];
                if (value === undefined) {
                    assert.ok(!parameter.required, `${operation.operationId}: ${parameter.name} is missing`);
                    return;
                }
                const original = this.json.paths[operation.path][operation.method.toLowerCase()].parameters[i];
                const pointer = original.$ref ? original.$ref.slice(1) : `${operation.pointer}/parameters/${i}`;
                // An object, so that what is coerced has a place to be.
                const validate = this.loose.compile({
                    properties: { value: { $ref: `document#${pointer}/schema` } },
                });
                assert.ok(validate({ value: String(value) }), `${operation.operationId}: ${parameter.name}`);
            });
            assert.deepEqual(Object.keys(values), [], `${operation.operationId}: parameters in ${place} not told`);
        }
    }

    checkBody(operation, body) {
        if (body === undefined) {
            assert.ok(!operation.requestBody?.required, `${operation.operationId} needs a body`);
            return;
        }
        assert.ok(operation.requestBody, `${operation.operationId} takes no body`);
        this.check(body, `${operation.pointer}/requestBody/content/application~1json/schema`,
            `body of ${operation.operationId}`);
    }

    /// `answer`: {status, headers, body}, the body parsed where it is JSON.
    checkAnswer(operation, answer) {
        const { status, headers, body } = answer;
        const what = `${operation.operationId}, ${status}`;
        assert.ok(headers.get("x-request-id") || status === 304, `${what}: no X-Request-Id`);
        if (OF_HTTP.has(status)) return this.checkError(answer, what);
        const own = operation.responses[status];
        assert.ok(own, `${what} is not in the document: ${JSON.stringify(body)?.slice(0, 300)}`);
        const response = this.resolve(own);
        for (const [name, header] of Object.entries(response.headers ?? {})) {
            const value = headers.get(name);
            assert.ok(value !== null || !header.required, `${what}: no ${name}`);
            const pattern = header.schema.pattern;
            if (value !== null && pattern) assert.match(value, new RegExp(pattern), what);
        }
        if (!response.content || response.content["*/*"]) return;
        if (response.content["text/event-stream"])
            return assert.match(headers.get("content-type"), /^text\/event-stream/, what);
        assert.equal(headers.get("content-type"), "application/json; charset=utf-8", what);
        const pointer = own.$ref ? own.$ref.slice(1) : `${operation.pointer}/responses/${status}`;
        this.check(body, `${pointer}/content/application~1json/schema`, what);
        // Two refusals of the front door of consultations are a sentence.
        const sentence = operation.path.startsWith("/api/chat/") && typeof body.error === "string";
        if (status >= 400 && !sentence) this.checkError(answer, what);
    }

    checkError({ status, headers, body }, what) {
        this.check(body, "/components/schemas/Error", what);
        assert.equal(body.error.requestId, headers.get("x-request-id"), what);
        const codes = this.json.components.responses[NAMES[status]]?.description;
        if (codes) assert.ok(codes.includes(`\`${body.error.code}\``), `${what}: ${body.error.code}`);
        if (status === 404) assert.ok(body.error.details.what, `${what}: what is it that is not there?`);
        if (status === 429) assert.match(headers.get("retry-after"), /^[1-9]\d*$/, what);
    }
}

const NAMES = {
    400: "Malformed", 401: "Unauthenticated", 403: "Forbidden", 404: "NotFound", 409: "Conflict",
    410: "Gone", 413: "TooLarge", 415: "UnsupportedType", 422: "Invalid", 429: "TooMany",
};

function escaped(name) {
    return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/// Texts that are named as ids are, and are none.
const NO_IDS = new Set(["tempId", "externalId", "requestId"]);

/// Lists whose cursors are positions, canonically too; and those whose cursor is of two numbers.
const POSITIONS = new Set(["history", "changes"]);
const OF_TWO = new Set(["rooms", "favoriteRooms"]);

/// Cursors are numbers in the legacy form, and texts canonically but for positions.
function cursor(given, what) {
    if (given === null) return null;
    const legacy = OF_TWO.has(what) ? "string" : "number";
    assert.equal(typeof given, legacy, `${what}: a cursor in the legacy form`);
    return POSITIONS.has(what) ? given : String(given);
}

/// The legacy form turned into the canonical one, which fails where it is not the legacy form.
export function canonicalOf(body, what, itemsAreIds) {
    assert.equal(typeof body.success, "boolean", `${what}: no envelope`);
    if (!body.success) {
        assert.deepEqual(Object.keys(body), ["success", "error"], what);
        return { error: body.error };
    }
    assert.equal(body.message, "OK", what);
    const { success, message, data, ...beside } = body;
    if (!Array.isArray(data)) {
        assert.deepEqual(beside, {}, what);
        return withNumbers(data, what);
    }
    const items = itemsAreIds ? data.map((id) => number(id, what)) : withNumbers(data, what);
    if ("nextCursor" in beside) beside.nextCursor = cursor(beside.nextCursor, what);
    return { items, ...beside };
}

function number(id, what) {
    assert.equal(typeof id, "string", `${what}: an id that is no text`);
    return Number(id);
}

function withNumbers(value, what) {
    if (Array.isArray(value)) return value.map((one) => withNumbers(one, what));
    if (value === null || typeof value !== "object") return value;
    const isContext = "type" in value && !("senderId" in value);
    return Object.fromEntries(Object.entries(value).map(([name, held]) => {
        if (name === "metadata") return [name, held];
        if (NO_IDS.has(name) || (isContext && name === "id")) return [name, held];
        if (name === "id" || name.endsWith("Id")) return [name, number(held, `${what}: ${name}`)];
        if (name.endsWith("Ids")) return [name, held.map((id) => number(id, what))];
        return [name, withNumbers(held, what)];
    }));
}

export class Api {
    succeeded = new Set();
    statuses = new Set();
    codes = new Set();

    /// `form`: "plain", or of a server in the legacy form "canonical" or "legacy".
    constructor(chatd, document, { hostKey, form = "plain" } = {}) {
        Object.assign(this, { chatd, document, hostKey, form });
    }

    /// Asks, checks both ways, and gives {status, headers, body}; in the legacy form the body is
    /// given as it would be canonically. `as`: a person, "host", or nobody.
    async ask(operationId, { as, path, query, header, body, raw, type, form = this.form } = {}) {
        const operation = this.document.operations.get(operationId);
        assert.ok(operation, `there is no operation ${operationId}`);
        if (raw === undefined) {
            this.document.checkParameters(operation, { path, query, header });
            this.document.checkBody(operation, body);
        }
        const answer = await this.send(operation, { as, path, query, header, body, raw, type, form });
        this.document.checkAnswer(operation, answer);
        this.statuses.add(answer.status);
        if (answer.body?.error) this.codes.add(answer.body.error.code);
        if (answer.status < 300) this.succeeded.add(operationId);
        return answer;
    }

    /// The same, and fails unless it succeeds; gives the body.
    async do(operationId, given) {
        const answer = await this.ask(operationId, given);
        assert.ok(answer.status < 300, `${operationId}: ${answer.status} ${JSON.stringify(answer.body)}`);
        return answer.body;
    }

    async send(operation, { as, path = {}, query = {}, header = {}, body, raw, type, form = this.form }) {
        let target = operation.path;
        for (const [name, value] of Object.entries(path))
            target = target.replace(`{${name}}`, encodeURIComponent(value));
        const search = new URLSearchParams(query).toString();
        const headers = { ...header };
        if (as === "host") headers["X-Chatd-Key"] = this.hostKey;
        else if (as) headers.Authorization = `Bearer ${as.token}`;
        if (form === "canonical") headers["X-Chatd-Form"] = "canonical";
        const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
        if (sent !== undefined) headers["Content-Type"] = type ?? "application/json";
        const response = await fetch(this.chatd.url + target + (search && `?${search}`), {
            method: operation.method, headers, body: sent, duplex: "half",
        });
        // Server-sent events have no end: what they are is in streams.test.mjs.
        const endless = /^text\/event-stream/.test(response.headers.get("content-type") ?? "");
        if (endless) await response.body.cancel();
        const text = endless ? "" : await response.text();
        const json = /^application\/json/.test(response.headers.get("content-type") ?? "");
        let content = json ? JSON.parse(text) : text;
        // What HTTP itself refuses has no address yet, and so no form.
        const ofHttp = response.status >= 400 && content.error?.details && Object.keys(content.error.details).length === 0 &&
            !("success" in content) && (response.status === 400 || OF_HTTP.has(response.status));
        const hasForms = operation.path.startsWith("/api/v1/");
        if (json && form === "legacy" && !ofHttp && hasForms)
            content = canonicalOf(content, operation.operationId, operation.operationId === "online");
        return { status: response.status, headers: response.headers, body: content };
    }
}
