import { bubble, openRoom, write } from "../lib/browser.mjs";
import { pause } from "../lib/chatd.mjs";
import { assert, storedTexts, until } from "../lib/expect.mjs";

const shown = (page) => page.locator(".bubble .text").allInnerTexts();

export const restart = {
    "a killed server comes back: both pages resume, nothing is lost or doubled": {
        needsServer: true,
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.direct(bob);
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await openRoom(a, "Bob Brook");
            await openRoom(b, "Ann Arbor");
            await write(a, "before");
            await bubble(b, "before").waitFor();
            const wanted = ["before"];
            for (let round = 0; round < 3; round += 1) {
                for (let i = 0; i < 3; i += 1) {
                    wanted.push(`at the end of life ${round}, ${i}`);
                    await write(a, wanted.at(-1));
                }
                // At once: some of these are stored, some answered, some neither.
                await stage.server.kill();
                wanted.push(`while it is down ${round}`);
                await write(a, wanted.at(-1));
                await bubble(a, wanted.at(-1))
                    .getByRole("img", { name: "Waiting to be sent" })
                    .waitFor();
                await a.locator(".connection[data-shown=true]").waitFor();
                await pause(300);
                await stage.server.run();
                await until(
                    "all are stored",
                    async () => (await storedTexts(ann, id)).length >= wanted.length,
                    30_000,
                );
                for (const page of [a, b]) {
                    await until(
                        "the page shows all of them, once, in order",
                        async () => {
                            const texts = await shown(page);
                            return JSON.stringify(texts) === JSON.stringify(wanted);
                        },
                        20_000,
                    );
                    await page
                        .locator(".connection[data-shown=false]")
                        .waitFor({ state: "attached" });
                }
            }
            assert.deepEqual(await storedTexts(bob, id), wanted);
            await write(b, "and it goes on");
            await bubble(a, "and it goes on").waitFor();
        },
    },
    "the page opens from what it has kept while the server is away": {
        needsServer: true,
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.direct(bob);
            await bob.post(id, "kept words");
            const a = await stage.openAs(ann);
            await openRoom(a, "Bob Brook");
            await bubble(a, "kept words").waitFor();
            // Both are written down a moment after they have changed.
            await pause(2500);
            await stage.server.kill();
            await a.locator(".connection[data-shown=true]").waitFor();
            assert.match(await a.locator(".connection").innerText(), /Connecting/);
            assert.equal(await bubble(a, "kept words").count(), 1);
            await openNothing(a);
            await openRoom(a, "Bob Brook");
            await bubble(a, "kept words").waitFor();
            await stage.server.run();
            await a.locator(".connection[data-shown=false]").waitFor({ state: "attached" });
        },
    },
};

async function openNothing(page) {
    await page.evaluate(() => (location.hash = ""));
    await page.locator(".composer").waitFor({ state: "detached" });
}
