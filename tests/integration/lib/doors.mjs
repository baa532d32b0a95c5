// The front doors of the other systems over HTTP, and the host application's server beside them.

import assert from "node:assert/strict";

import { Chatd, scratch } from "./chatd.mjs";

export const hostKey = "the key of the host application";

/// A chatd, and the words in which its doors are spoken to.
export async function open(t, args = []) {
    const chatd = await Chatd.start(t, await scratch(t), {
        args,
        env: { CHATD_AUTH_HOST_KEY: hostKey },
    });
    const ask = async (method, path, { token, body, headers = {} } = {}) => {
        const response = await fetch(chatd.url + path, {
            method,
            headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await response.text();
        let json;
        try {
            json = JSON.parse(text);
        } catch {
            json = undefined;
        }
        return { status: response.status, json, text, headers: response.headers };
    };
    const value = async (...question) => {
        const answer = await ask(...question);
        assert.ok(answer.status < 300, `${question[0]} ${question[1]}: ${answer.status} ${answer.text}`);
        return answer.json;
    };
    /// As the host application's server.
    const host = (method, path, body) => value(method, path, { headers: { "X-Chatd-Key": hostKey }, body });
    const register = (type, id, owner, title) =>
        host("PUT", `/api/v1/contexts/${type}/${id}`, { ownerId: owner.id, title });
    /// Signs up, with a role that the token says.
    const person = async (name, role) => {
        const made = await value("POST", "/api/auth/signup", {
            body: { email: `${name}@example.org`, password: `password of ${name}`, nickname: name },
        });
        const one = { id: made.userId, token: made.token, name };
        if (!role) return one;
        await host("PUT", `/api/v1/admin/users/${one.id}`, { role });
        const again = await value("POST", "/api/auth/login", {
            body: { email: made.email, password: `password of ${name}` },
        });
        return { ...one, token: again.token };
    };
    return { chatd, ask, value, host, register, person };
}
