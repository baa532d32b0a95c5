import { PASSWORD } from "../lib/api.mjs";
import { bubble, openRoom, write } from "../lib/browser.mjs";
import { pause } from "../lib/chatd.mjs";
import { assert, until } from "../lib/expect.mjs";

const KEY = "chatd.session";

/// Makes the stored access token one that must be refreshed before it is used.
const age = (page) =>
    page.evaluate((key) => {
        const session = JSON.parse(localStorage.getItem(key));
        localStorage.setItem(key, JSON.stringify({ ...session, expiresAt: Date.now() - 1000 }));
    }, KEY);
const refreshToken = (page) =>
    page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? "{}").refreshToken, KEY);

export const session = {
    "two tabs do not use one refresh token twice": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            await ann.direct(bob);
            const first = await stage.openAs(ann);
            const second = await first.context().newPage();
            await second.goto(stage.base);
            await second.locator(".room-row").waitFor();
            for (let round = 0; round < 3; round += 1) {
                // A reload in the middle of a refresh would lose its answer, which is not what this
                // is about.
                for (const page of [first, second]) await page.waitForLoadState("networkidle");
                await pause(500);
                const before = await refreshToken(first);
                await age(first);
                await Promise.all([first.reload(), second.reload()]);
                for (const page of [first, second]) await page.locator(".room-row").waitFor();
                await until(
                    "the token was renewed",
                    async () => (await refreshToken(first)) !== before,
                );
            }
            // Both are still connected: the family was not revoked.
            await openRoom(second, "Bob Brook");
            await write(second, "from the second tab");
            await openRoom(first, "Bob Brook");
            await bubble(first, "from the second tab").waitFor();
        },
    },
    "an ended session leads to the log-in view, and says so": {
        async run(stage) {
            const ann = await stage.person("Ann Arbor");
            const a = await stage.openAs(ann);
            await a.evaluate((key) => {
                const stored = JSON.parse(localStorage.getItem(key));
                const ended = {
                    ...stored,
                    accessToken: "x.y.z",
                    refreshToken: "nothing",
                    expiresAt: 0,
                };
                localStorage.setItem(key, JSON.stringify(ended));
            }, KEY);
            stage.expectConsole(/401/);
            await a.reload();
            await a.getByText("Your session has expired").waitFor();
            await a.getByRole("textbox", { name: "E-mail" }).fill(ann.email);
            await a.locator("input[name=password]").fill(PASSWORD);
            await a.keyboard.press("Enter");
            await a.locator(".rooms").waitFor();
        },
    },
    "logging out forgets the person, in the other tab too": {
        async run(stage) {
            const a = await stage.openAs(await stage.person("Ann Arbor"));
            const other = await a.context().newPage();
            await other.goto(stage.base);
            await other.locator(".rooms").waitFor();
            await a.getByRole("button", { name: "Settings" }).click();
            await a.getByRole("button", { name: "Log out" }).click();
            for (const page of [a, other]) await page.locator(".auth-card").waitFor();
            assert.equal(await refreshToken(a), undefined);
        },
    },
    "refused log-ins say why, next to the field": {
        async run(stage) {
            const ann = await stage.person("Ann Arbor");
            const a = await stage.open();
            await a.getByRole("textbox", { name: "Name" }).fill("Ann again");
            await a.getByRole("textbox", { name: "E-mail" }).fill("not an address");
            await a.locator("input[name=password]").fill("short");
            await a.keyboard.press("Enter");
            await a.getByText("This is not an e-mail address.").waitFor();
            await a.getByText("The password needs at least 8 characters.").waitFor();
            stage.expectConsole(/409|401/);
            await a.getByRole("textbox", { name: "E-mail" }).fill(ann.email);
            await a.locator("input[name=password]").fill(PASSWORD);
            await a.keyboard.press("Enter");
            await a.getByText("There is already an account").waitFor();
            await a.getByRole("button", { name: /Have an account/ }).click();
            await a.locator("input[name=password]").fill("wrong password");
            await a.keyboard.press("Enter");
            await a.getByText("The e-mail or the password is wrong.").waitFor();
        },
    },
};
