import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { openRoom, PHONE } from "../lib/browser.mjs";
import { attach, bulk, picture, slowDown } from "../lib/files.mjs";
import { FILES_TITLE, furnish, furnishFiles } from "../lib/scene.mjs";

const source = await readFile(
    createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
    "utf8",
);

/// Fails on anything that axe calls serious or critical.
async function examine(page, state) {
    await page.evaluate(source);
    const { violations } = await page.evaluate(() =>
        globalThis.axe.run(document, { resultTypes: ["violations"] }),
    );
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    if (grave.length === 0) return;
    const lines = grave.map(
        ({ id, help, nodes }) =>
            `${id}: ${help}\n  ${nodes
                .map(({ html, failureSummary }) => `${html} ${failureSummary}`)
                .slice(0, 4)
                .join("\n  ")}`,
    );
    throw new Error(`${state}: ${lines.join("\n")}`);
}

async function examineFiles(page, variant) {
    await openRoom(page, FILES_TITLE);
    await page.locator(".album-many").waitFor();
    await examine(page, "files");
    await page.locator(".log .picture").last().click();
    await page.locator(".lightbox-picture").waitFor();
    await examine(page, "a picture at large");
    await page.keyboard.press("Escape");
    const empty = { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) };
    await attach(page, [picture("a.png"), bulk("b.bin", 4_000_000), empty]);
    await page.locator(".tray-problem").waitFor();
    await examine(page, "chosen files");
    await page.locator(".tray-problem .icon-button").click();
    const session = await slowDown(page, 200_000);
    await page.locator(".composer .send").click();
    await page.locator(".upload").first().waitFor();
    await examine(page, "an upload");
    await page.locator(".upload .icon-button").last().click();
    await session.detach();
    if (variant.viewport === PHONE) await page.locator(".back").click();
}

function states(variant) {
    return {
        async run(stage) {
            const first = await stage.open(variant);
            await first.locator(".auth-card").waitFor();
            await examine(first, "sign-up");
            await first.locator("button[type=submit]").click();
            await examine(first, "sign-up, refused");

            const scene = await furnish(stage.base, stage.tag);
            const { me, newcomer, groupTitle } = scene;
            await furnishFiles(scene);
            const empty = await stage.openAs(newcomer, variant);
            await empty.locator(".empty").first().waitFor();
            await examine(empty, "first run");

            const page = await stage.openAs(me, variant);
            await page.locator(".room-row").first().waitFor();
            await examine(page, "rooms");
            await openRoom(page, groupTitle);
            await page.locator(".line").first().waitFor();
            await examine(page, "group");
            await page.locator(".line .bubble").last().focus();
            await examine(page, "message actions");
            await page.locator(".line:focus-within .actions .icon-button").last().click();
            await page.locator(".menu").waitFor();
            await examine(page, "message menu");
            await page.keyboard.press("Escape");
            await page.locator(".line .bubble").last().focus();
            await page.locator(".line:focus-within .actions .icon-button").nth(1).click();
            await page.locator(".emoji-grid button").nth(20).waitFor();
            await examine(page, "emoji");
            await page.keyboard.press("Escape");
            await page.locator(".composer textarea").fill("@");
            await page.locator(".offer").waitFor();
            await examine(page, "mention");
            await page.locator(".composer textarea").fill("");
            await page.locator(".composer-tool").last().click();
            await page.locator(".dialog-schedule select").first().waitFor();
            await examine(page, "schedule");
            await page.keyboard.press("Escape");
            await page.locator(".thread-chip").first().click();
            await page.locator(".thread-reply").first().waitFor();
            await examine(page, "thread");
            await page.locator(".details-head .icon-button").first().click();
            await page.locator(".conversation-head .icon-button").nth(-2).click();
            await page.locator(".search input").fill("station");
            await page.locator(".search mark").first().waitFor();
            await examine(page, "search");
            await page.locator(".details-head .icon-button").first().click();
            await page.locator(".conversation-head .icon-button").last().click();
            await page.locator(".member").first().waitFor();
            await examine(page, "details");
            await page.locator(".member .icon-button").first().click();
            await page.locator(".menu").waitFor();
            await examine(page, "member menu");
            await page.keyboard.press("Escape");
            await page.locator(".member-open").nth(1).click();
            await page.locator(".person-buttons").waitFor();
            await examine(page, "profile of somebody");
            await page.keyboard.press("Escape");
            await page.locator(".details-head .icon-button").first().click();
            await page.keyboard.press("Control+k");
            await page.locator(".picker input").fill("a");
            await page.locator(".picker-option").first().waitFor();
            await examine(page, "finder");
            await page.keyboard.press("Escape");
            if (variant.viewport === PHONE) await page.locator(".back").click();
            await examineFiles(page, variant);
            const head = (index) => page.locator(".rooms-head .icon-button").nth(index);
            await head(0).click();
            await page.locator(".found").first().waitFor();
            await examine(page, "notifications");
            await head(0).click();
            await head(1).click();
            await page.locator(".people-list .member").first().waitFor();
            await examine(page, "people");
            await head(0).click();
            await head(2).click();
            await page.locator(".found").nth(3).waitFor();
            await examine(page, "bookmarks");
            await head(0).click();
            await head(3).click();
            await page.locator(".dialog .choice").first().waitFor();
            await examine(page, "settings");
            await page.locator(".dialog .profile + .button").click();
            await page.locator(".profile-face").waitFor();
            await examine(page, "own profile");
            await page.keyboard.press("Escape");
            await page.locator(".rooms-head .icon-button").last().click();
            await page.locator(".dialog .button-wide").click();
            await page.locator(".picker-option").first().waitFor();
            await examine(page, "new group");
        },
    };
}

export const accessibility = {
    "axe finds nothing serious, light and wide": states({ scheme: "light" }),
    "axe finds nothing serious, dark and narrow, in Korean": states({
        scheme: "dark",
        viewport: PHONE,
        phone: true,
        locale: "ko-KR",
    }),
};
