// A WebSocket client by hand, which can do everything wrong and forgives nothing.

import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import zlib from "node:zlib";

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const WAIT_MS = 20_000;

/// A client's frame. `rsv`: 4 is RSV1. `length` lies about the payload's; `wide` (16 or 64) writes it
/// in more bytes than it needs.
export function frame(opcode, payload = "", { fin = true, rsv = 0, masked = true, length, wide } = {}) {
    const bytes = Buffer.from(payload);
    const told = BigInt(length ?? bytes.length);
    const size = wide ?? (told < 126n ? 7 : told <= 0xffffn ? 16 : 64);
    const head = [Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode])];
    const mask = masked ? 0x80 : 0;
    if (size === 7) {
        head.push(Buffer.from([mask | Number(told)]));
    } else {
        const wideLength = Buffer.alloc(size === 16 ? 2 : 8);
        if (size === 16) wideLength.writeUInt16BE(Number(told));
        else wideLength.writeBigUInt64BE(told);
        head.push(Buffer.from([mask | (size === 16 ? 126 : 127)]), wideLength);
    }
    if (!masked) return Buffer.concat([...head, bytes]);
    const key = randomBytes(4);
    const hidden = Buffer.from(bytes);
    for (let i = 0; i < hidden.length; ++i) hidden[i] ^= key[i & 3];
    return Buffer.concat([...head, key, hidden]);
}

export function closeFrame(code, reason = "") {
    const bytes = Buffer.from([code >> 8, code & 255]);
    return frame(CLOSE, Buffer.concat([bytes, Buffer.from(reason)]));
}

/// A message in fragments of so many bytes.
export function fragments(opcode, payload, size, rsv = 0) {
    const bytes = Buffer.from(payload);
    const all = [];
    for (let at = 0; at < bytes.length || at === 0; at += size) {
        const last = at + size >= bytes.length;
        const first = at === 0;
        all.push(frame(first ? opcode : CONTINUATION, bytes.subarray(at, at + size),
            { fin: last, rsv: first ? rsv : 0 }));
    }
    return Buffer.concat(all);
}

/// What RFC 7692 section 7.2.1 makes of a message, without context.
export function deflated(text, options = {}) {
    const bytes = zlib.deflateRawSync(Buffer.from(text), { finishFlush: zlib.constants.Z_SYNC_FLUSH, ...options });
    return bytes.subarray(0, bytes.length - 4);
}

/// Bytes that are written a moment after those before them, so that they come in a read of their own.
export class Later {
    constructor(bytes, ms = 30) {
        Object.assign(this, { bytes, ms });
    }
}

export class RawSocket {
    status = 0;
    headers = new Map();
    #buffer = Buffer.alloc(0);
    #waiting = [];
    #ended = false;
    #message = null; // of fragments
    windowBits = 0; // of the server's frames, where deflate was agreed

