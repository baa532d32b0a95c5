import { openRoom } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

export const appearance = {
    "theme and language follow the browser until they are chosen, and the choice stays": {
        async run(stage) {
            const ann = await stage.person("Ann Arbor");
            const a = await stage.openAs(ann, { locale: "ko-KR", scheme: "dark" });
            await a.getByRole("heading", { name: "채팅" }).waitFor();
            const dark = await ground(a);
            await a.getByRole("button", { name: "설정" }).click();
            await a.getByRole("radio", { name: "밝게" }).check();
            await until("it is light", async () => (await ground(a)) !== dark);
            await a.getByRole("radio", { name: "English" }).check();
            await a.getByRole("heading", { name: "Settings" }).waitFor();
            await a.reload();
            await a.getByRole("heading", { name: "Chats" }).waitFor();
            assert.notEqual(await ground(a), dark);
            assert.equal(await a.evaluate(() => document.documentElement.lang), "en");
        },
    },
    "three columns when wide, two below 1100 px": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            await ann.group("Hikers", [bob]);
            const a = await stage.openAs(ann);
            await openRoom(a, "Hikers");
            await a.getByRole("button", { name: "Details" }).click();
            const boxes = async () => ({
                room: await a.locator(".conversation").boundingBox(),
                details: await a.locator(".details").boundingBox(),
                list: await a.locator(".rooms").boundingBox(),
            });
            const wide = await boxes();
            assert.equal(wide.list.width, 320);
            assert.ok(wide.details.x >= wide.room.x + wide.room.width - 1);
            await a.setViewportSize({ width: 1000, height: 700 });
            const narrow = await boxes();
            assert.equal(Math.round(narrow.room.x + narrow.room.width), 1000);
            assert.ok(narrow.details.x < narrow.room.x + narrow.room.width);
        },
    },
};
