// Files: chosen, dropped and pasted, uploaded with progress, shown at the other end.

import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { act, bubble, logIn, openRoom, PHONE, write } from "../lib/browser.mjs";
import { pause } from "../lib/chatd.mjs";
import { assert, storedTexts, until } from "../lib/expect.mjs";
import { attach, bulk, drop, film, hold, paste, picture, slowDown, text } from "../lib/files.mjs";

async function pair(stage, options) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const { id } = await ann.direct(bob);
    const a = await stage.openAs(ann, options);
    await openRoom(a, "Bob Brook");
    await a.locator(".composer textarea").waitFor();
    return { ann, bob, id, a };
}

const stored = async (person, id) => (await person.history(id)).items.reverse();
const send = (page) => page.locator(".composer .send").click();
const isDrawn = (image) => image.evaluate((node) => node.complete && node.naturalWidth > 0);
const boxOf = (locator) =>
    locator.evaluate((node) => {
        const { width, height } = node.getBoundingClientRect();
        return { width: Math.round(width), height: Math.round(height) };
    });

export const files = {
    "a picture is seen before it is sent, comes to the other in its proportions, and opens large": {
        async run(stage) {
            const { ann, bob, id, a } = await pair(stage);
            const b = await stage.openAs(bob);
            await openRoom(b, "Ann Arbor");
            await attach(a, [picture("first.png", 800, 400)]);
            const chosen = a.locator(".tray-file");
            await chosen.getByText("first.png").waitFor();
            await until("it is drawn", () => isDrawn(chosen.locator("img")));
            assert.match(await chosen.innerText(), /byte|kB/);
            await a.locator(".composer textarea").fill("the view");
            await a.keyboard.press("Enter");
            assert.equal(await chosen.count(), 0);
            const shown = bubble(b, "the view").locator(".picture");
            await shown.waitFor();
            // Its room is there before it is.
            assert.deepEqual(await boxOf(shown), { width: 300, height: 150 });
            await until("bob sees it", () => isDrawn(shown.locator("img")));
            assert.deepEqual(await boxOf(shown), { width: 300, height: 150 });
            const [message] = await stored(ann, id);
            assert.equal(message.type, "image");
            assert.equal(message.attachments[0].contentType, "image/png");
            await bubble(a, "the view")
                .getByRole("img", { name: /Sent|Read/ })
                .waitFor();

            // Without a text, and a second one to go on to.
            await attach(a, [picture("second.png", 200, 300, [200, 90, 60])]);
            await send(a);
            await until("both are stored", async () => (await stored(ann, id)).length === 2);
            const preview = b.locator(".room-preview").first();
            await until("the list says so", async () => (await preview.innerText()) === "Photo");
            await shown.focus();
            await b.keyboard.press("Enter");
            const large = b.getByRole("dialog", { name: "Picture" });
            await until("it is large", () => isDrawn(large.locator(".lightbox-picture")));
            await large.getByText("first.png · 1 of 2").waitFor();
            await b.keyboard.press("ArrowRight");
            await large.getByText("second.png · 2 of 2").waitFor();
            await b.keyboard.press("ArrowLeft");
            await large.getByText("first.png · 1 of 2").waitFor();
            await b.keyboard.press("Escape");
            await large.waitFor({ state: "detached" });
            assert.equal(
                await shown.evaluate((node) => node === document.activeElement),
                true,
                "the focus is where it was",
            );
        },
    },
    "several go in one message, and each is downloaded as what it was": {
        async run(stage) {
            const { ann, bob, id, a } = await pair(stage);
            const b = await stage.openAs(bob);
            const notes = text("notes 한글.txt", "buy bread\n");
            await attach(a, [notes, bulk("figures.bin", 5000), picture("a.png", 300, 300)]);
            await a.locator(".tray-file").nth(2).waitFor();
            await send(a);
            await until("it is stored", async () => (await stored(ann, id)).length === 1);
            const [message] = await stored(ann, id);
            assert.deepEqual(
                [message.type, message.content, message.attachments.map(({ name }) => name)],
                ["file", "", ["notes 한글.txt", "figures.bin", "a.png"]],
            );
            await b.locator(".room-preview", { hasText: "File: notes 한글.txt" }).waitFor();
            await openRoom(b, "Ann Arbor");
            const download = b.waitForEvent("download");
            await b.getByRole("button", { name: /notes 한글.txt/ }).click();
            const got = await download;
            assert.equal(got.suggestedFilename(), "notes 한글.txt");
            assert.equal(String(await readFile(await got.path())), "buy bread\n");
            await until("the picture too", () => isDrawn(b.locator(".picture img")));
            // Deleted, nothing of it is left.
            await a.locator(".log .line .bubble").last().focus();
            await a.getByRole("button", { name: "More actions" }).last().click();
            await a.getByRole("menuitem", { name: "Delete" }).click();
            await a.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
            await bubble(b, "Message deleted").waitFor();
            assert.equal(await b.locator(".picture, .file").count(), 0);
            await b.locator(".room-preview", { hasText: "Message deleted" }).waitFor();
        },
    },
    "an upload tells how far it is, lets others pass, and is cancelled": {
        async run(stage) {
            const { ann, id, a } = await pair(stage);
            await slowDown(a, 300_000);
            await attach(a, [bulk("large.bin", 6_000_000)]);
            await a.locator(".composer textarea").fill("too much?");
            await a.keyboard.press("Enter");
            const line = a.locator(".log .line", { hasText: "too much?" });
            const bar = line.getByRole("progressbar", { name: "Uploading large.bin" });
            await bar.waitFor();
            const percent = async () => Number(await bar.getAttribute("aria-valuenow"));
            await until("it moves", async () => (await percent()) > 0);
            const first = await percent();
            await until("it goes on", async () => (await percent()) > first);
            assert.match(await line.locator(".upload-text").innerText(), /^\d+%$/);
            await write(a, "meanwhile");
            await until("a text passes it", async () =>
                (await storedTexts(ann, id)).includes("meanwhile"),
            );
            await line.getByRole("button", { name: "Cancel the upload of large.bin" }).click();
            // What was written with it goes without it.
            await until("the text goes", async () => (await storedTexts(ann, id)).length === 2);
            assert.deepEqual((await stored(ann, id))[1].attachments, []);
            await attach(a, [bulk("other.bin", 6_000_000)]);
            await send(a);
            const cancel = a.getByRole("button", { name: "Cancel the upload of other.bin" });
            await cancel.click();
            await cancel.waitFor({ state: "detached" });
            await slowDown(a);
            await pause(300);
            assert.deepEqual(await storedTexts(ann, id), ["meanwhile", "too much?"]);
        },
    },
    "a file too large is told before it is sent": {
        async run(stage) {
            const { a } = await pair(stage);
            const folder = await mkdtemp(join(tmpdir(), "chatd-files-"));
            try {
                const large = join(folder, "everything.iso");
                await writeFile(large, "x");
                await truncate(large, 101 * 1024 * 1024);
                await attach(a, large);
                await a.locator(".tray-file").getByText("106 MB: too large, 105 MB").waitFor();
                assert.equal(await a.locator(".composer .send").isDisabled(), true);
                await attach(a, [text("empty.txt", "")]);
                await a.locator(".tray-file").getByText("This file is empty.").waitFor();
                for (const name of ["everything.iso", "empty.txt"])
                    await a.getByRole("button", { name: `Remove ${name}` }).click();
                assert.equal(await a.locator(".tray").count(), 0);
                const many = Array.from({ length: 11 }, (_, i) => text(`${i}.txt`, "x"));
                await attach(a, many);
                await a.getByText("Only 10 files go into one message.").waitFor();
                await a.getByRole("button", { name: "Remove 3.txt" }).click();
                await a.locator(".tray-problem").waitFor({ state: "detached" });
                assert.equal(await a.locator(".composer .send").isDisabled(), false);
            } finally {
                await rm(folder, { recursive: true, force: true });
            }
        },
    },
    "what the server refuses says why, beside it, and is tried again or let go": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.direct(bob);
            const a = await stage.open();
            // A server that has come to take less than it said when it greeted.
            await a.routeWebSocket(/\/ws$/, (socket) => {
                const server = socket.connectToServer();
                server.onMessage((frame) =>
                    socket.send(frame.replace(/"attachmentBytes":\d+/, '"attachmentBytes":1e12')),
                );
            });
            await a.reload();
            await logIn(a, ann);
            await openRoom(a, "Bob Brook");
            stage.expectConsole(/413/);
            const folder = await mkdtemp(join(tmpdir(), "chatd-files-"));
            try {
                const large = join(folder, "everything.iso");
                await writeFile(large, "x");
                await truncate(large, 101 * 1024 * 1024);
                await attach(a, large);
                await send(a);
                const failed = a.locator(".upload-failed", { hasText: "This is too large." });
                await failed.waitFor({ timeout: 60_000 });
                await a.getByRole("button", { name: "Try again" }).click();
                await failed.waitFor({ timeout: 60_000 });
                await a.getByRole("button", { name: "Discard" }).click();
                await failed.waitFor({ state: "detached" });
                assert.deepEqual(await storedTexts(ann, id), []);
            } finally {
                await rm(folder, { recursive: true, force: true });
            }
        },
    },
    "files are dropped onto the conversation, and pictures pasted": {
        async run(stage) {
            const { ann, id, a } = await pair(stage);
            await hold(a, ".log", [picture("held.png")]);
            await a.getByText("Drop files to attach them").waitFor();
            await drop(a, ".log", [picture("dropped.png"), text("list.txt", "1")]);
            await a.locator(".drop-here").waitFor({ state: "detached" });
            await a.locator(".tray-file").nth(1).waitFor();
            await paste(a, [picture("image.png", 120, 90)]);
            await a.locator(".tray-file").nth(2).waitFor();
            await a.getByRole("button", { name: "Remove list.txt" }).click();
            await send(a);
            await until("they are stored", async () => (await stored(ann, id)).length === 1);
            const [{ attachments, type }] = await stored(ann, id);
            assert.equal(type, "image");
            assert.deepEqual(
                attachments.map(({ name }) => name),
                ["dropped.png", "image.png"],
            );
        },
    },
    "a film plays where it stands": {
        async run(stage) {
            const { ann, bob, id, a } = await pair(stage);
            const b = await stage.openAs(bob);
            await openRoom(b, "Ann Arbor");
            await attach(a, [await film(a, "waves.webm")]);
            await send(a);
            const video = b.locator("video.film");
            await video.waitFor();
            const box = await boxOf(video);
            await until("it is there", () => video.evaluate((node) => node.readyState >= 1));
            assert.deepEqual(await boxOf(video), box);
            assert.equal((await stored(ann, id))[0].type, "video");
            await b.locator(".room-preview", { hasText: "Video" }).waitFor();
            await video.evaluate((node) => ((node.muted = true), node.play()));
        },
    },
    "files go into threads, and are seen where they are quoted and forwarded": {
        async run(stage) {
            const { ann, bob, id, a } = await pair(stage);
            const group = await ann.group("Hikers", [bob]);
            const b = await stage.openAs(bob);
            await bob.post(id, "which map?");
            await bubble(a, "which map?").waitFor();
            await act(a, "which map?", "Reply in thread");
            await a.locator(".thread textarea").waitFor();
            await attach(a, [picture("map.png", 300, 200)], ".thread");
            await a.locator(".thread .send").click();
            await until("it is in the thread", async () =>
                isDrawn(a.locator(".thread .picture img")).catch(() => false),
            );
            await a.keyboard.press("Escape");
            await openRoom(b, "Ann Arbor");
            await until("bob sees it", () => isDrawn(b.locator(".log .picture img")));
            await b.locator(".log .line", { has: b.locator(".picture") }).hover();
            const line = b.locator(".log .line", { has: b.locator(".picture") });
            await line.getByRole("button", { name: "Reply", exact: true }).click();
            await b.locator(".aim .quote-text", { hasText: "Photo" }).waitFor();
            await write(b, "this one, thanks");
            await line.hover();
            await line.getByRole("button", { name: "More actions" }).click();
            await b.getByRole("menuitem", { name: "Forward" }).click();
            await b.getByRole("dialog").getByRole("combobox").fill("Hik");
            await b.keyboard.press("Enter");
            await b.getByRole("button", { name: "Forward to 1 chat" }).click();
            await b.locator(".toast", { hasText: "Forwarded" }).waitFor();
            assert.equal((await stored(ann, group.id))[0].attachments[0].name, "map.png");
            await openRoom(a, "Hikers");
            await until("it is there", () => isDrawn(a.locator(".log .picture img")));
        },
    },
    "what lies on other hosts is linked, and never fetched": {
        async run(stage) {
            const { ann, bob, id, a } = await pair(stage);
            for (const [url, type] of [
                ["https://elsewhere.example/spy.png", "image/png"],
                ["http://elsewhere.example/api/v1/attachments/1", "video/mp4"],
                ["/attachments/1.png", "image/png"],
            ]) {
                await bob.call("POST", `/messages/${id}`, {
                    content: `see ${type}`,
                    type: "image",
                    attachments: [{ url, name: "", size: 1, contentType: type }],
                });
            }
            await a.locator(".log a.attached").nth(2).waitFor();
            const links = await a
                .locator(".log a.attached")
                .evaluateAll((all) => all.map((link) => [link.getAttribute("href"), link.rel]));
            assert.equal(links.length, 3);
            for (const [href, rel] of links) {
                assert.ok(!href.includes("token"), href);
                assert.equal(rel, "noopener noreferrer");
            }
            assert.equal(await a.locator(".log img, .log video").count(), 0);
            assert.equal((await ann.history(id)).items.length, 3);
        },
    },
    "on a phone files fit, and what is chosen waits in its chat": {
        async run(stage) {
            const { ann, id, a } = await pair(stage, { viewport: PHONE, phone: true });
            const widest = () => a.evaluate(() => document.documentElement.scrollWidth);
            await attach(a, [
                picture("wide.png", 2000, 500),
                picture("high.png", 300, 1200),
                text(`${"long name ".repeat(12)}.txt`, "x"),
            ]);
            await a.locator(".tray-file").nth(2).waitFor();
            assert.equal(await widest(), PHONE.width);
            await a.getByRole("button", { name: "Back" }).click();
            await openRoom(a, "Bob Brook");
            await a.locator(".tray-file").nth(2).waitFor();  // they come from what the page keeps
            assert.equal(await a.locator(".tray-file").count(), 3);
            await send(a);
            await until("it is stored", async () => (await stored(ann, id)).length === 1);
            await until("they are drawn", () => isDrawn(a.locator(".picture img").nth(1)));
            assert.equal(await widest(), PHONE.width);
            await a.locator(".picture").first().tap();
            await until("it is large", () => isDrawn(a.locator(".lightbox-picture")));
            assert.equal(await widest(), PHONE.width);
            await a.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
            await a.locator(".lightbox").waitFor({ state: "detached" });
        },
    },
    "a reload while files are chosen, and while they go up, loses and doubles nothing": {
        async run(stage) {
            const { ann, id, a } = await pair(stage);
            await attach(a, [picture("kept.png", 300, 200), bulk("half.bin", 2_000_000)]);
            await a.locator(".tray-file").nth(1).waitFor();
            await pause(200);
            await a.reload();
            await a.locator(".tray-file").nth(1).waitFor();
            await until("it is drawn", () => isDrawn(a.locator(".tray-file img")));
            await slowDown(a, 400_000);
            await a.locator(".composer textarea").fill("in the middle");
            await a.keyboard.press("Enter");
            const bar = a.getByRole("progressbar", { name: "Uploading half.bin" });
            await until("it is half there", async () =>
                ["1", "2", "3", "4", "5"].includes(
                    ((await bar.getAttribute("aria-valuenow").catch(() => "")) ?? "")[0],
                ),
            );
            await a.reload();
            await slowDown(a);
            await until("it is stored", async () => (await stored(ann, id)).length === 1, 20_000);
            await pause(500);
            const messages = await stored(ann, id);
            assert.equal(messages.length, 1);
            assert.deepEqual(
                messages[0].attachments.map(({ name, size }) => [name, size > 0]),
                [
                    ["kept.png", true],
                    ["half.bin", true],
                ],
            );
            assert.equal(await a.locator(".tray-file").count(), 0);
            await until("once on the page", async () => (await a.locator(".line").count()) === 1);
            await a.reload();
            await a.locator(".line .picture").waitFor();
            assert.equal(await a.locator(".line").count(), 1);
        },
    },
    "a server killed in the middle of an upload comes back: it goes on, and is posted once": {
        needsServer: true,
        async run(stage) {
            const { ann, bob, id, a } = await pair(stage);
            const b = await stage.openAs(bob);
            await openRoom(b, "Ann Arbor");
            const session = await slowDown(a, 400_000);
            await attach(a, [picture("one.png", 300, 200), bulk("two.bin", 2_000_000)]);
            await send(a);
            const bar = a.getByRole("progressbar", { name: "Uploading two.bin" });
            await until("the second goes up", async () =>
                Number((await bar.getAttribute("aria-valuenow").catch(() => 0)) ?? 0),
            );
            await stage.server.kill();
            await a.locator(".connection[data-shown=true]").waitFor();
            await a.locator(".upload-text", { hasText: "Waiting for the connection" }).waitFor();
            // And one that is sent while there is no server.
            await attach(a, [picture("three.png", 200, 200)]);
            await a.locator(".composer textarea").fill("written meanwhile");
            await a.keyboard.press("Enter");
            await session.detach();
            await stage.server.run();
            await until(
                "both are stored",
                async () => (await stored(ann, id)).length === 2,
                40_000,
            );
            await pause(500);
            const messages = await stored(ann, id);
            assert.equal(messages.length, 2);
            const names = messages.map(({ attachments }) => attachments.map(({ name }) => name));
            assert.deepEqual(names.sort(), [["one.png", "two.bin"], ["three.png"]]);
            await until(
                "bob has both",
                async () => (await b.locator(".log .picture").count()) === 2,
                20_000,
            );
            await until("nothing waits", async () => (await a.locator(".upload").count()) === 0);
        },
    },
};
