// A small company of people with something to talk about, for pictures.

import { Person } from "./api.mjs";
import { scenery, text } from "./files.mjs";

const NAMES = [
    "Mina Park",
    "Jonas Weber",
    "김서연",
    "Aiko Tanaka",
    "Priya Nair",
    "Lucas Martin",
    "박지훈",
];

export async function furnish(base, tag) {
    const mail = (name) => `${name}.${tag}@example.org`;
    const me = await Person.signUp(base, "Hana Lee", mail("hana"));
    const people = [];
    for (const [index, name] of NAMES.entries())
        people.push(await Person.signUp(base, name, mail(`p${index}`)));
    const [mina, jonas, seoyeon, aiko, priya, lucas, jihoon] = people;
    const newcomer = await Person.signUp(base, "Noah Kim", mail("noah"));

    const say = async (roomId, lines) => {
        const posted = [];
        for (const [who, text, parent] of lines) {
            posted.push(
                await who.post(roomId, text, parent === undefined ? undefined : posted[parent].id),
            );
        }
        return posted;
    };
    const chat = async (other, lines) => {
        const { id } = await me.direct(other);
        await say(id, lines);
        return id;
    };
    await chat(lucas, [
        [lucas, "Thanks, got the keys."],
        [me, "Great. See you on Monday!"],
    ]);
    await chat(priya, [
        [priya, "Did you see the new figures?"],
        [priya, "p99 went from 31 ms to 9 ms"],
    ]);
    await chat(jihoon, [
        [jihoon, "회의실 예약했어요. 3층입니다."],
        [me, "고마워요!"],
    ]);
    await chat(aiko, [
        [me, "The translation is in."],
        [aiko, "Wonderful, I will read it tonight"],
    ]);
    const { id: book } = await me.group("Book club", [aiko, priya, lucas], true);
    await say(book, [
        [aiko, "Next one: The Left Hand of Darkness"],
        [lucas, "Finally some snow"],
    ]);
    const groupTitle = "Weekend in Busan";
    const { id: trip } = await me.group(groupTitle, [mina, jonas, seoyeon, aiko]);
    const posted = await say(trip, [
        [mina, "Who is coming on Saturday? I can book the 9:15 train for everybody."],
        [jonas, "Me!"],
        [jonas, "If there is a window seat left I will take it."],
        [me, "I am in. Shall we take the early one back on Sunday, or stay for lunch?"],
        [seoyeon, "저는 일요일 점심까지 있을게요. 해운대에 맛있는 집을 알아요."],
        [mina, "Lunch it is. This one? https://example.org/haeundae/noodles", 4],
        [me, "Looks perfect."],
        [
            me,
            "Booked a table for five at half past twelve. We should leave the hotel at eleven, walk along the beach, and be there in time without running.",
        ],
        [jonas, "You are a hero!", 7],
        [seoyeon, "벌써 배고파요."],
        [me, "See you at the station!"],
    ]);
    await me
        .call("PUT", `/messages/${posted[3].id}`, {
            content: "I am in. Early train back on Sunday, or lunch first?",
        })
        .catch(() => undefined);
    await furnishMarks({ me, mina, jonas, seoyeon, aiko }, trip, posted);
    await mina.read(trip);
    await chat(mina, [
        [mina, "Hi Hana! Did the parcel arrive?"],
        [me, "It did, this morning. Thank you so much!"],
        [me, "The blue one is my favourite."],
        [mina, "I thought so :)"],
        [
            mina,
            "Are you free for a coffee this week? There is a new place behind the library, and they roast their own beans.",
        ],
        [me, "Thursday after work?"],
    ]);
    await furnishFriends({ me, mina, jonas, seoyeon, aiko, priya, lucas, jihoon });
    await mina.mention(trip, "@Hana Lee could you bring the tickets?", [me]);
    return { me, friend: mina, newcomer, groupTitle, trip, mina, aiko };
}

/// What people have put to messages of the group, and what it shows to all.
async function furnishMarks({ me, mina, jonas, seoyeon, aiko }, trip, posted) {
    const [who, , window, , noodles, , , booked] = posted;
    for (const one of [mina, jonas, seoyeon]) await one.react(booked.id, "🎉");
    await aiko.react(booked.id, "❤️");
    await me.react(noodles.id, "😋");
    await mina.react(noodles.id, "😋");
    await jonas.react(who.id, "👍");
    await me.pin(booked.id);
    await me.pin(who.id);
    const thread = (from, content) =>
        from.call("POST", "/messages/thread", {
            roomId: trip,
            parentMessageId: window.id,
            content,
        });
    await thread(mina, "There are two left, coach 4.");
    await thread(jonas, "The left one please, for the sea!");
    await thread(me, "Done. 4A is yours.");
    await me.call("POST", `/chatrooms/${trip}/notice`, {
        content: "Meeting point: Seoul station, gate 3, Saturday 8:55",
    });
}

/// Requests, suggestions, a block.
async function furnishFriends({ me, mina, jonas, seoyeon, aiko, priya, lucas, jihoon }) {
    await me.befriend(mina);
    await me.befriend(seoyeon);
    await mina.befriend(jonas);
    await seoyeon.befriend(jonas);
    await mina.befriend(aiko);
    for (const one of [priya, jihoon]) {
        await one.call("POST", "/users/friends/requests", { userId: me.id });
    }
    await me.call("POST", "/users/friends/requests", { userId: lucas.id });
    await mina.call("PUT", "/users/me", { statusText: "Back on Monday" });
    await me.call("PUT", "/users/me", { statusText: "On the train more often than not" });
}

export const FILES_TITLE = "Beach house";

/// A group that talks in pictures and papers, and what one keeps of it.
export async function furnishFiles({ me, mina, aiko, trip }) {
    const { id } = await me.group(FILES_TITLE, [mina, aiko]);
    await mina.postFiles(id, "We are here! This is from the terrace.", [
        scenery("terrace.png", 960, 600),
    ]);
    const kept = await me.post(id, "Wow. Which key is for the front door?");
    const plan = { ...text("arrival.pdf", `%PDF-1.4\n${"% ".repeat(24_000)}`) };
    await aiko.postFiles(id, "It is all in here.", [plan]);
    await me.postFiles(id, "", [
        scenery("morning.png", 600, 800),
        scenery("evening.png", 800, 600, true),
    ]);
    const { items } = await me.history(trip);
    await me.bookmark(items[1].id);
    await me.bookmark(items.find(({ content }) => /window seat/.test(content)).id);
    await me.bookmark(kept.id);
    await me.bookmark((await me.history(id)).items[1].id);
    return id;
}
