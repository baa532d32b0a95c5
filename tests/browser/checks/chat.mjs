import { bubble, openRoom, write } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

async function pair(stage) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const room = await ann.direct(bob);
    return { ann, bob, room };
}

export const chat = {
    "two people write to each other, with ticks": {
        async run(stage) {
            const { ann, bob } = await pair(stage);
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await openRoom(a, "Bob Brook");
            await write(a, "hello bob");
            const own = bubble(a, "hello bob");
            await own.getByRole("img", { name: "Sent", exact: true }).waitFor();
            await b.locator(".badge", { hasText: "1" }).waitFor();
            assert.match(await b.locator(".room-preview").first().innerText(), /hello bob/);
            await openRoom(b, "Ann Arbor");
            await bubble(b, "hello bob").waitFor();
            await own.getByRole("img", { name: "Read", exact: true }).waitFor();
            await until(
                "the badge is gone",
                async () => (await b.locator(".room-row .badge").count()) === 0,
            );
            await write(b, "hello ann");
            await bubble(a, "hello ann").waitFor();
            await bubble(b, "hello ann").getByRole("img", { name: "Read", exact: true }).waitFor();
        },
    },
    "typing shows in the room and in the list, and ends": {
        async run(stage) {
            const { ann, bob } = await pair(stage);
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await a.locator(".room-row").waitFor();
            await openRoom(b, "Ann Arbor");
            await b.locator(".composer textarea").pressSequentially("hm");
            await a.locator(".room-row .typing").waitFor();
            await openRoom(a, "Bob Brook");
            await b.locator(".composer textarea").pressSequentially("m");
            await a.locator(".conversation-head .typing").waitFor();
            await b.keyboard.press("Enter");
            await bubble(a, "hmm").waitFor();
            await until("typing is over", async () => (await a.locator(".typing").count()) === 0);
        },
    },
    "presence follows coming and going": {
        async run(stage) {
            const { ann, bob } = await pair(stage);
            const a = await stage.openAs(ann);
            await openRoom(a, "Bob Brook");
            await a.locator(".composer textarea").waitFor();
            assert.equal(await a.locator(".conversation-head .online").count(), 0);
            const b = await stage.openAs(bob);
            await a.locator(".conversation-head .online").waitFor();
            await a.locator(".room-row .avatar-online").waitFor();
            await b.close();
            await a.locator(".conversation-head .online").waitFor({ state: "detached" });
            assert.match(await a.locator(".conversation-title .quiet").innerText(), /last seen/);
        },
    },
    "people are found, and a room is opened with them": {
        async run(stage) {
            const ann = await stage.person("Ann Arbor");
            const name = `Zed ${stage.tag}`.slice(0, 30);
            await stage.person(name);
            const a = await stage.openAs(ann);
            await a.getByRole("button", { name: "New chat" }).first().click();
            await a.getByRole("combobox").fill(name);
            await a.getByRole("option", { name }).click();
            await a.getByRole("heading", { name }).waitFor();
            await write(a, "first words");
            await bubble(a, "first words")
                .getByRole("img", { name: "Sent", exact: true })
                .waitFor();
        },
    },
    "a refused text says why, beside it": {
        async run(stage) {
            const { ann } = await pair(stage);
            const a = await stage.openAs(ann);
            await openRoom(a, "Bob Brook");
            const area = a.locator(".composer textarea");
            await area.fill("x".repeat(1001));
            await a.getByText("1 character too many").waitFor();
            assert.equal(await a.locator(".send").isDisabled(), true);
            await area.press("Enter");
            assert.equal(await a.locator(".line").count(), 0);
        },
    },
};
