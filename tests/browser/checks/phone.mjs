import { bubble, openRoom, PHONE, write } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

const widest = (page) => page.evaluate(() => document.documentElement.scrollWidth);

export const phone = {
    "one column, with a way back": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const group = await ann.group("Hikers", [bob]);
            await bob.post(group.id, "a long word: " + "x".repeat(120));
            const a = await stage.openAs(ann, { viewport: PHONE, phone: true });
            assert.equal(await a.locator(".conversation").isVisible(), false);
            await openRoom(a, "Hikers");
            await bubble(a, "a long word").waitFor();
            assert.equal(await a.locator(".rooms").isVisible(), false);
            assert.equal(await widest(a), PHONE.width);
            await write(a, "from the phone");
            await bubble(a, "from the phone")
                .getByRole("img", { name: "Sent", exact: true })
                .waitFor();
            await a.getByRole("button", { name: "Details" }).click();
            await a.locator(".member").first().waitFor();
            assert.equal(await widest(a), PHONE.width);
            await a.getByRole("button", { name: "Close" }).click();
            await a.getByRole("button", { name: "Back" }).click();
            await until("the list is back", () => a.locator(".rooms").isVisible());
            await openRoom(a, "Hikers");
            await a.locator(".composer").waitFor();
            await a.goBack();
            await until("the browser's back does the same", () => a.locator(".rooms").isVisible());
        },
    },
    "a tap shows what can be done with a message": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.direct(bob);
            await bob.post(id, "tap me");
            const a = await stage.openAs(ann, { viewport: PHONE, phone: true });
            await openRoom(a, "Bob Brook");
            await bubble(a, "tap me").tap();
            const reply = a.getByRole("button", { name: "Reply", exact: true });
            await reply.waitFor();
            await reply.tap();
            await a.getByText("Reply to Bob Brook").waitFor();
        },
    },
};
