// People and rooms made over HTTP, so that a check begins where it wants to.

export class Person {
    constructor(base, email, { accessToken, user }) {
        this.base = base;
        this.email = email;
        this.token = accessToken;
        this.id = user.id;
        this.nickname = user.nickname;
    }

    static async signUp(base, nickname, email) {
        const tokens = await call(base, "POST", "/auth/signup", {
            email,
            password: PASSWORD,
            nickname,
        });
        return new Person(base, email, tokens);
    }

    call(method, path, body) {
        return call(this.base, method, path, body, this.token);
    }

    direct(other) {
        return this.call("POST", "/chatrooms/direct", { userId: other.id });
    }

    group(title, others, open = false) {
        return this.call("POST", "/chatrooms", {
            title,
            memberIds: others.map(({ id }) => id),
            open,
        });
    }

    post(roomId, content, parentId) {
        return this.call("POST", `/messages/${roomId}`, { content, ...(parentId && { parentId }) });
    }

    /// A message that shows these files, each as the page itself would send it.
    async postFiles(roomId, content, files) {
        const attachments = [];
        for (const { name, buffer } of files) {
            const response = await fetch(
                `${this.base}/api/v1/attachments?name=${encodeURIComponent(name)}`,
                {
                    method: "POST",
                    headers: {
                        "Content-Type": "application/octet-stream",
                        Authorization: `Bearer ${this.token}`,
                    },
                    body: buffer,
                },
            );
            if (!response.ok) throw new Error(`upload: ${response.status}`);
            attachments.push(await response.json());
        }
        const kinds = new Set(attachments.map(({ contentType }) => contentType.split("/")[0]));
        const type = kinds.size === 1 && kinds.has("image") ? "image" : "file";
        const sizes = files.map(({ size }) => size ?? null);
        const body = { content, type, attachments, metadata: { sizes } };
        return this.call("POST", `/messages/${roomId}`, body);
    }

    bookmark(messageId) {
        return this.call("POST", "/messages/bookmark", { messageId });
    }

    /// With the people named in the text, each as `@` and their name.
    mention(roomId, content, people) {
        const mentions = people.map(({ id, nickname }) => {
            const name = `@${nickname}`;
            const start = [...content.slice(0, content.indexOf(name))].length;
            return { userId: id, start, length: [...name].length };
        });
        return this.call("POST", `/messages/${roomId}`, { content, mentions });
    }

    react(messageId, reaction) {
        return this.call("POST", "/messages/reaction", { messageId, reaction });
    }

    pin(messageId) {
        return this.call("POST", "/messages/pin", { messageId });
    }

    /// Both become friends.
    async befriend(other) {
        const { id } = await this.call("POST", "/users/friends/requests", { userId: other.id });
        await other.call("POST", `/users/friends/requests/${id}/accept`);
    }

    read(roomId) {
        return this.call("POST", "/messages/mark-read", { roomId });
    }

    history(roomId) {
        return this.call("GET", `/messages/${roomId}?limit=100`);
    }
}

export const PASSWORD = "correct horse battery";

async function call(base, method, path, body, token) {
    // A person may post ten messages a second; who prepares a room waits as told.
    for (let attempt = 0; attempt < 20; attempt += 1) {
        const response = await fetch(`${base}/api/v1${path}`, {
            method,
            headers: {
                "Content-Type": "application/json",
                "X-Chatd-Form": "canonical",
                ...(token && { Authorization: `Bearer ${token}` }),
            },
            ...(body && { body: JSON.stringify(body) }),
        });
        const answer = await response.json().catch(() => undefined);
        if (response.ok) return answer;
        if (response.status !== 429) {
            throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 300));
    }
    throw new Error(`${method} ${path}: refused as too many, again and again`);
}
