import { bubble, openRoom, write } from "../lib/browser.mjs";
import { pause } from "../lib/chatd.mjs";
import { assert, until } from "../lib/expect.mjs";

const LONG = 130;

async function longRoom(stage) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const { id } = await ann.direct(bob);
    // Two people post, as one may post ten a second only.
    for (let i = 0; i < LONG; i += 2) {
        await Promise.all([
            ann.post(id, `line ${i} ${"word ".repeat(i % 13)}`),
            bob.post(id, `line ${i + 1}`),
        ]);
    }
    return { ann, bob, id };
}

const log = (page) => page.locator(".log");
/// Where the message with exactly this text stands; undefined if it is not in the document.
const place = (page, text) =>
    page.evaluate((wanted) => {
        const all = [...document.querySelectorAll(".bubble .text")];
        return all.find((node) => node.innerText.trim() === wanted)?.getBoundingClientRect().top;
    }, text);
const fromEnd = (page) =>
    log(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);

export const history = {
    "scrolling up loads history, and nothing jumps": {
        async run(stage) {
            const { ann, id } = await longRoom(stage);
            await ann.read(id);
            const a = await stage.openAs(ann);
            await openRoom(a, "Bob Brook");
            await until("it opens at the end", async () => (await fromEnd(a)) < 4);
            const rows = () => a.locator(".log-item").count();
            assert.ok(
                (await rows()) < 60,
                `only what is seen is in the document, not ${await rows()} rows`,
            );
            await log(a).hover();
            let worst = 0;
            for (let step = 0; step < 60; step += 1) {
                const top = a.locator(".log-item .bubble").nth(12);
                const text = (await top.locator(".text").innerText()).trim();
                const before = await place(a, text);
                await a.mouse.wheel(0, -300);
                await pause(60);
                const now = await place(a, text);
                if ((await log(a).evaluate((box) => box.scrollTop)) === 0) break;
                if (now !== undefined) worst = Math.max(worst, Math.abs(now - before - 300));
            }
            await bubble(a, "line 0").first().waitFor();
            assert.ok(worst <= 2, `a row jumped by ${worst} px`);
        },
    },
    "unread messages begin at a line, and the way down is counted": {
        async run(stage) {
            const { ann, bob, id } = await longRoom(stage);
            await ann.read(id);
            for (let i = 0; i < 25; i += 1) await bob.post(id, `fresh ${i}`);
            const a = await stage.openAs(ann);
            await a.locator(".badge", { hasText: "25" }).waitFor();
            await openRoom(a, "Bob Brook");
            await a.locator(".unread-line").waitFor();
            const top = await a
                .locator(".unread-line")
                .evaluate((node) => node.getBoundingClientRect().top);
            assert.ok(top > 60 && top < 400, `the line stands in sight, at ${top}`);
            await a.locator(".jump").waitFor();
            await log(a).hover();
            await a.mouse.wheel(0, -2000);
            await pause(200);
            await bob.post(id, "while you read above");
            await a.locator(".jump .badge", { hasText: "1" }).waitFor();
            await a.locator(".jump").click();
            await bubble(a, "while you read above").waitFor();
            await until(
                "the badge is gone",
                async () => (await a.locator(".room-row .badge").count()) === 0,
            );
        },
    },
    "scroll place and draft are kept per room": {
        async run(stage) {
            const { ann, id } = await longRoom(stage);
            await ann.read(id);
            const carl = await stage.person("Carl Cave");
            const other = await ann.direct(carl);
            await ann.post(other.id, "short room");
            const a = await stage.openAs(ann);
            await openRoom(a, "Bob Brook");
            await a.locator(".composer textarea").fill("half a thought");
            await log(a).hover();
            await a.mouse.wheel(0, -900);
            await pause(300);
            const text = (await a.locator(".log-item .bubble .text").nth(12).innerText()).trim();
            const before = await place(a, text);
            await openRoom(a, "Carl Cave");
            await bubble(a, "short room").waitFor();
            assert.match(
                await a.locator(".room-row", { hasText: "Bob Brook" }).innerText(),
                /Draft:\s*half a thought/,
            );
            await openRoom(a, "Bob Brook");
            await until(
                "the place is found again",
                async () => Math.abs((await place(a, text)) - before) <= 2,
            );
            assert.equal(await a.locator(".composer textarea").inputValue(), "half a thought");
            await a.reload();
            await a.locator(".composer textarea").waitFor();
            assert.equal(await a.locator(".composer textarea").inputValue(), "half a thought");
        },
    },
    "an own message brings one back to the end": {
        async run(stage) {
            const { ann, id } = await longRoom(stage);
            await ann.read(id);
            const a = await stage.openAs(ann);
            await openRoom(a, "Bob Brook");
            await log(a).hover();
            await a.mouse.wheel(0, -1500);
            await pause(200);
            await write(a, "back at the end");
            await bubble(a, "back at the end").waitFor();
            await until("it is at the end", async () => (await fromEnd(a)) < 4);
        },
    },
};
