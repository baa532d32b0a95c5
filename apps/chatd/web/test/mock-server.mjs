// A fixture for looking at the page while developing it: a small server in memory that speaks as much
// of `/api/v1` and `chat.v1` as the page uses. It keeps nothing and promises nothing; the real server
// is chatd, and the page's tests run against that.
//
//     npm run build && npm run mock        serves dist/ on http://127.0.0.1:8090

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const CSP =
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob: https:; style-src 'self'; script-src 'self'";

let position = 1000;
const next = () => (position += 1);
const now = () => new Date().toISOString();
const users = new Map();
const rooms = new Map();
const sessions = new Set();

class Refusal extends Error {
    constructor(status, code) {
        super(code);
        this.status = status;
        this.code = code;
    }
}

const publicUser = ({ id, nickname, lastSeenAt }) => ({ id, nickname, profileImageUrl: null, role: "user", statusText: null, lastSeenAt });
const isOnline = (id) => [...sessions].some((session) => session.user?.id === id);
const tokens = (user) => ({ accessToken: `a.${user.id}`, refreshToken: `r.${user.id}.${(user.rotation = next())}`, expiresIn: 3600, user: { ...publicUser(user), email: user.email } });
const userOf = (token) => {
    const user = users.get(Number(String(token ?? "").split(".")[1]));
    if (!user) throw new Refusal(401, "unauthenticated");
    return user;
};
const roomOf = (id, user, mustBeMember = true) => {
    const room = rooms.get(Number(id));
    if (!room) throw new Refusal(404, "not_found");
    if (mustBeMember && !room.members.get(user.id)?.isActive) throw new Refusal(403, "not_a_member");
    return room;
};

function roomShape(room) {
    const last = room.messages.at(-1);
    return {
        id: room.id, kind: room.kind, title: room.title, open: room.open, context: null,
        participantCount: [...room.members.values()].filter((m) => m.isActive).length,
        lastMessage: last ? { id: last.id, senderId: last.senderId, senderNickname: last.senderNickname, type: last.type, content: last.content, createdAt: last.createdAt } : null,
        lastActivityAt: room.lastActivityAt, notice: null, position: room.position, createdAt: room.createdAt, updatedAt: room.lastActivityAt,
    };
}

function personalShape(room, user) {
    const member = room.members.get(user.id);
    const peer = room.kind === "direct" ? [...room.members.keys()].find((id) => id !== user.id) : undefined;
    return {
        ...roomShape(room),
        unreadCount: member ? room.messages.filter((m) => m.id > member.readPosition && !m.deletedAt).length : 0,
        readPosition: member?.readPosition ?? null, favorite: false, muted: false, role: member?.isActive ? member.role : null,
        ...(peer && { peer: publicUser(users.get(peer)) }),
    };
}

function publish(room, type, payload) {
    const prev = room.position;
    room.position = payload.position ?? next();
    const event = { type, roomId: room.id, position: room.position, prev, ...payload.body };
    room.log.push({ position: room.position, type, ...payload.body });
    for (const session of sessions) {
        if (session.attached.has(room.id)) session.send(event);
        if (type.startsWith("message") && room.members.has(session.user.id)) session.list(room);
    }
}

function post(user, { roomId, content, clientKey, parentId, type }) {
    const room = roomOf(roomId, user);
    if (!content?.trim()) throw new Refusal(422, "empty");
    if ([...content].length > 1000) throw new Refusal(422, "too_long");
    const known = room.messages.find((m) => m.clientKey === clientKey && clientKey && m.senderId === user.id);
    if (known) return known;
    const id = next();
    const message = {
        id, roomId: room.id, senderId: user.id, senderNickname: user.nickname, type: type ?? "text", content, attachments: [], clientKey,
        parentId: parentId ?? null, reactions: [], seq: room.messages.length + 1, changedAt: id, createdAt: now(), editedAt: null, editCount: 0, deletedAt: null,
    };
    room.messages.push(message);
    room.lastActivityAt = message.createdAt;
    room.members.get(user.id).readPosition = id;
    publish(room, "message", { position: id, body: { message } });
    return message;
}

