// Writes pictures of the chief states, in both themes and both widths, to docs/screenshots/.
//
// With a font of coloured emoji installed; without one they are outlines or empty boxes.
//
//     CHATD=path/to/chatd npm run screenshots        (or CHATD_URL=http://… of a running, empty one)

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, openAs, openPage, openRoom, PHONE, WIDE, write } from "./lib/browser.mjs";
import { Chatd, pause } from "./lib/chatd.mjs";
import { attach, bulk, scenery, slowDown } from "./lib/files.mjs";
import { FILES_TITLE, furnish, furnishFiles } from "./lib/scene.mjs";

const OUT =
    process.env.SCREENSHOTS ?? fileURLToPath(new URL("../../docs/screenshots", import.meta.url));
const VARIANTS = [
    { name: "light-wide", viewport: WIDE, scheme: "light", locale: "en-US" },
    { name: "dark-wide", viewport: WIDE, scheme: "dark", locale: "ko-KR" },
    { name: "light-phone", viewport: PHONE, scheme: "light", locale: "ko-KR", phone: true },
    { name: "dark-phone", viewport: PHONE, scheme: "dark", locale: "en-US", phone: true },
];

async function shoot(page, state, variant) {
    await pause(350);
    await page.screenshot({ path: `${OUT}/${state}-${variant.name}.png` });
}

async function shootVariant(browser, base, scene, variant) {
    const first = await openPage(browser, base, variant);
    await first.page.locator(".auth-card").waitFor();
    await shoot(first.page, "sign-up", variant);
    await first.context.close();

    const newcomer = await openAs(browser, base, scene.newcomer, variant);
    await newcomer.page.locator(".empty").first().waitFor();
    await shoot(newcomer.page, "first-run", variant);
    await newcomer.context.close();

    const { page, context } = await openAs(browser, base, scene.me, variant);
    const friend = await openAs(browser, base, scene.friend, { ...variant, viewport: WIDE });
    await page.locator(".room-row").first().waitFor();
    await openRoom(friend.page, scene.me.nickname);
    await friend.page.locator(".composer textarea").pressSequentially("…", { delay: 20 });
    await shoot(page, "rooms", variant);
    await shootLeft(page, variant);
    await openRoom(page, scene.groupTitle);
    await page.locator(".line").first().waitFor();
    await shoot(page, "group", variant);
    await shootMarks(page, variant);
    await page.locator(".conversation-head .icon-button").last().click();
    await page.locator(".member").first().waitFor();
    await shoot(page, "details", variant);
    await page.locator(".member-open").nth(1).click();
    await page.locator(".person-buttons").waitFor();
    await shoot(page, "person", variant);
    await page.keyboard.press("Escape");
    await page.locator(".details-head .icon-button").first().click();
    if (variant.phone) await page.locator(".back").click();
    await openRoom(page, scene.friend.nickname);
    await page.locator(".line").first().waitFor();
    await friend.page.locator(".composer textarea").pressSequentially("x", { delay: 20 });
    await shoot(page, "direct", variant);
    await page.locator(".composer-tool").last().click();
    await page
        .locator(".dialog-schedule textarea")
        .fill(variant.locale === "ko-KR" ? "좋은 아침이에요!" : "Good morning!");
    await shoot(page, "schedule", variant);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.locator(".picker input").fill("a");
    await page.locator(".picker-option").first().waitFor();
    await shoot(page, "finder", variant);
    await page.keyboard.press("Escape");
    await shootFiles(page, scene, variant);
    if (server) {
        await server.kill();
        await write(page, variant.locale === "ko-KR" ? "목요일 여섯 시 어때요?" : "Six o'clock?");
        await page.locator(".connection-count").waitFor();
        await shoot(page, "offline", variant);
        await server.run();
    }
    await friend.context.close();
    await context.close();
}

/// What is in the left column beside the rooms.
async function shootLeft(page, variant) {
    const button = (index) => page.locator(".rooms-head .icon-button").nth(index);
    await button(0).click();
    await page.locator(".found").first().waitFor();
    await shoot(page, "inbox", variant);
    await button(0).click();
    await button(1).click();
    await page.locator(".people-list .member").first().waitFor();
    await shoot(page, "people", variant);
    await page.locator(".rooms-head .icon-button").first().click();
    await page.locator(".room-row").first().waitFor();
}

