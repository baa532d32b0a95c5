// Files to attach, made when they are wanted, and the ways by which they come into the page.

import { deflateSync } from "node:zlib";

/// A PNG whose pixels `paint(x, y)` names, each `[red, green, blue]`.
function png(width, height, paint) {
    const rows = [];
    for (let y = 0; y < height; y += 1) {
        const row = Buffer.alloc(1 + width * 3);
        for (let x = 0; x < width; x += 1) row.set(paint(x, y), 1 + x * 3);
        rows.push(row);
    }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk("IHDR", head),
        chunk("IDAT", deflateSync(Buffer.concat(rows))),
        chunk("IEND", Buffer.alloc(0)),
    ]);
}

function chunk(kind, content) {
    const named = Buffer.concat([Buffer.from(kind, "latin1"), content]);
    const framed = Buffer.alloc(named.length + 8);
    framed.writeUInt32BE(content.length, 0);
    framed.set(named, 4);
    framed.writeUInt32BE(crc(named), named.length + 4);
    return framed;
}

function crc(bytes) {
    let value = 0xffffffff;
    for (const byte of bytes) {
        value ^= byte;
        for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (0xedb88320 & -(value & 1));
    }
    return (value ^ 0xffffffff) >>> 0;
}

/// Of one colour, with a darker lower half.
export function picture(name, width = 640, height = 400, colour = [60, 140, 200]) {
    const dark = colour.map((part) => part * 0.6);
    const buffer = png(width, height, (_x, y) => (y < height / 2 ? colour : dark));
    return { name, mimeType: "image/png", buffer, size: [width, height] };
}

/// A sky, a sun, the sea and two hills, in the light of the time of day.
export function scenery(name, width, height, evening = false) {
    const [high, low] = evening
        ? [
              [56, 62, 120],
              [250, 164, 96],
          ]
        : [
              [84, 150, 222],
              [206, 230, 248],
          ];
    const [sea, near, far] = evening
        ? [
              [70, 66, 110],
              [34, 32, 58],
              [62, 52, 86],
          ]
        : [
              [48, 120, 168],
              [58, 104, 62],
              [110, 146, 120],
          ];
    const mix = (from, to, share) => from.map((part, i) => part + (to[i] - part) * share);
    const buffer = png(width, height, (x, y) => {
        const across = x / width;
        const down = y / height;
        const farHill = 0.56 - 0.16 * Math.sin(across * 5.2 + 0.4) - 0.03 * Math.sin(across * 21);
        const nearHill = 0.92 - 0.22 * Math.sin(across * 3.1 + 2.2) - 0.02 * Math.sin(across * 34);
        if (down > nearHill) return mix(near, [0, 0, 0], (down - nearHill) * 0.8);
        if (down > 0.64) return mix(sea, low, Math.max(0, 0.5 - (down - 0.64) * 2));
        const sun = Math.hypot(x - width * 0.7, y - height * 0.3) / Math.min(width, height);
        if (down > farHill) return far;
        if (sun < 0.07) return evening ? [255, 226, 170] : [255, 250, 224];
        return mix(high, low, Math.min(1, down / 0.6));
    });
    return { name, mimeType: "image/png", buffer, size: [width, height] };
}

export function text(name, content) {
    return { name, mimeType: "text/plain", buffer: Buffer.from(content) };
}

/// Bytes that no compression makes fewer.
export function bulk(name, size) {
    const buffer = Buffer.alloc(size);
    let state = 1;
    for (let at = 0; at < size; at += 1) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        buffer[at] = state >>> 16;
    }
    return { name, mimeType: "application/octet-stream", buffer };
}

/// A film of a moment, recorded by the page's own browser.
export async function film(page, name) {
    const bytes = await page.evaluate(async () => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
        const pen = canvas.getContext("2d");
        const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
        const parts = [];
        recorder.ondataavailable = ({ data }) => parts.push(data);
        const stopped = new Promise((resolve) => (recorder.onstop = resolve));
        recorder.start();
        for (let frame = 0; frame < 12; frame += 1) {
            pen.fillStyle = `hsl(${frame * 30} 60% 50%)`;
            pen.fillRect(0, 0, 320, 180);
            await new Promise((resolve) => setTimeout(resolve, 40));
        }
        recorder.stop();
        await stopped;
        return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
    });
    return { name, mimeType: "video/webm", buffer: Buffer.from(bytes) };
}

/// Chooses files with the button, beside the log or in the thread.
export async function attach(page, files, within = ".conversation .composer") {
    const chooser = page.waitForEvent("filechooser");
    await page
        .locator(within)
        .getByRole("button", { name: /Attach files|파일 첨부/ })
        .click();
    await (await chooser).setFiles(files);
}

async function transferOf(page, files) {
    const plain = files.map(({ name, mimeType, buffer }) => ({
        name,
        mimeType,
        bytes: [...buffer],
    }));
    return page.evaluateHandle((all) => {
        const transfer = new DataTransfer();
        for (const { name, mimeType, bytes } of all)
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
        return transfer;
    }, plain);
}

export async function hold(page, selector, files) {
    const dataTransfer = await transferOf(page, files);
    await page.dispatchEvent(selector, "dragenter", { dataTransfer });
    return dataTransfer;
}

export async function drop(page, selector, files) {
    const dataTransfer = await transferOf(page, files);
    await page.dispatchEvent(selector, "drop", { dataTransfer });
}

export async function paste(page, files) {
    const transfer = await transferOf(page, files);
    await page.locator(".conversation .composer textarea").evaluate((area, clipboardData) => {
        const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true });
        Object.defineProperty(event, "clipboardData", { value: clipboardData });
        area.dispatchEvent(event);
    }, transfer);
}

/// So many bytes a second go up from this page, until it is called with none.
export async function slowDown(page, bytesPerSecond = -1) {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: bytesPerSecond,
    });
    return session;
}
