// One's own bookmarks: put and taken away, listed, searched, gone to, on several devices.

import { act, bubble, openRoom, PHONE } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

async function scene(stage) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const hikers = await ann.group("Hikers", [bob]);
    const direct = await ann.direct(bob);
    await bob.post(hikers.id, "the hut is booked");
    await bob.post(hikers.id, "bring a torch");
    await bob.post(direct.id, "the door code is 4711");
    return { ann, bob, hikers, direct };
}

const listed = async (person) =>
    (await person.call("GET", "/messages/bookmarks")).items.map(({ content }) => content);
const mark = (page, text) => bubble(page, text).getByRole("img", { name: "Bookmarked" });

export const bookmarks = {
    "a message is marked by keyboard, found in all chats, gone to, and unmarked": {
        async run(stage) {
            const { ann } = await scene(stage);
            const a = await stage.openAs(ann);
            await openRoom(a, "Hikers");
            await bubble(a, "bring a torch").focus();
            await a.keyboard.press("Enter");
            for (let i = 0; i < 3; i += 1) await a.keyboard.press("ArrowRight");
            await a.keyboard.press("Enter");
            await a.getByRole("menuitem", { name: "Bookmark", exact: true }).focus();
            await a.keyboard.press("Enter");
            await mark(a, "bring a torch").waitFor();
            // The mark stands before the server has it.
            await until("it is kept", async () => (await listed(ann)).length === 1);
            assert.deepEqual(await listed(ann), ["bring a torch"]);
            await openRoom(a, "Bob Brook");
            await act(a, "the door code is 4711", "Bookmark");
            await mark(a, "the door code").waitFor();

            await a.getByRole("button", { name: "Bookmarks" }).click();
            const view = a.getByRole("navigation", { name: "Bookmarks" });
            await view.locator(".found").nth(1).waitFor();
            assert.match(await view.locator(".found").first().innerText(), /door code/);
            await view.getByRole("textbox", { name: "Search bookmarks" }).fill("torch");
            await until("one is left", async () => (await view.locator(".found").count()) === 1);
            await a.keyboard.press("ArrowDown");
            await a.keyboard.press("Enter");
            await a.locator(".line.lit", { hasText: "bring a torch" }).waitFor();
            const button = view.locator("li .bookmark-mark");
            assert.equal(await button.getAttribute("aria-pressed"), "true");
            await button.click();
            await mark(a, "bring a torch").waitFor({ state: "detached" });
            await until("it is gone", async () => (await listed(ann)).length === 1);
            await view.getByRole("textbox").fill("no such thing");
            await view.getByText("no such thing").waitFor();
            await a.keyboard.press("Escape");
            await a.getByRole("navigation", { name: "Chats" }).waitFor();
        },
    },
    "the bookmarks of one chat stand beside it, and a reload finds them": {
        async run(stage) {
            const { ann, bob, hikers, direct } = await scene(stage);
            for (const { id } of [hikers, direct]) {
                const { items } = await ann.history(id);
                await ann.call("POST", "/messages/bookmark", { messageId: items[0].id });
            }
            const a = await stage.openAs(ann, { viewport: PHONE, phone: true });
            await openRoom(a, "Hikers");
            await mark(a, "bring a torch").waitFor();
            await a.getByRole("button", { name: "Details" }).click();
            await a.locator(".quick").getByRole("button", { name: "Bookmarks" }).click();
            const panel = a.getByRole("complementary", { name: "Bookmarks in this chat" });
            await panel.locator(".found").waitFor();
            assert.equal(await panel.locator(".found").count(), 1);
            // Live, the message changes without anybody telling of the bookmark.
            await bob.react((await ann.history(hikers.id)).items[0].id, "👍");
            await panel.locator(".found").click();
            await a.locator(".line.lit", { hasText: "bring a torch" }).waitFor();
            await a.locator(".reaction").first().waitFor();
            await mark(a, "bring a torch").waitFor();
            await a.reload();
            await mark(a, "bring a torch").waitFor();
        },
    },
    "two devices do not undo each other": {
        async run(stage) {
            const { ann } = await scene(stage);
            const first = await stage.openAs(ann);
            const second = await stage.openAs(ann);
            for (const page of [first, second]) {
                await openRoom(page, "Hikers");
                await bubble(page, "bring a torch").waitFor();
            }
            await act(first, "bring a torch", "Bookmark");
            await mark(first, "bring a torch").waitFor();
            // The second has not heard of it, and asks for the same.
            await act(second, "bring a torch", "Bookmark");
            await mark(second, "bring a torch").waitFor();
            await until("both agree", async () => (await listed(ann)).length === 1);
            await act(second, "bring a torch", "Remove bookmark");
            await until("it is gone", async () => (await listed(ann)).length === 0);
            // The first learns of it when it reads.
            await first.getByRole("button", { name: "Bookmarks" }).click();
            await first.getByText("No bookmarks yet").waitFor();
            await first.reload();
            await bubble(first, "bring a torch").waitFor();
            await until("it is unmarked", async () => (await mark(first, "torch").count()) === 0);
        },
    },
};
