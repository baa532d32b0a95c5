import { PASSWORD } from "../lib/api.mjs";
import { bubble, openRoom } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

const focused = (page) =>
    page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120) ?? "");

const label = (page) => page.evaluate(() => document.activeElement?.textContent ?? "");

export const keyboard = {
    "from sign-up to an answered message without a pointer": {
        async run(stage) {
            const name = `Kim ${stage.tag}`;
            const bob = await stage.person(name);
            const a = await stage.open();
            await a.locator(".auth-card").waitFor();
            await a.keyboard.press("Tab");
            await a.keyboard.type("Ann Arbor");
            await a.keyboard.press("Tab");
            await a.keyboard.type(`keys.${stage.tag}@example.org`);
            await a.keyboard.press("Tab");
            await a.keyboard.type(PASSWORD);
            await a.keyboard.press("Enter");
            await a.locator(".rooms").waitFor();

            await a.keyboard.press("Control+k");
            await a.getByRole("combobox").waitFor();
            await a.keyboard.type(name);
            await a.getByRole("option", { name }).waitFor();
            await a.keyboard.press("Enter");
            await a.getByRole("heading", { name }).waitFor();
            await until("the composer has the focus", async () =>
                /textarea/.test(await focused(a)),
            );
            await a.keyboard.type("one");
            await a.keyboard.press("Shift+Enter");
            await a.keyboard.type("two");
            await a.keyboard.press("Enter");
            await bubble(a, "one").getByRole("img", { name: "Sent", exact: true }).waitFor();
            assert.match(await bubble(a, "one").innerText(), /one\ntwo/);

            await a.keyboard.press("ArrowUp");
            await a.locator(".aim").waitFor();
            await a.keyboard.press("Escape");
            await a.locator(".aim").waitFor({ state: "detached" });
            await a.keyboard.press("ArrowUp");
            await until("the text is there", async () =>
                /two/.test(await a.locator(".composer textarea").inputValue()),
            );
            await a.keyboard.press("End");
            await a.keyboard.type(" three");
            await a.keyboard.press("Enter");
            await bubble(a, "two three").getByText("edited").waitFor();

            const roomId = Number((await a.evaluate(() => location.hash)).split("/").at(-1));
            await bob.post(roomId, "got it");
            await bubble(a, "got it").waitFor();
            await a.keyboard.press("Shift+Tab");
            await until("the log has the focus", async () => /role="log"/.test(await focused(a)));
            await a.keyboard.press("ArrowUp");
            await until("the last message has the focus", async () =>
                /bubble/.test(await focused(a)),
            );
            await a.keyboard.press("Enter");
            await until("its first action has the focus", async () =>
                /Reply/.test(await focused(a)),
            );
            await a.keyboard.press("Enter");
            await a.getByText(`Reply to ${name}`).waitFor();
            await a.keyboard.type("fine");
            await a.keyboard.press("Enter");
            await bubble(a, "fine").locator(".quote").waitFor();
        },
    },
    "arrows go through the list of rooms, Enter opens": {
        async run(stage) {
            const ann = await stage.person("Ann Arbor");
            for (const name of ["One", "Two", "Three"]) {
                const other = await stage.person(name);
                await ann.post((await ann.direct(other)).id, `to ${name}`);
            }
            const a = await stage.openAs(ann);
            await until("three rooms", async () => (await a.locator(".room-row").count()) === 3);
            await a.locator(".filter").last().focus();
            await a.keyboard.press("Tab");
            await a.keyboard.press("ArrowDown");
            await a.keyboard.press("ArrowDown");
            await a.keyboard.press("Enter");
            await a.getByRole("heading", { name: "One" }).waitFor();
        },
    },
    "Enter that confirms a composition does not send": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            await ann.direct(bob);
            const a = await stage.openAs(ann, { locale: "ko-KR" });
            await openRoom(a, "Bob Brook");
            const area = a.locator(".composer textarea");
            await area.fill("안녕");
            await area.evaluate((node) => {
                const options = {
                    key: "Enter",
                    bubbles: true,
                    cancelable: true,
                    isComposing: true,
                };
                node.dispatchEvent(new KeyboardEvent("keydown", options));
            });
            assert.equal(await a.locator(".line").count(), 0);
            assert.equal(await area.inputValue(), "안녕");
            await area.press("Enter");
            await bubble(a, "안녕").waitFor();
        },
    },
    "the focus goes into a view on the left, and back to where it came from": {
        async run(stage) {
            const a = await stage.openAs(await stage.person("Ann Arbor"));
            for (const name of ["Notifications", "People"]) {
                await a.getByRole("button", { name, exact: true }).focus();
                await a.keyboard.press("Enter");
                await a.getByRole("heading", { name }).waitFor();
                await until("it is inside", async () => /Back/.test(await focused(a)));
                await a.keyboard.press("Escape");
                await a.getByRole("heading", { name: "Chats" }).waitFor();
                await until("it is back", async () => (await focused(a)).includes(name));
            }
        },
    },
    "a menu and the emoji are gone through by arrows, and give the focus back": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            const { id } = await ann.direct(bob);
            await ann.post(id, "all by keys");
            const a = await stage.openAs(ann);
            await openRoom(a, "Bob Brook");
            await bubble(a, "all by keys").focus();
            // From the message by its buttons: reply, react, thread, more.
            for (let i = 0; i < 4; i += 1) await a.keyboard.press("ArrowRight");
            await a.keyboard.press("Enter");
            await a.getByRole("menu").waitFor();
            await a.keyboard.press("End");
            await until("the last one", async () => /Delete/.test(await label(a)));
            await a.keyboard.press("ArrowDown");
            await until("round to the first", async () => /Edit/.test(await label(a)));
            await a.keyboard.press("Escape");
            await a.getByRole("menu").waitFor({ state: "detached" });
            await until("back at the button", async () => /More actions/.test(await focused(a)));
            await a.keyboard.press("ArrowLeft");
            await a.keyboard.press("ArrowLeft");
            await a.keyboard.press("Enter");
            await a.locator(".emoji input:focus").waitFor();
            await a.keyboard.press("Tab");
            await a.keyboard.press("ArrowRight");
            await a.keyboard.press("Enter");
            await a.locator(".reaction").waitFor();
            await until("the focus is on the message", async () =>
                /bubble|React/.test(await focused(a)),
            );
        },
    },
    "a closed dialog gives the focus back": {
        async run(stage) {
            const a = await stage.openAs(await stage.person("Ann Arbor"));
            const button = a.getByRole("button", { name: "Settings" });
            await button.focus();
            await a.keyboard.press("Enter");
            await a.getByRole("dialog").waitFor();
            await a.keyboard.press("Escape");
            await a.getByRole("dialog").waitFor({ state: "detached" });
            assert.match(await focused(a), /Settings/);
        },
    },
};
