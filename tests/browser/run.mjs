// What a person does, done in headless Chromium against a real chatd. One line per check; the exit
// code is not 0 if any has failed.
//
//     CHATD=path/to/chatd npm test [-- name …]
//
// CHATD_URL=http://… uses a running server instead; checks that must kill it are skipped, visibly.
// FAILURES=folder keeps pictures of the pages of a failed check.

import { Person } from "./lib/api.mjs";
import { launch, openAs, openPage } from "./lib/browser.mjs";
import { Chatd } from "./lib/chatd.mjs";
import { accessibility } from "./checks/accessibility.mjs";
import { appearance } from "./checks/appearance.mjs";
import { bookmarks } from "./checks/bookmarks.mjs";
import { chat } from "./checks/chat.mjs";
import { files } from "./checks/files.mjs";
import { groups } from "./checks/groups.mjs";
import { history } from "./checks/history.mjs";
import { keyboard } from "./checks/keyboard.mjs";
import { later } from "./checks/later.mjs";
import { leading } from "./checks/leading.mjs";
import { marks } from "./checks/marks.mjs";
import { messages } from "./checks/messages.mjs";
import { people } from "./checks/people.mjs";
import { phone } from "./checks/phone.mjs";
import { reference } from "./checks/reference.mjs";
import { reload } from "./checks/reload.mjs";
import { restart } from "./checks/restart.mjs";
import { search } from "./checks/search.mjs";
import { session } from "./checks/session.mjs";
import { sockjs } from "./checks/sockjs.mjs";

const SUITES = {
    chat,
    messages,
    marks,
    files,
    bookmarks,
    groups,
    leading,
    people,
    search,
    later,
    history,
    keyboard,
    phone,
    reference,
    reload,
    session,
    sockjs,
    appearance,
    accessibility,
    restart,
};
const CHECK_MS = 90_000;

/// What a check works with: people of its own, and pages that are closed and looked through after
/// it.
class Stage {
    #pages = [];
    #people = 0;
    #expected = [];

    constructor(server, base, browser, tag) {
        Object.assign(this, { server, base, browser, tag });
    }

    person(nickname) {
        this.#people += 1;
        return Person.signUp(this.base, nickname, `p${this.#people}.${this.tag}@example.org`);
    }

    async open(options) {
        return this.#keep(await openPage(this.browser, this.base, options));
    }

    async openAs(person, options) {
        return this.#keep(await openAs(this.browser, this.base, person, options));
    }

    /// A refusal that a check provokes is an error in the browser's console, and meant to be.
    expectConsole(pattern) {
        this.#expected.push(pattern);
    }

    #keep(opened) {
        this.#pages.push(opened);
        return opened.page;
    }

    /// Pictures of all pages as they are, for who looks into a failure.
    async picture(folder) {
        const name = this.tag.replace(/\W/g, "");
        for (const [index, { page }] of this.#pages.entries()) {
            await page
                .screenshot({ path: `${folder}/${name}-${index}.png` })
                .catch(() => undefined);
        }
    }

    /// Closes all pages; answers with what none of them may have done.
    async close() {
        const host = new URL(this.base).host;
        const faults = this.#pages.flatMap(({ ownErrors, hosts }) => [
            ...ownErrors()
                .filter((text) => !this.#expected.some((pattern) => pattern.test(text)))
                .map((text) => `console error: ${text}`),
            ...[...hosts].filter((other) => other !== host).map((other) => `request to ${other}`),
        ]);
        for (const { context } of this.#pages) await context.close();
        return faults;
    }
}

async function check(name, run, stage) {
    const began = Date.now();
    const faults = [];
    let timer;
    try {
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => reject(new Error(`not done after ${CHECK_MS} ms`)), CHECK_MS);
        });
        await Promise.race([run(stage), late]);
    } catch (error) {
        faults.push(String(error?.stack ?? error));
        if (process.env.FAILURES) await stage.picture(process.env.FAILURES);
    }
    clearTimeout(timer);
    faults.push(...(await stage.close()));
    console.log(`${faults.length ? "FAIL" : "ok  "} ${name} (${Date.now() - began} ms)`);
    for (const fault of faults) console.log(`     ${fault.replaceAll("\n", "\n     ")}`);
    return faults.length === 0;
}

const wanted = process.argv.slice(2);
const server = process.env.CHATD_URL ? undefined : await Chatd.start();
const base = process.env.CHATD_URL ?? server.url;
const { browser, close } = await launch();
let failed = 0;
let number = 0;
try {
    for (const [suite, checks] of Object.entries(SUITES)) {
        for (const [title, { run, needsServer }] of Object.entries(checks)) {
            const name = `${suite}: ${title}`;
            if (wanted.length && !wanted.some((word) => name.includes(word))) continue;
            if (needsServer && !server) {
                console.log(`SKIP ${name} (needs a server of its own)`);
                continue;
            }
            number += 1;
            const stage = new Stage(server, base, browser, `${Date.now()}x${number}`);
            if (!(await check(name, run, stage))) failed += 1;
        }
    }
} finally {
    await close();
    await server?.stop();
}
console.log(failed ? `${failed} of ${number} failed` : `all ${number} passed`);
process.exitCode = failed || number === 0 ? 1 : 0;
