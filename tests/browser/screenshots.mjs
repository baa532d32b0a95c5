// Writes pictures of the chief states, in both themes and both widths, to docs/screenshots/.
//
//     CHATD=path/to/chatd npm run screenshots        (or CHATD_URL=http://… of a running, empty one)

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, openAs, openPage, openRoom, PHONE, WIDE, write } from "./lib/browser.mjs";
import { Chatd, pause } from "./lib/chatd.mjs";
import { furnish } from "./lib/scene.mjs";

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
    await openRoom(page, scene.groupTitle);
    await page.locator(".line").first().waitFor();
    await shoot(page, "group", variant);
    await page.locator(".conversation-head .icon-button").last().click();
    await page.locator(".member").first().waitFor();
    await shoot(page, "details", variant);
    await page.locator(".details-head .icon-button").click();
    if (variant.phone) await page.locator(".back").click();
    await openRoom(page, scene.friend.nickname);
    await page.locator(".line").first().waitFor();
    await friend.page.locator(".composer textarea").pressSequentially("x", { delay: 20 });
    await shoot(page, "direct", variant);
    await page.keyboard.press("Control+k");
    await page.locator(".picker input").fill("a");
    await page.locator(".picker-option").first().waitFor();
    await shoot(page, "finder", variant);
    await page.keyboard.press("Escape");
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
