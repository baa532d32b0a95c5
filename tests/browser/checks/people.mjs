// Friends, requests, blocks, profiles.

import { bubble, openRoom, write } from "../lib/browser.mjs";
import { assert, until } from "../lib/expect.mjs";

export const people = {
    "a request to be friends is told at once, accepted, and both are told": {
        async run(stage) {
            const ann = await stage.person(`Ann ${stage.tag}`);
            const bob = await stage.person(`Bob ${stage.tag}`);
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await a.getByRole("button", { name: "People" }).click();
            await a.getByRole("textbox", { name: "Find people" }).fill(bob.nickname);
            await a.getByRole("button", { name: `Add friend: ${bob.nickname}` }).click();
            await a.getByText("Request sent").waitFor();
            await b.locator(".toast", { hasText: `${ann.nickname} wants to be friends` }).click();
            await b.getByRole("button", { name: `Accept: ${ann.nickname}` }).click();
            await b.getByRole("region", { name: "Friends" }).getByText(ann.nickname).waitFor();
            await a.locator(".toast", { hasText: "has accepted your friend request" }).waitFor();
            await a.getByRole("textbox", { name: "Find people" }).fill("");
            await a.getByRole("region", { name: "Friends" }).getByText(bob.nickname).waitFor();
            // And it ends as openly.
            await a.getByRole("button", { name: bob.nickname, exact: true }).click();
            await a.getByRole("button", { name: "Remove from friends" }).click();
            await a.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
            await a.getByText("No friends yet").waitFor();
        },
    },
    "friends of friends are suggested; a declined request is gone": {
        async run(stage) {
            const ann = await stage.person(`Ann ${stage.tag}`);
            const bob = await stage.person(`Bob ${stage.tag}`);
            const carol = await stage.person(`Carol ${stage.tag}`);
            await ann.befriend(bob);
            await bob.befriend(carol);
            const dan = await stage.person(`Dan ${stage.tag}`);
            await dan.call("POST", "/users/friends/requests", { userId: ann.id });
            const a = await stage.openAs(ann);
            await a.getByRole("button", { name: "People, 1 request" }).click();
            const suggested = a.getByRole("region", { name: "People you may know" });
            await suggested.getByText(carol.nickname).waitFor();
            await suggested.getByText("1 friend in common").waitFor();
            await a.getByRole("button", { name: `Decline: ${dan.nickname}` }).click();
            await until(
                "no request is left",
                async () => (await a.getByText("Want to be friends").count()) === 0,
            );
            const left = await ann.call("GET", "/users/friends/requests?direction=in");
            assert.equal(left.items.length, 0);
        },
    },
    "a block closes the direct room for both, and is lifted again": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            await ann.direct(bob);
            const a = await stage.openAs(ann);
            const b = await stage.openAs(bob);
            await openRoom(a, "Bob Brook");
            await openRoom(b, "Ann Arbor");
            await a.getByRole("button", { name: "Details" }).click();
            await a.getByRole("button", { name: "Block" }).click();
            await a.getByRole("dialog").getByRole("button", { name: "Block" }).click();
            await a.getByText("You have blocked Bob Brook.").waitFor();
            await write(b, "are you there?");
            await b.getByText("Not sent: You cannot write to this person.").waitFor();
            await a.locator(".composer").getByRole("button", { name: "Unblock" }).click();
            await a.locator(".composer textarea").waitFor();
            await b.getByRole("button", { name: "Try again" }).click();
            await bubble(a, "are you there?").waitFor();
        },
    },
    "a profile is edited and seen by others": {
        async run(stage) {
            const [ann, bob] = [await stage.person("Ann Arbor"), await stage.person("Bob Brook")];
            await ann.post((await ann.direct(bob)).id, "hi");
            const a = await stage.openAs(ann);
            await a.getByRole("button", { name: "Settings" }).click();
            await a.getByRole("button", { name: "Edit profile" }).click();
            await a.getByRole("textbox", { name: "Address of a picture" }).fill("ftp://x/y.png");
            await a.getByRole("button", { name: "Save" }).click();
            await a.getByText("The address must begin with https://").waitFor();
            await a.getByRole("textbox", { name: "Address of a picture" }).fill("");
            await a.getByRole("textbox", { name: "Name" }).fill("Ann Aurora");
            await a.getByRole("textbox", { name: "Status" }).fill("Somewhere north");
            await a.getByRole("button", { name: "Save" }).click();
            await a.getByRole("dialog").waitFor({ state: "detached" });
            await a.reload();
            await a.getByRole("button", { name: "Settings" }).click();
            await a.getByText("Somewhere north").waitFor();
            const b = await stage.openAs(bob);
            await openRoom(b, "Ann Aurora");
            await b.getByRole("button", { name: "Details" }).click();
            await b.getByRole("button", { name: "Show profile" }).click();
            await b.getByRole("dialog").getByText("Somewhere north").waitFor();
        },
    },
};