    /// Sends the handshake and reads its answer; `behind` comes with the same write.
    static async open(port, { path = "/", extensions, protocols, method = "GET", version = "HTTP/1.1",
        fields = {}, behind = Buffer.alloc(0) } = {}) {
        const socket = new RawSocket();
        const key = randomBytes(16).toString("base64");
        const all = {
            Host: `127.0.0.1:${port}`, Upgrade: "websocket", Connection: "Upgrade",
            "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Extensions": extensions, "Sec-WebSocket-Protocol": protocols, ...fields,
        };
        let head = `${method} ${path} ${version}\r\n`;
        for (const [name, value] of Object.entries(all))
            for (const each of Array.isArray(value) ? value : [value])
                if (each !== undefined && each !== null) head += `${name}: ${each}\r\n`;
        socket.tcp = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
        socket.tcp.on("error", () => socket.#end());
        socket.tcp.on("end", () => socket.#end());
        socket.tcp.on("close", () => socket.#end());
        socket.tcp.on("data", (data) => {
            socket.#buffer = socket.#buffer.length === 0 ? data : Buffer.concat([socket.#buffer, data]);
            socket.#wake();
        });
        socket.tcp.write(Buffer.concat([Buffer.from(`${head}\r\n`), behind]));
        await socket.#readHead();
        socket.accepted = socket.headers.get("sec-websocket-accept") ===
            createHash("sha1").update(key + GUID).digest("base64");
        const agreed = socket.headers.get("sec-websocket-extensions");
        if (agreed) socket.windowBits = Number(/server_max_window_bits=(\d+)/.exec(agreed)?.[1] ?? 15);
        return socket;
    }

    /// Writes one after the other.
    async send(...pieces) {
        for (const piece of pieces.flat()) {
            if (piece instanceof Later) await new Promise((resolve) => setTimeout(resolve, piece.ms));
            this.tcp.write(piece instanceof Later ? piece.bytes : piece);
        }
    }

    /// The next whole message or control frame: { opcode, payload, text, code }; null where the
    /// server has ended. Throws where it breaks the protocol.
    async next() {
        for (;;) {
            const found = this.#take();
            if (found) return found;
            if (this.#ended) {
                if (this.#buffer.length > 0) throw new Error("the server ended within a frame");
                return null;
            }
            await this.#more();
        }
    }

    /// Whether the server ends the connection, with nothing more said.
    async ends() {
        return (await this.next()) === null;
    }

    destroy() {
        this.tcp.destroy();
    }

    async #readHead() {
        for (;;) {
            const end = this.#buffer.indexOf("\r\n\r\n");
            if (end >= 0) {
                const [first, ...rest] = this.#buffer.subarray(0, end).toString("latin1").split("\r\n");
                this.status = Number(first.split(" ")[1]);
                for (const line of rest) {
                    const colon = line.indexOf(":");
                    this.headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
                }
                this.#buffer = this.#buffer.subarray(end + 4);
                return;
            }
            if (this.#ended) return;
            await this.#more();
        }
    }

    #take() {
        const buffer = this.#buffer;
        if (buffer.length < 2) return null;
        const [first, second] = buffer;
        const opcode = first & 15;
        const fin = (first & 0x80) !== 0;
        const compressed = (first & 0x40) !== 0;
        if ((first & 0x30) !== 0) throw new Error("RSV2 or RSV3 is set");
        if ((second & 0x80) !== 0) throw new Error("a server's frame is masked");
        let length = second;
        let at = 2;
        if (second === 126) {
            if (buffer.length < 4) return null;
            length = buffer.readUInt16BE(2);
            at = 4;
            if (length < 126) throw new Error("the length is not minimal");
        } else if (second === 127) {
            if (buffer.length < 10) return null;
            length = Number(buffer.readBigUInt64BE(2));
            at = 10;
            if (length <= 0xffff) throw new Error("the length is not minimal");
        }
        if (buffer.length < at + length) return null;
        const payload = buffer.subarray(at, at + length);
        this.#buffer = buffer.subarray(at + length);
        if (opcode >= CLOSE) {
            if (!fin || length > 125 || compressed) throw new Error("a malformed control frame");
            const code = opcode === CLOSE ? (length === 0 ? 1005 : payload.readUInt16BE(0)) : undefined;
            const text = (opcode === CLOSE ? payload.subarray(2) : payload).toString();
            return { opcode, payload, text, code, compressed };
        }
        if (compressed && this.windowBits === 0) throw new Error("deflate was not agreed on");
        if ((opcode === CONTINUATION) !== (this.#message !== null)) throw new Error("fragments out of order");
        if (opcode === CONTINUATION && compressed) throw new Error("RSV1 on a continuation");
        this.#message ??= { opcode, compressed, pieces: [], wire: 0 };
        this.#message.pieces.push(payload);
        this.#message.wire += length;
        if (!fin) return this.#take();
        const message = this.#message;
        this.#message = null;
        let whole = Buffer.concat(message.pieces);
        if (message.compressed) {
            // With a window of just the size that was agreed on: what refers further back fails.
            whole = zlib.inflateRawSync(Buffer.concat([whole, Buffer.from([0, 0, 255, 255])]), {
                finishFlush: zlib.constants.Z_SYNC_FLUSH, windowBits: this.windowBits, chunkSize: 64,
            });
        }
        const text = message.opcode === TEXT ? new TextDecoder("utf-8", { fatal: true }).decode(whole) : undefined;
        return { opcode: message.opcode, payload: whole, text, compressed: message.compressed, wire: message.wire };
    }

    #more() {
        return new Promise((resolve, reject) => {
            const late = setTimeout(() => reject(new Error("the server said nothing for too long")), WAIT_MS);
            this.#waiting.push(() => {
                clearTimeout(late);
                resolve();
            });
        });
    }

    #wake() {
        for (const each of this.#waiting.splice(0)) each();
    }

    #end() {
        this.#ended = true;
        this.#wake();
    }
}