function change(user, messageId, alter) {
    for (const room of rooms.values()) {
        const message = room.messages.find((m) => m.id === messageId);
        if (!message) continue;
        if (message.senderId !== user.id) throw new Refusal(403, "forbidden");
        const at = next();
        Object.assign(message, alter(message), { changedAt: at });
        publish(room, "message.changed", { position: at, body: { message: { ...message } } });
        return message;
    }
    throw new Refusal(404, "not_found");
}

function addMember(room, user, role) {
    const member = room.members.get(user.id) ?? { userId: user.id, nickname: user.nickname, profileImageUrl: null, joinedAt: now(), readPosition: position };
    Object.assign(member, { role, isActive: true, leftAt: null });
    room.members.set(user.id, member);
    return member;
}

function createRoom(kind, title, open, creator, others) {
    const id = next();
    const room = { id, kind, title, open, members: new Map(), messages: [], log: [], position: id, createdAt: now(), lastActivityAt: now() };
    addMember(room, creator, kind === "group" ? "owner" : "member");
    for (const other of others) addMember(room, other, "member");
    rooms.set(id, room);
    for (const session of sessions) if (room.members.has(session.user?.id)) session.list(room, true);
    return room;
}

function openDirect(user, otherId) {
    const other = users.get(Number(otherId));
    if (!other) throw new Refusal(404, "not_found");
    if (other.id === user.id) throw new Refusal(422, "self_room");
    const key = (room) => room.kind === "direct" && room.members.has(user.id) && room.members.has(other.id);
    return [...rooms.values()].find(key) ?? createRoom("direct", null, false, user, [other]);
}

function history(room, { before, after, around, limit = 50 }) {
    const all = room.messages;
    if (around) {
        const at = all.findIndex((m) => m.id >= around);
        const from = Math.max(0, at - limit / 2);
        return { items: all.slice(from, from + limit).reverse(), hasMore: from > 0 };
    }
    if (after) {
        const newer = all.filter((m) => m.id > after);
        return { items: newer.slice(0, limit), hasMore: newer.length > limit };
    }
    const older = before ? all.filter((m) => m.id < before) : all;
    return { items: older.slice(-limit).reverse(), hasMore: older.length > limit };
}

function changesSince(room, since) {
    const states = new Map();
    for (const { position: at, type, message, member, room: shape } of room.log) {
        if (at <= since) continue;
        const kind = type.startsWith("message") ? "message" : type;
        const id = `${kind}${message?.id ?? member?.userId ?? ""}`;
        states.delete(id);
        states.set(id, { kind, position: at, message, member, room: shape });
    }
    return [...states.values()];
}

function member(room, user, role, isActive) {
    const entry = isActive ? addMember(room, user, role) : Object.assign(room.members.get(user.id), { isActive: false, leftAt: now() });
    publish(room, "member", { body: { member: { ...entry } } });
    for (const session of sessions) if (isActive && session.user.id === user.id) session.list(room, true);
}

