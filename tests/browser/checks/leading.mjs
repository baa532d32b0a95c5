// What a room's leaders set, and what a person sets for themself.

import { bubble, openRoom, write } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

async function scene(stage) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const { id } = await ann.group("Hikers", [bob]);
    const a = await stage.openAs(ann);
    const b = await stage.openAs(bob);
    await openRoom(a, "Hikers");
    await openRoom(b, "Hikers");
    await b.locator(".composer textarea").waitFor();
    await a.getByRole("button", { name: "Details" }).click();
    await a.locator(".member").nth(1).waitFor();
    return { ann, bob, id, a, b };
}

async function lead(page, name, action) {
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: action, exact: true }).click();
}

export const leading = {
    "a notice is set, seen by all, hidden by one, and taken away": {
        async run(stage) {
            const { a, b } = await scene(stage);
            await a.getByRole("button", { name: "Set a notice" }).click();
            await a.getByRole("dialog").getByRole("textbox").fill("Bring water");
            await a.getByRole("dialog").getByRole("button", { name: "Save" }).click();
            const notice = (page) => page.locator(".bar", { hasText: "Bring water" });
            for (const page of [a, b]) await notice(page).waitFor();
            await b.getByRole("button", { name: "Hide notice" }).click();
            await notice(b).waitFor({ state: "detached" });
            await b.reload();
            await b.locator(".composer textarea").waitFor();
            assert.equal(await notice(b).count(), 0);
            await a.getByRole("button", { name: "Edit notice" }).click();
            await a.getByRole("dialog").getByRole("textbox").fill("Bring more water");
            await a.getByRole("dialog").getByRole("button", { name: "Save" }).click();
            await b.locator(".bar", { hasText: "Bring more water" }).waitFor();
            await a.getByRole("button", { name: "Edit notice" }).click();
            await a.getByRole("button", { name: "Remove notice" }).click();
            for (const page of [a, b]) await page.locator(".bar").waitFor({ state: "detached" });
        },
    },
    "who is muted cannot write until they are let again": {
        async run(stage) {
            const { a, b } = await scene(stage);
            await lead(a, "Bob Brook", "Mute for an hour");
            await b.getByText("You may not write here until").waitFor();
            assert.equal(await b.locator(".composer textarea").count(), 0);
            await a.getByRole("img", { name: "muted" }).waitFor();
            await lead(a, "Bob Brook", "Let them write again");
            await b.locator(".composer textarea").waitFor();
            await write(b, "thank you");
            await bubble(a, "thank you").waitFor();
        },
    },
    "roles are given, and the group is handed over": {
        async run(stage) {
            const { bob, id, a, b } = await scene(stage);
            const role = (page, name) => page.locator(".member", { hasText: name });
            await lead(a, "Bob Brook", "Make admin");
            await role(a, "Bob Brook").getByText("admin").waitFor();
            await lead(a, "Bob Brook", "Hand the group over");
            await a
                .getByRole("dialog")
                .getByRole("button", { name: "Hand the group over" })
                .click();
            await role(a, "Bob Brook").getByText("owner").waitFor();
            await role(a, "Ann Arbor").getByText("admin").waitFor();
            await b.getByRole("button", { name: "Details" }).click();
            await role(b, "Bob Brook").getByText("owner").waitFor();
            assert.equal((await bob.call("GET", `/chatrooms/${id}`)).role, "owner");
            // An owner can do to Ann what she could do before.
            await lead(b, "Ann Arbor", "Take admin role away");
            await role(b, "Ann Arbor").getByText("admin").waitFor({ state: "detached" });
            await a.getByRole("button", { name: "Actions for Bob Brook" }).click();
            assert.equal(await a.getByRole("menuitem", { name: /Remove/ }).count(), 0);
        },
    },
    "who is banned cannot come back by the address": {
        async run(stage) {
            const { a, b, id, bob } = await scene(stage);
            await lead(a, "Bob Brook", "Remove Bob Brook from the group");
            await a.getByRole("checkbox", { name: /Ban/ }).check();
            await a.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
            await b.locator(".toast", { hasText: "no longer in “Hikers”" }).waitFor();
            await until("a sees them go", async () => (await a.locator(".member").count()) === 1);
            const refused = await bob.call("POST", `/chatrooms/${id}/join`).catch(String);
            assert.match(refused, /banned/);
        },
    },
    "favourites and muted rooms are marked, kept, and found by the filter": {
        async run(stage) {
            const { ann, bob, id, a } = await scene(stage);
            await ann.group("Cyclists", [bob]);
            await a.getByRole("button", { name: "Favourite", exact: true }).click();
            await a.getByRole("button", { name: "Mute", exact: true }).click();
            const row = a.locator(".room-row", { hasText: "Hikers" });
            await row.getByRole("img", { name: "Favourite" }).waitFor();
            await row.getByRole("img", { name: "Muted" }).waitFor();
            await until("both are stored", async () => {
                const { favorite, muted } = await ann.call("GET", `/chatrooms/${id}`);
                return favorite && muted;
            });
            await until("both rooms", async () => (await a.locator(".room-row").count()) === 2);
            await a.getByRole("button", { name: "Favourites" }).click();
            await until("one is left", async () => (await a.locator(".room-row").count()) === 1);
            await a.reload();
            await a.getByRole("button", { name: "Unread", exact: true }).click();
            await a.getByText("Everything is read").waitFor();
            await bob.post(id, "unread now");
            // Ann looks at the room, so it is read at once; another one is not.
            const { items } = await bob.call("GET", "/chatrooms");
            const cyclists = items.find(({ title }) => title === "Cyclists");
            await bob.post(cyclists.id, "see here");
            await a.locator(".room-row", { hasText: "Cyclists" }).waitFor();
        },
    },
};
