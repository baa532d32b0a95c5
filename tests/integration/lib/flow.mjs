// What the entry flows of the five systems have in common: how a client comes in and goes, and that
// answers have the fields that its system knows, and no others.

import assert from "node:assert/strict";

import { until } from "./chatd.mjs";

export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const LOCAL_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/// It has these fields and no others; `?` behind those that may be missing.
export function shape(value, names) {
    const known = names.split(" ");
    const wanted = known.filter((name) => !name.endsWith("?"));
    const allowed = known.map((name) => name.replace("?", ""));
    const found = Object.keys(value);
    assert.deepEqual(wanted.filter((name) => !found.includes(name)), [], `missing in ${JSON.stringify(value)}`);
    assert.deepEqual(found.filter((name) => !allowed.includes(name)), [], `unknown in ${JSON.stringify(value)}`);
    return value;
}

export async function one(list, wanted, what) {
    await until(() => list.some(wanted), what);
    return list.find(wanted);
}

export const email = (name) => `${name}@example.org`;
export const password = (name) => `password of ${name}`;

/// Signs up and logs in at the canonical API, as the clients of four of the systems do.
export async function account({ value, host }, name, { externalId, role, unwrap = (body) => body } = {}) {
    const given = { email: email(name), password: password(name), nickname: name };
    const made = externalId
        ? await host("POST", "/api/v1/auth/signup", { ...given, externalId })
        : unwrap(await value("POST", "/api/v1/auth/signup", { body: given }));
    shape(made, "accessToken refreshToken expiresIn user");
    if (role) await host("PUT", `/api/v1/admin/users/${made.user.id}`, { role });
    const body = { email: email(name), password: password(name) };
    const log_in = unwrap(await value("POST", "/api/v1/auth/login", { body }));
    shape(log_in, "accessToken refreshToken expiresIn user");
    shape(log_in.user, "id email nickname profileImageUrl role statusText lastSeenAt externalId?");
    assert.equal(log_in.user.role, role ?? "user");
    return { id: log_in.user.id, name, token: log_in.accessToken, refreshToken: log_in.refreshToken };
}

/// Logs out, after which the token is good for nothing.
export async function leave({ value, ask }, { token, refreshToken }, path) {
    await value("POST", "/api/v1/auth/logout", { body: { refreshToken } });
    const { status, json } = await ask("GET", path, { token });
    assert.deepEqual([status, json.error.code], [401, "token_revoked"]);
}