const requests = {
    auth: () => ({}),
    rooms: ({ user }, { limit = 50, cursor = 0 }) => {
        const all = [...rooms.values()].filter((room) => room.members.get(user.id)?.isActive)
            .sort((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt) || b.id - a.id);
        const end = Number(cursor) + limit;
        return { items: all.slice(Number(cursor), end).map((room) => personalShape(room, user)), nextCursor: end < all.length ? String(end) : null, hasMore: end < all.length };
    },
    attach: (session, { roomId, since }) => {
        const room = roomOf(roomId, session.user);
        session.attached.add(room.id);
        if (since !== undefined) setTimeout(() => session.resume(room, since));
        return { position: room.position };
    },
    detach: (session, { roomId }) => void session.attached.delete(roomId) ?? {},
    open: ({ user }, { userId }) => ({ room: personalShape(openDirect(user, userId), user) }),
    create: ({ user }, { title, memberIds, open }) => ({ room: personalShape(createRoom("group", title, !!open, user, memberIds.map((id) => users.get(id))), user) }),
    join: ({ user }, { roomId }) => {
        const room = roomOf(roomId, user, false);
        member(room, user, "member", true);
        return { room: personalShape(room, user) };
    },
    leave: ({ user }, { roomId }) => {
        const room = roomOf(roomId, user);
        member(room, user, "member", false);
        return { room: personalShape(room, user) };
    },
    invite: ({ user }, { roomId, userIds }) => {
        const room = roomOf(roomId, user);
        for (const id of userIds) member(room, users.get(id), "member", true);
        return { room: personalShape(room, user) };
    },
    remove: ({ user }, { roomId, userId }) => {
        const room = roomOf(roomId, user);
        member(room, users.get(userId), "member", false);
        return { room: personalShape(room, user) };
    },
    rename: ({ user }, { roomId, title }) => {
        const room = roomOf(roomId, user);
        room.title = title;
        publish(room, "room", { body: { room: roomShape(room) } });
        return { room: personalShape(room, user) };
    },
    post: ({ user }, fields) => ({ message: post(user, fields) }),
    edit: ({ user }, { messageId, content }) => ({ message: change(user, messageId, (m) => ({ content, editedAt: now(), editCount: m.editCount + 1 })) }),
    delete: ({ user }, { messageId }) => ({ message: change(user, messageId, () => ({ content: "", deletedAt: now() })) }),
    read: (session, { roomId, messageId }) => {
        const room = roomOf(roomId, session.user);
        const entry = room.members.get(session.user.id);
        const to = messageId ?? room.messages.at(-1)?.id ?? 0;
        if (to > entry.readPosition) {
            entry.readPosition = to;
            publish(room, "member", { body: { member: { ...entry } } });
            for (const other of sessions) if (other.user.id === session.user.id) other.list(room);
        }
        return {};
    },
    history: ({ user }, fields) => history(roomOf(fields.roomId, user), fields),
    changes: ({ user }, { roomId, since }) => {
        const room = roomOf(roomId, user);
        return { items: changesSince(room, since), nextCursor: room.position, hasMore: false };
    },
};

class Session {
    attached = new Set();
    user = undefined;

    constructor(socket) {
        this.socket = socket;
        socket.on("message", (data) => this.receive(JSON.parse(String(data))));
        socket.on("close", () => this.leave());
    }

    send(frame) {
        this.socket.send(JSON.stringify(frame));
    }

    list(room, isNew = false) {
        const shape = personalShape(room, this.user);
        const { unreadCount, lastMessage, lastActivityAt } = shape;
        this.send({ type: "list", roomId: room.id, unreadCount, lastMessage, lastActivityAt, totalUnread: 0, ...(isNew && { room: shape }) });
    }

    resume(room, since) {
        let prev = since;
        for (const { kind, position: at, ...body } of changesSince(room, since)) {
            this.send({ type: kind === "message" ? "message.changed" : kind, roomId: room.id, position: at, prev, ...body });
            prev = at;
        }
        this.send({ type: "resumed", roomId: room.id, position: room.position, truncated: false });
    }

    presence(status) {
        const peers = new Set([...rooms.values()].filter((room) => room.members.has(this.user.id)).flatMap((room) => [...room.members.keys()]));
        for (const other of sessions) {
            if (other !== this && peers.has(other.user?.id)) other.send({ type: "presence", userId: this.user.id, status, lastSeenAt: now() });
        }
    }

    receive({ id, type, ...fields }) {
        try {
            if (type === "hello") return this.hello(id, fields);
            if (type === "typing") {
                for (const other of sessions) {
                    if (other !== this && other.attached.has(fields.roomId)) other.send({ type, userId: this.user.id, ...fields });
                }
                return;
            }
            this.send({ id, type: "ok", ...requests[type](this, fields) });
        } catch (error) {
            this.send({ id, type: "error", error: { code: error.code ?? "internal", message: error.message, details: {} } });
        }
    }

