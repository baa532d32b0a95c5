// Messages that are sent later.

import { bubble, openRoom } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

async function scene(stage) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const { id } = await ann.direct(bob);
    const a = await stage.openAs(ann);
    await openRoom(a, "Bob Brook");
    await a.locator(".composer textarea").waitFor();
    return { ann, bob, id, a };
}

const list = async (ann) =>
    (await ann.call("GET", "/messages/schedule")).items.filter(
        ({ status }) => status === "scheduled",
    );

export const later = {
    "a text is scheduled with time, rhythm and time zone, edited, and cancelled": {
        async run(stage) {
            const { ann, id, a } = await scene(stage);
            await a.locator(".composer textarea").fill("good morning");
            await a.getByRole("button", { name: "Send later" }).click();
            const dialog = a.getByRole("dialog");
            const next = new Date().getFullYear() + 1;
            await dialog.getByLabel("When").fill("2020-01-01T09:00");
            await dialog.getByRole("button", { name: "Schedule", exact: true }).click();
            stage.expectConsole(/422/);
            await dialog.getByText("This time is over.").waitFor();
            await dialog.getByLabel("When").fill(`${next}-07-01T09:00`);
            await dialog.getByLabel("Repeat").selectOption("weekly");
            await dialog.getByLabel("Time zone").selectOption("Europe/Berlin");
            await dialog.getByRole("button", { name: "Schedule", exact: true }).click();
            await dialog.waitFor({ state: "detached" });
            await until(
                "the draft has gone with it",
                async () => (await a.locator(".composer textarea").inputValue()) === "",
            );
            const [made] = await list(ann);
            assert.deepEqual(
                [made.roomId, made.content, made.scheduledAt, made.repeat, made.timeZone],
                [id, "good morning", `${next}-07-01T07:00:00.000Z`, "weekly", "Europe/Berlin"],
            );

            await a.getByRole("button", { name: "Send later: 1 scheduled message" }).click();
            await dialog.getByRole("button", { name: "Edit" }).click();
            await a.getByRole("heading", { name: "Edit scheduled message" }).waitFor();
            assert.equal(await dialog.getByLabel("When").inputValue(), `${next}-07-01T09:00`);
            await dialog.getByLabel("Message", { exact: true }).fill("good evening");
            await dialog.getByLabel("When").fill(`${next}-07-01T19:00`);
            await dialog.getByLabel("Repeat").selectOption("none");
            await dialog.getByRole("button", { name: "Save" }).click();
            await dialog.waitFor({ state: "detached" });
            const [changed, ...others] = await list(ann);
            assert.equal(others.length, 0);
            assert.equal(changed.content, "good evening");
            assert.equal(changed.scheduledAt, `${next}-07-01T17:00:00.000Z`);
            assert.equal(changed.repeat, undefined);

            // All of them are listed with the settings.
            await a.getByRole("button", { name: "Settings" }).click();
            await a.getByRole("button", { name: "Scheduled messages" }).click();
            await dialog.locator(".schedule", { hasText: "Bob Brook" }).waitFor();
            await dialog.getByRole("button", { name: "Cancel this message" }).click();
            await dialog.getByText("Nothing waits for its time").waitFor();
            assert.deepEqual(await list(ann), []);
        },
    },
    "what is due is sent, and no longer listed as waiting": {
        async run(stage) {
            const { ann, id, a } = await scene(stage);
            await ann.call("POST", "/messages/schedule", {
                roomId: id,
                content: "right on time",
                scheduledAt: new Date(Date.now() + 2500).toISOString(),
            });
            await a.reload();
            await a.getByRole("button", { name: "Send later: 1 scheduled message" }).waitFor();
            await bubble(a, "right on time").waitFor();
            await a.getByRole("button", { name: "Send later", exact: true }).waitFor();
            assert.equal(await a.locator(".log .line").count(), 1);
        },
    },
};
