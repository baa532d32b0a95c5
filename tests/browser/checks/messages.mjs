import { act, bubble, openRoom, write } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

async function scene(stage) {
    const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
    const { id } = await ann.direct(bob);
    const a = await stage.openAs(ann);
    const b = await stage.openAs(bob);
    await openRoom(a, "Bob Brook");
    await openRoom(b, "Ann Arbor");
    await a.locator(".composer textarea").waitFor();
    await b.locator(".composer textarea").waitFor();
    return { ann, bob, id, a, b };
}

export const messages = {
    "an edit shows at both ends, marked as such": {
        async run(stage) {
            const { a, b } = await scene(stage);
            await write(a, "teh text");
            await bubble(b, "teh text").waitFor();
            await act(a, "teh text", "Edit");
            await until(
                "the text is there",
                async () => (await a.locator(".composer textarea").inputValue()) === "teh text",
            );
            await write(a, "the text");
            for (const page of [a, b]) await bubble(page, "the text").getByText("edited").waitFor();
            assert.equal(await b.locator(".line").count(), 1);
        },
    },
    "a deleted message leaves a mark at both ends": {
        async run(stage) {
            const { a, b } = await scene(stage);
            await write(a, "regretted");
            await bubble(b, "regretted").waitFor();
            await act(a, "regretted", "Delete");
            await a.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
            for (const page of [a, b]) await bubble(page, "Message deleted").waitFor();
            for (const place of [".line", ".room-row"]) {
                assert.equal(await b.locator(place, { hasText: "regretted" }).count(), 0, place);
            }
        },
    },
    "a reply quotes what it answers": {
        async run(stage) {
            const { a, b } = await scene(stage);
            await write(a, "tea or coffee?");
            await bubble(b, "tea or coffee?").waitFor();
            await act(b, "tea or coffee?", "Reply");
            await write(b, "tea please");
            for (const page of [a, b]) {
                const quote = bubble(page, "tea please").locator(".quote");
                await quote.waitFor();
                assert.match(await quote.innerText(), /tea or coffee\?/);
            }
        },
    },
    "a text is shown as text": {
        async run(stage) {
            const { a, b } = await scene(stage);
            const nasty =
                '<img src=x onerror="document.title=1"> javascript:alert(1) https://example.org/a?b=1.';
            await write(a, nasty);
            await bubble(b, "onerror").waitFor();
            assert.equal(await b.locator(".bubble .text").innerText(), nasty);
            assert.equal(
                await b.locator(".bubble a").getAttribute("href"),
                "https://example.org/a?b=1",
            );
            assert.equal(await b.locator(".bubble img").count(), 0);
        },
    },
};