/// The place of "forward" in the menu of one's own message, behind "edit" and "copy".
const FORWARD = 2;

/// What can be done with the messages of the group.
async function shootMarks(page, variant) {
    const line = page.locator(".log .line.own", { hasText: /half past twelve/ });
    const tap = async (index) => {
        await line.locator(".bubble").focus();
        await line.locator(".actions .icon-button").nth(index).click();
    };
    await tap(1);
    await page.locator(".emoji-grid button").nth(20).waitFor();
    await shoot(page, "emoji", variant);
    await page.keyboard.press("Escape");
    await tap(3);
    await page.locator(".menu").waitFor();
    await shoot(page, "menu", variant);
    await page.keyboard.press("Escape");
    await tap(3);
    await page.locator(".menu button").nth(FORWARD).click();
    await page.locator(".picker-option").nth(1).click();
    await shoot(page, "forward", variant);
    await page.keyboard.press("Escape");
    await page.locator(".composer textarea").fill("@");
    await page.locator(".offer").waitFor();
    await shoot(page, "mention", variant);
    await page.locator(".composer textarea").fill("");
    await page.locator(".thread-chip").first().click();
    await page.locator(".thread-reply").first().waitFor();
    await shoot(page, "thread", variant);
    await page.locator(".details-head .icon-button").first().click();
    await page.locator(".conversation-head .icon-button").nth(-2).click();
    await page.locator(".search input").fill("station");
    await page.locator(".search mark").first().waitFor();
    await shoot(page, "search", variant);
    await page.locator(".details-head .icon-button").first().click();
}

/// Files on their way and there, at large, and bookmarks.
async function shootFiles(page, scene, variant) {
    await furnishFiles(scene);
    if (variant.phone) await page.locator(".back").click();
    await openRoom(page, FILES_TITLE);
    await page.locator(".album-many").waitFor();
    await pause(600);
    await shoot(page, "files", variant);
    await page.locator(".log .picture").last().click();
    await page.locator(".lightbox-picture").waitFor();
    await shoot(page, "picture", variant);
    await page.keyboard.press("Escape");
    const korean = variant.locale === "ko-KR";
    await attach(page, [
        scenery(korean ? "바닷가.png" : "sea.png", 480, 320, true),
        bulk(korean ? "여행 영상.mov" : "walk on the beach.mov", 4_000_000),
        { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
    ]);
    await page.locator(".tray-file").nth(2).waitFor();
    await page.locator(".composer textarea").fill(korean ? "오늘 저녁!" : "This evening!");
    await shoot(page, "tray", variant);
    await page.locator(".tray-problem .icon-button").click();
    const session = await slowDown(page, 300_000);
    await page.locator(".composer textarea").press("Enter");
    await page.waitForFunction(() => {
        const bars = [...document.querySelectorAll("[role=progressbar]")];
        return bars.some((bar) => Number(bar.getAttribute("aria-valuenow")) >= 40);
    });
    await shoot(page, "upload", variant);
    await page.locator(".upload .icon-button").last().click();
    await session.detach();
    if (variant.phone) await page.locator(".back").click();
    await page.locator(".rooms-head .icon-button").nth(2).click();
    await page.locator(".found").nth(3).waitFor();
    await shoot(page, "bookmarks", variant);
    await page.locator(".rooms-head .icon-button").first().click();
    await openRoom(page, scene.friend.nickname);
    await page.locator(".line").first().waitFor();
}

const server = process.env.CHATD_URL ? undefined : await Chatd.start();
const base = process.env.CHATD_URL ?? server.url;
await mkdir(OUT, { recursive: true });
const { browser, close } = await launch();
try {
    for (const [index, variant] of VARIANTS.entries()) {
        const scene = await furnish(base, `v${index}`);
        await shootVariant(browser, base, scene, variant);
        console.log(`ok ${variant.name}`);
    }
} finally {
    await close();
    await server?.stop();
}
