import { assert, until } from "../lib/expect.mjs";

export const reference = {
    "the document of the API is browsed, asked from, and fits both themes": {
        async run(stage) {
            const document = await (await fetch(`${stage.base}/openapi.json`)).json();
            const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
            const a = await stage.open({ hash: "docs" });
            const shown = a.locator(".opblock");
            await until("all operations are there", async () => (await shown.count()) === operations.length);
            await a.locator("#operations-accounts-logIn .opblock-summary-control").click();
            await a.locator("#operations-accounts-logIn").getByRole("button", { name: "Try it out" }).click();
            stage.expectConsole(/401/); // nobody is called as the example says
            await a.locator("#operations-accounts-logIn").getByRole("button", { name: "Execute" }).click();
            await a.locator("#operations-accounts-logIn .live-responses-table").first().waitFor();
            const dark = await stage.open({ hash: "swagger-ui.html", scheme: "dark" });
            await dark.locator(".opblock").first().waitFor();
            const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
            assert.notEqual(await ground(dark), await ground(a));
        },
    },
};
