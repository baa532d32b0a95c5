// Reactions, pins, threads, forwarding, mentions.

import { act, bubble, openRoom, write } from "../lib/browser.mjs";
import { assert, storedTexts, until } from "../lib/expect.mjs";

async function group(stage, { owner = true } = {}) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const lead = owner ? ann : bob;
    const { id } = await lead.group("Hikers", [owner ? bob : ann]);
    return { ann, bob, id };
}

async function both(stage, people) {
    const a = await stage.openAs(people.ann);
    const b = await stage.openAs(people.bob);
    for (const page of [a, b]) {
        await openRoom(page, "Hikers");
        await page.locator(".composer textarea").waitFor();
    }
    return { a, b };
}

const chip = (page, text) => page.locator(".log .line", { hasText: text }).locator(".reaction");
const threadText = (page) => page.locator(".thread .bubble .text").allInnerTexts();

export const marks = {
    "a reaction is found by name, shows at both ends, and is joined and taken back": {
        async run(stage) {
            const people = await group(stage);
            await people.bob.post(people.id, "we did it");
            const { a, b } = await both(stage, people);
            await act(a, "we did it", "React");
            await a.getByRole("textbox", { name: "Find an emoji" }).fill("party popper");
            await a.locator(".emoji-list button", { hasText: "🎉" }).waitFor();
            await a.keyboard.press("Enter");
            await chip(a, "we did it").and(a.locator('[aria-pressed="true"]')).waitFor();
            const other = chip(b, "we did it");
            await other.waitFor();
            assert.equal(await other.getAttribute("aria-label"), "🎉, 1: Ann Arbor");
            await other.click();
            await until("both have reacted", async () =>
                /🎉, 2: Ann Arbor, You/.test((await other.getAttribute("aria-label")) ?? ""),
            );
            // Taken back by keyboard: from the message to its chip, and Enter.
            await chip(a, "we did it").getByText("2").waitFor();
            await bubble(a, "we did it").focus();
            await a.keyboard.press("ArrowRight");
            await a.keyboard.press("Enter");
            await until("bob's alone is left", async () =>
                /🎉, 1: You/.test((await other.getAttribute("aria-label")) ?? ""),
            );
            const [{ reactions }] = (await people.ann.history(people.id)).items;
            assert.deepEqual(reactions, [{ reaction: "🎉", count: 1, userIds: [people.bob.id] }]);
            await act(b, "we did it", "Who reacted");
            await b.getByRole("dialog").getByText("Bob Brook (you)").waitFor();
        },
    },
    "an emoji is put into a text where the caret stands": {
        async run(stage) {
            const people = await group(stage);
            const a = await stage.openAs(people.ann);
            await openRoom(a, "Hikers");
            const area = a.locator(".composer textarea");
            await area.fill("so good");
            await area.evaluate((node) => node.setSelectionRange(2, 2));
            await a.getByRole("button", { name: "Emoji" }).click();
            await a.getByRole("textbox", { name: "Find an emoji" }).fill("red apple");
            await a.locator(".emoji-list button", { hasText: "🍎" }).click();
            await until("it stands there", async () => (await area.inputValue()) === "so🍎 good");
        },
    },
    "a message is pinned and unpinned by a leader; a fourth is refused beside it": {
        async run(stage) {
            const people = await group(stage);
            for (const text of ["one", "two", "three", "four"])
                await people.bob.post(people.id, text);
            const { a, b } = await both(stage, people);
            for (const text of ["one", "two", "three"]) {
                await act(a, text, "Pin");
                await bubble(a, text).getByRole("img", { name: "Pinned" }).waitFor();
            }
            const bar = b.getByRole("region", { name: "Pinned messages" });
            await bar.getByText("Pinned message 1 of 3").waitFor();
            assert.match(await bar.innerText(), /three/);
            await act(a, "four", "Pin");
            const line = a.locator(".log .line", { hasText: "four" });
            await line.getByText("Nothing more can be pinned here").waitFor();
            // Bob is a member only, and is not offered what he may not do.
            assert.equal(await bar.getByRole("button", { name: "Unpin" }).count(), 0);
            await b.locator(".log .line", { hasText: "four" }).hover();
            await b
                .locator(".log .line", { hasText: "four" })
                .getByRole("button", { name: "More actions" })
                .click();
            await b.getByRole("menu").waitFor();
            assert.equal(await b.getByRole("menuitem", { name: "Pin" }).count(), 0);
            await b.keyboard.press("Escape");
            await act(a, "three", "Unpin");
            await bar.getByText("Pinned message 1 of 2").waitFor();
            await bar.locator(".bar-text").click();
            await b.locator(".line.lit", { hasText: "two" }).waitFor();
        },
    },
    "a thread grows at both ends beside the log, and is counted under its root": {
        async run(stage) {
            const people = await group(stage);
            await people.bob.post(people.id, "where do we meet?");
            const { a, b } = await both(stage, people);
            await act(a, "where do we meet?", "Reply in thread");
            const field = a.getByRole("textbox", { name: "Reply in the thread" });
            await field.fill("at the gate");
            await field.press("Enter");
            const root = b.locator(".log .line", { hasText: "where do we meet?" }).first();
            await root.getByRole("button", { name: "1 reply" }).click();
            await until("b sees the thread", async () =>
                (await threadText(b)).includes("at the gate"),
            );
            const answer = b.getByRole("textbox", { name: "Reply in the thread" });
            await answer.fill("see you there");
            await answer.press("Enter");
            await until("a sees it live", async () =>
                (await threadText(a)).includes("see you there"),
            );
            for (const page of [a, b]) {
                assert.deepEqual(await threadText(page), [
                    "where do we meet?",
                    "at the gate",
                    "see you there",
                ]);
                await page
                    .locator(".log .line", { hasText: "where do we meet?" })
                    .first()
                    .getByRole("button", { name: "2 replies" })
                    .waitFor();
            }
            // The list of threads leads to it again.
            await a.keyboard.press("Escape");
            await a.locator(".thread").waitFor({ state: "detached" });
            await a.getByRole("button", { name: "Details" }).click();
            await a.getByRole("button", { name: "Threads" }).click();
            await a.locator(".panel-list .found", { hasText: "where do we meet?" }).click();
            await until("it is open", async () => (await threadText(a)).length === 3);
        },
    },
    "a message is forwarded to two rooms with a comment": {
        async run(stage) {
            const people = await group(stage);
            const { ann, bob, id } = people;
            const other = await ann.group("Cyclists", [bob]);
            const direct = await ann.direct(bob);
            await bob.post(id, "the map is online");
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await openRoom(a, "Hikers");
            await bubble(a, "the map is online").waitFor();
            await act(a, "the map is online", "Forward");
            const dialog = a.getByRole("dialog");
            assert.equal(await dialog.locator("button[type=submit]").isDisabled(), true);
            await dialog.getByRole("combobox").fill("Cyc");
            await a.keyboard.press("Enter");
            await dialog.getByRole("combobox").fill("Bob");
            await dialog.getByRole("option", { name: "Bob Brook" }).click();
            await dialog.getByRole("textbox", { name: "Comment" }).fill("look here");
            await dialog.getByRole("button", { name: "Forward to 2 chats" }).click();
            await a.locator(".toast", { hasText: "Forwarded to 2 chats" }).waitFor();
            assert.deepEqual(await storedTexts(ann, other.id), ["look here"]);
            assert.deepEqual(await storedTexts(ann, direct.id), ["look here"]);
            await openRoom(b, "Cyclists");
            const passed = bubble(b, "look here");
            await passed.getByText("the map is online").waitFor();
            await passed.getByText("Forwarded from You").waitFor();
        },
    },
    "a member is named by keyboard, is told of it, and comes to the message from there": {
        async run(stage) {
            const people = await group(stage);
            const { ann, bob, id } = people;
            const { id: elsewhere } = await bob.direct(ann);
            await ann.post(elsewhere, "something else");
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await openRoom(a, "Hikers");
            await a.locator(".composer textarea").waitFor();
            await until("the members are known", async () =>
                /2 members/.test(await a.locator(".conversation-head").innerText()),
            );
            await a.locator(".composer textarea").pressSequentially("hey @bo");
            await a.getByRole("option", { name: "Bob Brook" }).waitFor();
            await a.keyboard.press("Enter");
            await a.keyboard.type("are you in?");
            await a.keyboard.press("Enter");
            await bubble(a, "are you in?").getByRole("button", { name: "@Bob Brook" }).waitFor();
            const stored = async () => (await ann.history(id)).items;
            await until("it is stored", async () => (await stored()).length === 1);
            const [{ content, mentions }] = await stored();
            assert.equal(content, "hey @Bob Brook are you in?");
            assert.deepEqual(mentions, [{ userId: bob.id, start: 4, length: 10 }]);

            await b.locator(".toast", { hasText: "Ann Arbor mentioned you in Hikers" }).waitFor();
            const unread = (await bob.call("GET", "/notifications/unread")).unreadCount;
            const bell = b.getByRole("button", { name: `Notifications, ${unread} unread` });
            await bell.click();
            await b.locator(".found", { hasText: "mentioned you in Hikers" }).click();
            await b.locator(".line.lit .mention-me").waitFor();
            await until("it is read on the server", async () => {
                const left = (await bob.call("GET", "/notifications/unread")).unreadCount;
                return left === unread - 1;
            });
            if (unread > 1) await b.getByRole("button", { name: "Mark all as read" }).click();
            await until(
                "all is read",
                async () => (await bob.call("GET", "/notifications/unread")).unreadCount === 0,
            );
            await b.getByRole("button", { name: "Back" }).first().click();
            await b.getByRole("button", { name: "Notifications", exact: true }).waitFor();
        },
    },
    "who reads the message itself needs no notification of it": {
        async run(stage) {
            const people = await group(stage);
            const { ann, bob, id } = people;
            await ann.mention(id, "@Bob Brook, look", [bob]);
            const unread = async () =>
                (await bob.call("GET", "/notifications?limit=50")).items.filter(
                    ({ kind, read }) => kind === "mention" && !read,
                ).length;
            await until("bob is told", async () => (await unread()) === 1);
            const b = await stage.openAs(bob);
            await b.getByRole("button", { name: /^Notifications, \d unread/ }).waitFor();
            await openRoom(b, "Hikers");
            await bubble(b, "look").waitFor();
            await until("it counts as read", async () => (await unread()) === 0);
        },
    },
    "what is refused because it is gone leaves the message as it is, and says so": {
        async run(stage) {
            const people = await group(stage);
            const { id: messageId } = await people.ann.post(people.id, "soon gone");
            const a = await stage.openAs(people.ann);
            await openRoom(a, "Hikers");
            await bubble(a, "soon gone").waitFor();
            await act(a, "soon gone", "React");
            await a.locator(".emoji-grid button").first().waitFor();
            await people.ann.call("DELETE", `/messages/${messageId}`);
            await bubble(a, "Message deleted").waitFor();
            await a.locator(".emoji-grid button").first().click();
            await a.getByText("This message has been deleted.").waitFor();
            assert.equal(await a.locator(".reaction").count(), 0);
        },
    },
};
