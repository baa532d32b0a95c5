// A small company of people with something to talk about, for pictures.

import { Person } from "./api.mjs";

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
    return { me, friend: mina, newcomer, groupTitle };
}
