import { bubble, logIn, openRoom, write } from "../lib/browser.mjs";
import { pause } from "../lib/chatd.mjs";
import { assert, assertOnceInOrder, storedTexts, until } from "../lib/expect.mjs";

async function scene(stage) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const { id } = await ann.direct(bob);
    return { ann, bob, id };
}

/// Puts a hand on the page's connection: while `held`, frames of that direction do not arrive.
async function tap(page) {
    const valve = { toServer: true, toPage: true };
    await page.routeWebSocket(/\/ws$/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((text) => {
            if (valve.toServer) server.send(text);
        });
        server.onMessage((text) => {
            if (valve.toPage) socket.send(text);
        });
    });
    return valve;
}

async function settled(stage, page, ann, id, wanted) {
    await until(
        "all are stored",
        async () => (await storedTexts(ann, id)).length >= wanted.length,
        20_000,
    );
    await pause(300);
    assert.deepEqual(await storedTexts(ann, id), wanted);
    await until("the page shows each once", async () => {
        const shown = await page.locator(".bubble .text").allInnerTexts();
        return JSON.stringify(shown) === JSON.stringify(wanted);
    });
    await until(
        "all have a tick",
        async () =>
            (await page.locator(".status").getByRole("img", { name: "Waiting" }).count()) === 0,
    );
}

export const reload = {
    "right after sending, nothing is lost or doubled": {
        async run(stage) {
            const { ann, id } = await scene(stage);
            const a = await stage.openAs(ann);
            const wanted = [];
            for (let round = 0; round < 4; round += 1) {
                await openRoomOnce(a);
                for (let i = 0; i < 3; i += 1) {
                    wanted.push(`round ${round} text ${i}`);
                    await write(a, wanted.at(-1));
                }
                await a.reload();
            }
            await openRoomOnce(a);
            await settled(stage, a, ann, id, wanted);
        },
    },
    "while the answer is on its way, nothing is doubled": {
        async run(stage) {
            const { ann, id } = await scene(stage);
            const a = await stage.open();
            const valve = await tap(a);
            await signIn(a, ann);
            await openRoom(a, "Bob Brook");
            await a.locator(".composer textarea").waitFor();
            valve.toPage = false;
            await write(a, "stored, but unanswered");
            await until("it is stored", async () => (await storedTexts(ann, id)).length === 1);
            await bubble(a, "stored, but unanswered")
                .getByRole("img", { name: "Waiting to be sent" })
                .waitFor();
            valve.toPage = true;
            await a.reload();
            await settled(stage, a, ann, id, ["stored, but unanswered"]);
        },
    },
    "before it was sent, nothing is lost": {
        async run(stage) {
            const { ann, id } = await scene(stage);
            const a = await stage.open();
            const valve = await tap(a);
            await signIn(a, ann);
            await openRoom(a, "Bob Brook");
            await a.locator(".composer textarea").waitFor();
            valve.toServer = false;
            await write(a, "never sent");
            await write(a, "nor this");
            await bubble(a, "nor this").getByRole("img", { name: "Waiting to be sent" }).waitFor();
            assertOnceInOrder(await storedTexts(ann, id), []);
            valve.toServer = true;
            await a.reload();
            await settled(stage, a, ann, id, ["never sent", "nor this"]);
        },
    },
};

async function openRoomOnce(page) {
    if (!/#\/room/.test(page.url())) await openRoom(page, "Bob Brook");
    await page.locator(".composer textarea").waitFor();
}

async function signIn(page, person) {
    // The hand is on connections of documents loaded from now on.
    await page.reload();
    await logIn(page, person);
}
