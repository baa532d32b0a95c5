import { bubble, openRoom, write } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

export const groups = {
    "a group is made, renamed, left and joined again": {
        async run(stage) {
            const ann = await stage.person("Ann Arbor");
            const bob = await stage.person(`Bob ${stage.tag}`);
            const title = `Hikers ${stage.tag}`;
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await a.getByRole("button", { name: "New chat" }).first().click();
            await a.getByRole("button", { name: "New group" }).click();
            await a.getByRole("textbox", { name: "Name of the group" }).fill(title);
            await a.getByRole("checkbox").check();
            await a.getByRole("combobox").fill(bob.nickname);
            await a.getByRole("option", { name: bob.nickname }).click();
            await a.getByRole("button", { name: "Create group" }).click();
            await a.getByRole("heading", { name: title }).waitFor();
            await openRoom(b, title);
            await write(b, "hi all");
            await bubble(a, "hi all").locator(".sender", { hasText: bob.nickname }).waitFor();

            await a.getByRole("button", { name: "Details" }).click();
            await until("both are listed", async () => (await a.locator(".member").count()) === 2);
            await a.getByRole("button", { name: "Rename" }).click();
            await a.locator(".rename input").fill(`${title} 2`);
            await a.keyboard.press("Enter");
            await b.getByRole("heading", { name: `${title} 2` }).waitFor();

            await b.getByRole("button", { name: "Details" }).click();
            await b.getByRole("button", { name: "Leave group" }).click();
            await b.getByRole("dialog").getByRole("button", { name: "Leave group" }).click();
            await until(
                "b's list is empty",
                async () => (await b.locator(".room-row").count()) === 0,
            );
            await until("a sees b go", async () => (await a.locator(".member").count()) === 1);

            // By its address, as somebody may have sent it.
            stage.expectConsole(/403/);
            await b.evaluate((hash) => (location.hash = hash), new URL(a.url()).hash);
            await b.getByRole("button", { name: "Join" }).click();
            await bubble(b, "hi all").waitFor();
            await until("a sees b come", async () => (await a.locator(".member").count()) === 2);
        },
    },
    "a person is invited, and removed again": {
        async run(stage) {
            const ann = await stage.person("Ann Arbor");
            const bob = await stage.person(`Bob ${stage.tag}`);
            const title = `Closed ${stage.tag}`;
            await ann.group(title, []);
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await openRoom(a, title);
            await a.getByRole("button", { name: "Details" }).click();
            await a.getByRole("button", { name: "Invite people" }).click();
            await a.getByRole("combobox").fill(bob.nickname);
            await a.getByRole("option", { name: bob.nickname }).click();
            await a.getByRole("button", { name: "Invite 1 person" }).click();
            await openRoom(b, title);
            await b.locator(".composer textarea").waitFor();
            await a.getByRole("button", { name: `Actions for ${bob.nickname}` }).click();
            await a
                .getByRole("menuitem", { name: `Remove ${bob.nickname} from the group` })
                .click();
            await a.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
            await b.locator(".toast", { hasText: `no longer in “${title}”` }).waitFor();
            assert.equal(await b.locator(".room-row").count(), 0);
            assert.equal(await b.locator(".composer").count(), 0);
        },
    },
};
