import { bubble, openRoom } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

export const search = {
    "an old message is found in its room and shown where it stands": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.group("Hikers", [bob]);
            await bob.post(id, "the hut is called 산장지기, ask there");
            for (let i = 0; i < 70; i += 1) await (i % 2 ? ann : bob).post(id, `and then ${i}`);
            await ann.read(id);
            const a = await stage.openAs(ann);
            await openRoom(a, "Hikers");
            await bubble(a, "and then 69").waitFor();
            assert.equal(await bubble(a, "the hut").count(), 0);
            await a.getByRole("button", { name: "Search in this chat" }).click();
            await a.locator(".search input:focus").waitFor();
            await a.keyboard.type("장지");
            await a.locator(".search mark", { hasText: "장지" }).waitFor();
            await a.getByText("1 message found").waitFor();
            await a.keyboard.press("ArrowDown");
            await a.keyboard.press("Enter");
            await a.locator(".line.lit", { hasText: "the hut" }).waitFor();
            await bubble(a, "and then 3").waitFor();
            await a.keyboard.press("Escape");
            await a.getByRole("button", { name: "To the newest message" }).click();
            await bubble(a, "and then 69").waitFor();
        },
    },
    "from anywhere, a message of another room is found and its room opens at it": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.group("Hikers", [bob]);
            const other = await ann.group("Cyclists", [bob]);
            await bob.post(other.id, "bring the marzipan");
            for (let i = 0; i < 60; i += 1) await (i % 2 ? ann : bob).post(other.id, `filler ${i}`);
            for (let i = 0; i < 5; i += 1) await bob.post(id, `marzipan again ${i}`);
            const a = await stage.openAs(ann);
            await openRoom(a, "Hikers");
            await a.keyboard.press("Control+k");
            await a.getByRole("combobox").fill("marzipan");
            await a.getByRole("option", { name: "All messages with “marzipan”" }).click();
            await a.getByText("6 messages found").waitFor();
            await a.locator(".found", { hasText: "bring the" }).click();
            await a.getByRole("heading", { name: "Cyclists" }).waitFor();
            await a.locator(".line.lit", { hasText: "bring the marzipan" }).waitFor();
            await a.getByRole("button", { name: "Back" }).first().click();
            await a.locator(".room-row").first().waitFor();
        },
    },
    "nothing found is said, and a quick writer sees the last answer only": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.group("Hikers", [bob]);
            await bob.post(id, "alpha beta");
            const a = await stage.openAs(ann);
            await openRoom(a, "Hikers");
            await a.getByRole("button", { name: "Search in this chat" }).click();
            await a.locator(".search input:focus").waitFor();
            await a.keyboard.type("alphax");
            await a.getByText("No message says “alphax”").waitFor();
            await a.keyboard.press("Backspace");
            await a.locator(".search mark", { hasText: "alpha" }).waitFor();
        },
    },
    "an open group of others is found by its title, and joined": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const title = `Open ${stage.tag}`;
            const { id } = await bob.group(title, [], true);
            await bob.group(`Closed ${stage.tag}`, []);
            await bob.post(id, "welcome all");
            const a = await stage.openAs(ann);
            await a.keyboard.press("Control+k");
            await a.getByRole("combobox").fill(stage.tag);
            const option = a.getByRole("option", { name: title });
            await option.getByText("Join").waitFor();
            assert.equal(await a.getByRole("option", { name: /^Closed/ }).count(), 0);
            await option.click();
            await a.getByRole("heading", { name: title }).waitFor();
            await bubble(a, "welcome all").waitFor();
            await until(
                "it is in the list",
                async () => (await a.locator(".room-row").count()) === 1,
            );
        },
    },
};