    hello(id, { token, resume = {} }) {
        this.user = userOf(token);
        sessions.add(this);
        this.send({ id, type: "ok", user: publicUser(this.user), session: "mock", heartbeatSeconds: 25 });
        for (const [roomId, since] of Object.entries(resume)) {
            this.attached.add(Number(roomId));
            this.resume(rooms.get(Number(roomId)), since);
        }
        this.presence("online");
    }

    leave() {
        sessions.delete(this);
        if (!this.user || isOnline(this.user.id)) return;
        this.user.lastSeenAt = now();
        this.presence("offline");
    }
}

const page = (items) => ({ items, nextCursor: null, hasMore: false });

function answer(method, url, body, user) {
    const path = url.pathname.replace("/api/v1", "");
    const query = (url.searchParams.get("query") ?? "").toLowerCase();
    if (path === "/auth/signup") {
        const taken = [...users.values()].some(({ email }) => email === body.email);
        if (taken) throw new Refusal(409, "email_taken");
        const created = { id: next(), ...body, lastSeenAt: now() };
        users.set(created.id, created);
        return tokens(created);
    }
    if (path === "/auth/login") {
        const found = [...users.values()].find(({ email, password }) => email === body.email && password === body.password);
        if (!found) throw new Refusal(401, "bad_credentials");
        return tokens(found);
    }
    if (path === "/auth/refresh") {
        const owner = userOf(body.refreshToken);
        if (body.refreshToken !== `r.${owner.id}.${owner.rotation}`) throw new Refusal(401, "token_revoked");
        return tokens(owner);
    }
    if (path === "/auth/logout") return {};
    const me = user();
    const session = { user: me, attached: new Set() };
    if (path === "/users") return page([...users.values()].filter((u) => u.nickname.toLowerCase().includes(query)).map(publicUser));
    if (path === "/chatrooms/search") return page([...rooms.values()].filter((r) => r.kind === "group" && (r.open || r.members.has(me.id)) && r.title.toLowerCase().includes(query)).map((r) => personalShape(r, me)));
    if (path === "/chatrooms/direct") return requests.open(session, body).room;
    if (path === "/chatrooms" && method === "POST") return requests.create(session, body).room;
    const [, kind, id, what] = path.split("/");
    if (kind === "chatrooms" && !what) return personalShape(roomOf(id, me, false), me);
    if (what === "participants") return page([...roomOf(id, me).members.values()]);
    if (what === "online") return { items: [...roomOf(id, me).members.keys()].filter(isOnline) };
    if (kind === "messages" && method === "POST") {
        return path === "/messages/mark-read" ? requests.read(session, body) : post(me, { roomId: id, ...body });
    }
    if (kind === "messages" && method === "GET") return history(roomOf(id, me), { limit: 100 });
    if (kind === "messages" && method === "PUT") return requests.edit(session, { messageId: Number(id), ...body }).message;
    if (kind === "message") {
        for (const room of rooms.values()) for (const message of room.messages) if (message.id === Number(id)) return message;
    }
    throw new Refusal(404, "not_found");
}

async function handle(request, response) {
    const url = new URL(request.url, "http://mock");
    if (!url.pathname.startsWith("/api/")) {
        const name = url.pathname === "/" ? "index.html" : url.pathname;
        const file = await readFile(join(DIST, name)).catch(() => undefined);
        response.writeHead(file ? 200 : 404, { "Content-Type": TYPES[extname(name)] ?? "text/plain", "Content-Security-Policy": CSP });
        return response.end(file);
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    let status = 200;
    let result;
    try {
        result = answer(request.method, url, body, () => userOf(request.headers.authorization?.slice(7)));
    } catch (error) {
        status = error.status ?? 500;
        result = { error: { code: error.code ?? "internal", message: error.message, details: {} } };
    }
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(result));
}

const server = createServer((request, response) => void handle(request, response));
const sockets = new WebSocketServer({ server, path: "/ws", handleProtocols: () => "chat.v1" });
sockets.on("connection", (socket) => new Session(socket));
server.listen(Number(process.env.PORT ?? 8090), "127.0.0.1", () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
