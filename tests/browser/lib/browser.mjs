// Debian's Chromium with a profile of its own. A page's console errors are gathered; a check that
// expects none fails on the first.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { PASSWORD } from "./api.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
];
export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
const WAIT_MS = 8000;

export async function launch() {
    const profile = await mkdtemp(join(tmpdir(), "chatd-chromium-"));
    const browser = await chromium.launch({
        executablePath: EXECUTABLE,
        headless: true,
        args: [...FLAGS, `--crash-dumps-dir=${profile}`],
    });
    return {
        browser,
        async close() {
            await browser.close();
            await rm(profile, { recursive: true, force: true });
        },
    };
}

/// Errors that a lost connection brings into the console by itself.
const CONNECTION = /WebSocket connection to|ERR_CONNECTION|net::ERR/;

export async function openPage(
    browser,
    base,
    { viewport = WIDE, scheme = "light", locale = "en-US", hash = "", phone = false } = {},
) {
    const context = await browser.newContext({
        viewport,
        colorScheme: scheme,
        locale,
        timezoneId: "Asia/Seoul",
        reducedMotion: "reduce",
        deviceScaleFactor: phone ? 2 : 1,
        hasTouch: phone,
        isMobile: phone,
    });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    const errors = [];
    const hosts = new Set();
    page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error.stack ?? error)));
    page.on("request", (request) => {
        const { protocol, host } = new URL(request.url());
        // What the page has itself is asked of nobody.
        if (protocol !== "blob:") hosts.add(host);
    });
    await page.goto(`${base}/${hash}`);
    return {
        context,
        page,
        errors,
        hosts,
        ownErrors: () => errors.filter((text) => !CONNECTION.test(text)),
    };
}

export async function logIn(page, person) {
    const email = page
        .getByRole("textbox", { name: "E-mail" })
        .or(page.getByRole("textbox", { name: "이메일" }));
    await email.waitFor();
    const toLogIn = page.getByRole("button", { name: /Have an account|계정이 있으신가요/ });
    if (await toLogIn.isVisible()) await toLogIn.click();
    await email.fill(person.email);
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.locator("button[type=submit]").click();
    await page.locator(".rooms").waitFor();
}

export async function openAs(browser, base, person, options) {
    const opened = await openPage(browser, base, options);
    await logIn(opened.page, person);
    return opened;
}

export function openRoom(page, title) {
    return page
        .locator(".room-row a", { has: page.locator(".room-title", { hasText: title }) })
        .click();
}

export async function write(page, text) {
    await page.locator(".composer textarea").fill(text);
    await page.keyboard.press("Enter");
}

export function bubble(page, text) {
    return page.locator(".line .bubble", { hasText: text });
}

const BESIDE = new Set(["Reply", "React", "Reply in thread", "More actions"]);

/// Does something with the message that says this: by its own buttons, or by its menu.
export async function act(page, text, action) {
    const line = page.locator(".log .line", { hasText: text }).last();
    await line.hover();
    const name = BESIDE.has(action) ? action : "More actions";
    await line.getByRole("button", { name, exact: true }).click();
    if (BESIDE.has(action)) return;
    await page.getByRole("menuitem", { name: action, exact: true }).click();
}
