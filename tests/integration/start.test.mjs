// How chatd starts, and how it says that it cannot.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { Chatd, afterwards, has, run, scratch, sqlite } from "./lib/chatd.mjs";

/// It ended with one clear line, and this in it.
function refused(ended, code, pattern) {
    assert.equal(ended.code, code, ended.err);
    assert.equal(ended.out, "");
    assert.match(ended.err, pattern);
    assert.match(ended.err, /^chatd: [^\n]+\n$/);
}

/// The address of a server that is no chatd.
async function portOfAnother(t) {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    afterwards(t, () => server.close());
    return `127.0.0.1:${server.address().port}`;
}

test("without arguments it serves from ./chatd-data", async (t) => {
    const folder = await scratch(t);
    const ended = await run(["config", "show"], { cwd: folder });
    assert.equal(ended.code, 0);
    assert.match(ended.out, /^listen = "127\.0\.0\.1:8080" +# default$/m);
    assert.match(ended.out, /^data_dir = "\.\/chatd-data" +# default$/m);
});

test("it tells its version", async () => {
    assert.match((await run(["--version"])).out, /^chatd \d+\.\d+\.\d+\n$/);
});

test("port 0 picks a free port, and the secret is kept with mode 0600", async (t) => {
    const folder = await scratch(t);
    const first = await Chatd.start(t, folder);
    assert.ok(first.port > 0);
    assert.equal((await fetch(`${first.url}/health`)).status, 200);
    const secret = await readFile(join(folder, "jwt_secret"), "utf8");
    assert.equal((await stat(join(folder, "jwt_secret"))).mode & 0o777, 0o600);
    const person = await first.signUp("ann");
    assert.deepEqual(await first.stop(), { code: 0, signal: null });

    const second = await Chatd.start(t, folder);
    assert.equal(await readFile(join(folder, "jwt_secret"), "utf8"), secret);
    const me = await fetch(`${second.url}/api/v1/users/me`, {
        headers: { Authorization: `Bearer ${person.token}` },
    });
    assert.equal(me.status, 200, "the token of before is good after a restart");
});

test("mistakes in the settings are told with file, line and key", async (t) => {
    const file = join(await scratch(t), "chatd.toml");
    await writeFile(file, '[log]\nlevel = "loud"\nfromat = "text"\n');
    for (const args of [["config", "check"], []]) {
        const ended = await run([...args, "--config", file]);
        assert.equal(ended.code, 2);
        assert.ok(ended.err.includes(`${file}:2: log.level: "loud" is none of: debug`), ended.err);
        assert.ok(ended.err.includes(`${file}:3: log.fromat: there is no such key; did you mean log.format?`));
    }
    refused(await run(["--log.level", "loud"]), 2, /--log\.level/);
    refused(await run(["--logg"]), 2, /there is no such flag/);
    refused(await run(["fly"]), 2, /"fly" is no command/);
    refused(await run(["config"]), 2, /config wants one of: check, show, keys/);
    refused(await run(["--limits.person_posts_per_s", "-1"]), 2, /0 to 1000000/);
    refused(await run([], { env: { CHATD_IO_THREADS: "-1" } }), 2, /CHATD_IO_THREADS/);
    refused(await run([], { env: { CHATD_STORE_KIND: "postgres" } }), 2, /not in this build/);
    assert.equal((await run(["config", "check", "--listen", "127.0.0.1:0"])).code, 0);
});

test("what a start would refuse, the check refuses, with the key", async (t) => {
    const folder = await scratch(t);
    const file = join(folder, "chatd.toml");
    const data = join(folder, "data");
    await writeFile(join(folder, "no keys"), "hello");
    await writeFile(join(folder, "template"), "[[header]]\nonly this\n");
    await writeFile(join(folder, "file"), "");
    await writeFile(join(folder, "other.db"), "this is no database, and is longer than a page's head".repeat(99));
    const wrong = [
        ["listen", "192.0.2.1:8080", /cannot listen on/],
        ["data_dir", join(folder, "file"), /is not a folder/],
        ["data_dir", join(folder, "file", "below"), /no folder|not a folder/],
        ["store.sqlite.path", join(folder, "nowhere", "chatd.db"), /no folder/],
        ["store.sqlite.path", join(folder, "other.db"), /damaged, or is none/],
        ["blob.path", join(folder, "file"), /is not a folder/],
        ["blob.path", join(folder, "nowhere", "blobs"), /no folder/],
        ["auth.outside.jwks_file", join(folder, "nothing"), /cannot be read/],
        ["auth.outside.jwks_file", join(folder, "no keys"), /are of no use/],
        ["auth.outside.public_key_file", join(folder, "no keys"), /are of no use/],
        ["data_dir", "/proc/chatd", /cannot write to the folder \/proc|cannot make the folder/],
        ["auth.outside.jwks_file", folder, /cannot be read: Is a directory/],
        ["auth.outside.public_key_file", folder, /cannot be read: Is a directory/],
        ["consultation.template_file", folder, /cannot be read/],
        ["listen", await portOfAnother(t), /[Aa]ddress already in use/],
        ["consultation.time_zone", "Atlantis/Capital", /is no time zone/],
        ["consultation.template_file", join(folder, "nothing"), /cannot be read/],
        ["consultation.template_file", join(folder, "template"), /is none/],
    ];
    for (const [key, value, why] of wrong) {
        const settings = { listen: "127.0.0.1:0", data_dir: data, [key]: value };
        const text = Object.entries(settings).map(([name, one]) => `${name} = ${JSON.stringify(one)}\n`);
        await writeFile(file, text.join(""));
        const checked = await run(["config", "check", "--config", file]);
        assert.equal(checked.code, 2, `${key} ${value}: ${checked.err}`);
        const line = text.findIndex((one) => one.startsWith(`${key} `)) + 1;
        assert.ok(checked.err.startsWith(`chatd: ${file}:${line}: ${key}: `), checked.err);
        assert.match(checked.err, why);
        assert.equal((await run(["--config", file])).code, 1, `a start with ${key} ${value}`);
    }
    assert.equal((await run(["config", "check", "--listen", "127.0.0.1:0", "--data-dir", join(folder, "a", "b")])).code, 0);
    assert.ok(!(await readdir(folder)).includes("a"), "the check makes nothing");
    const chatd = await Chatd.start(t, data);
    const beside = await run(["config", "check", "--data-dir", data, "--listen", `127.0.0.1:${chatd.port}`]);
    assert.equal(beside.code, 0, "a server that runs is no mistake");
    const elsewhere = ["--data-dir", join(folder, "elsewhere")];
    const taken = await run(["config", "check", ...elsewhere, "--listen", `127.0.0.1:${chatd.port}`]);
    assert.equal(taken.code, 2, "but one of another folder has its address");
    assert.match(taken.err, /listen: cannot listen on .*already in use/);
});

test("a folder in place of the settings file is told", async (t) => {
    const folder = await scratch(t);
    for (const args of [["config", "check"], []]) {
        refused(await run([...args, "--config", folder]), 2, /the file cannot be read: it is a folder/);
    }
});

test("help names every command", async () => {
    const { out } = await run(["--help"]);
    for (const command of ["config check|show", "config keys", "user add", "token --user", "doctor", "migrate"]) {
        assert.ok(out.includes(`chatd ${command}`), command);
    }
});

test("a token is not made from nothing, and nothing is made for it", async (t) => {
    const folder = join(await scratch(t), "data");
    const token = ["token", "--user", "1", "--data-dir", folder];
    refused(await run(token), 1, /there is no data folder/);
    await mkdir(folder);
    refused(await run(token), 1, /there is no database/);
    assert.deepEqual(await readdir(folder), []);
});

test("a second chatd on the same folder is refused, and the first goes on", async (t) => {
    const folder = await scratch(t);
    const first = await Chatd.start(t, folder);
    const second = await run(["--listen", "127.0.0.1:0", "--data-dir", folder]);
    refused(second, 1, new RegExp(`in use by another chatd \\(process ${first.child.pid}\\)`));
    assert.equal((await fetch(`${first.url}/health/live`)).status, 200);
});

test("a second chatd on the same database from another folder is refused, whatever it is called there", async (t) => {
    const folder = await scratch(t);
    const [own, other] = [join(folder, "own"), join(folder, "other")];
    const first = await Chatd.start(t, own);
    const linked = join(folder, "linked.db");
    await symlink(join(own, "chatd.db"), linked);
    const inUse = new RegExp(`the database .* is in use by another chatd \\(process ${first.child.pid}\\)`);
    for (const path of [join(own, "chatd.db"), linked]) {
        const settings = ["--data-dir", other, "--store.sqlite.path", path];
        refused(await run(["--listen", "127.0.0.1:0", ...settings]), 1, inUse);
        refused(await run(["migrate", ...settings]), 1, inUse);
        refused(await run(["config", "check", "--listen", "127.0.0.1:0", ...settings]), 2, inUse);
        const looked = await run(["doctor", ...settings]);
        assert.equal(looked.code, 1, looked.out);
        assert.match(looked.out, /^fault +store +the database .* is in use by another chatd/m);
        const exported = await run(["export", "-", ...settings]);
        assert.equal(exported.code, 0, exported.err);
        refused(await run(["import", "-", ...settings], { input: exported.out }), 1, inUse);
    }
    assert.equal((await fetch(`${first.url}/health`)).status, 200);
    const beside = await run(["doctor", "--data-dir", own]);
    assert.equal(beside.code, 0, beside.out);
    await first.stop();
    await Chatd.start(t, other, { args: ["--store.sqlite.path", linked] });
});

test("a lock left by a killed chatd holds nobody up", async (t) => {
    const folder = await scratch(t);
    await (await Chatd.start(t, folder)).kill();
    await Chatd.start(t, folder);
});

test("a port in use is told", async (t) => {
    const address = await portOfAnother(t);
    const ended = await run(["--listen", address, "--data-dir", await scratch(t)]);
    assert.equal(ended.code, 1);
    assert.match(ended.err, new RegExp(`${address.replaceAll(".", "\\.")}.*[Aa]ddress already in use`));
});

test("a folder that cannot be written to is told", async (t) => {
    const folder = await scratch(t);
    await writeFile(join(folder, "file"), "");
    refused(await run(["--data-dir", join(folder, "file")]), 1, /is not a folder/);
    refused(await run(["--data-dir", "/proc/chatd"]), 1, /cannot make the data folder/);
    if (process.getuid() === 0) return; // whom no mode holds up
    await chmod(folder, 0o500);
    refused(await run(["--data-dir", folder]), 1, /cannot write to the data folder/);
});

test("a file that is no database is told, and left as it is", async (t) => {
    const folder = await scratch(t);
    const file = join(folder, "chatd.db");
    const bytes = Buffer.alloc(8192, "this is no database ");
    await writeFile(file, bytes);
    const ended = await run(["--listen", "127.0.0.1:0", "--data-dir", folder]);
    refused(ended, 1, /the database .*chatd\.db is damaged, or is none of chatd's/);
    assert.deepEqual(await readFile(file), bytes);
});

test("a database of a newer version is told", { skip: sqlite }, async (t) => {
    const folder = await scratch(t);
    await (await Chatd.start(t, folder)).stop();
    execFileSync("sqlite3", [
        join(folder, "chatd.db"),
        "CREATE TEMP TABLE newest AS SELECT * FROM schema_versions ORDER BY version DESC LIMIT 1;" +
            "UPDATE newest SET version = 999; INSERT INTO schema_versions SELECT * FROM newest;",
    ]);
    const ended = await run(["--listen", "127.0.0.1:0", "--data-dir", folder]);
    refused(ended, 1, /was written by a newer version of chatd: .*999/);
});

test("a database that another program holds is told", { skip: sqlite }, async (t) => {
    const folder = await scratch(t);
    await (await Chatd.start(t, folder)).stop();
    const holder = spawn("sqlite3", [join(folder, "chatd.db")]);
    afterwards(t, () => holder.kill("SIGKILL"));
    const held = new Promise((resolve) => holder.stdout.once("data", resolve));
    holder.stdin.write("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;\nSELECT 'held';\n");
    await held;
    const ended = await run(["--listen", "127.0.0.1:0", "--data-dir", folder]);
    refused(ended, 1, /the database .*chatd\.db cannot be opened: .*locked/);
});

test("people are added and given tokens, also while it runs", async (t) => {
    const folder = await scratch(t);
    const chatd = await Chatd.start(t, folder);
    const person = ["--email", "Root@example.org", "--nickname", "Root", "--role", "admin"];
    const settings = ["--data-dir", folder, "--auth.bcrypt_cost", "4"];
    const added = await run(["user", "add", ...person, ...settings], { input: "secret12345\n" });
    assert.equal(added.code, 0, added.err);
    const id = added.out.trim();
    const token = (await run(["token", "--user", id, ...settings])).out.trim();
    const me = await fetch(`${chatd.url}/api/v1/users/me`, {
        headers: { Authorization: `Bearer ${token}` },
    });
    assert.equal((await me.json()).role, "admin");
    const again = await run(["user", "add", ...person, ...settings], { input: "secret12345\n" });
    assert.equal(again.code, 1);
    assert.equal((await run(["token", "--user", "99", ...settings])).code, 1);
    assert.equal((await run(["token", "--user", "x", ...settings])).code, 2);
    const weak = await run(["user", "add", "--email", "a@b", "--nickname", "A", "--password", "short", ...settings]);
    assert.match(weak.err, /password.*8 to 72 bytes/);
    const odd = ["user", "add", "--email", "a", "--nickname", "A", ...settings];
    assert.match((await run(odd, { input: "secret12345\n" })).err, /email.*name@example\.org/);
});

test("a full disk refuses posts, keeps what it has, and serves again with room", async (t) => {
    const folder = join(await scratch(t), "small");
    await mkdir(folder);
    const mounted = has("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder);
    if (!mounted) return t.skip("a small file system cannot be mounted here");
    afterwards(t, () => execFileSync("umount", ["-l", folder]));
    const { Client } = await import("./lib/client.mjs");
    const chatd = await Chatd.start(t, folder, { args: ["--limits.person_posts_per_s=0"] });
    const [ann, bob] = [await chatd.signUp("ann"), await chatd.signUp("bob")];
    const client = await Client.as(chatd.port, ann);
    const { room } = await client.ask({ type: "open", userId: bob.id });
    const kept = [];
    let refusal;
    for (let i = 0; i < 5_000 && !refusal; ++i) {
        const content = `${i} ${"x".repeat(900)}`;
        await client.ask({ type: "post", roomId: room.id, content }).then(
            ({ message }) => kept.push(message.id),
            (error) => (refusal = error),
        );
    }
    assert.equal(refusal?.error?.code, "unavailable");
    assert.ok(kept.length > 10);
    assert.equal((await fetch(`${chatd.url}/health`)).status, 503);
    const last = await client.ask({ type: "history", roomId: room.id, limit: 1 });
    assert.equal(last.items[0].id, kept.at(-1), "what was answered is there, and can be read");

    execFileSync("mount", ["-o", "remount,size=64m", folder]);
    const more = await client.ask({ type: "post", roomId: room.id, content: "there is room again" });
    assert.ok(more.message.id > kept.at(-1));
});
