// What is known of people, from wherever it was heard: names, pictures, presence.

import { type Signal, signal } from "@preact/signals";
import { readUser } from "../api";
import type { Id, PresenceEvent, User } from "../client/wire";

export interface Presence {
    /// Undefined until the server has told.
    online: boolean | undefined;
    lastSeenAt: string | undefined;
}

export interface Person {
    id: Id;
    nickname: string;
    profileImageUrl: string | null;
}

const people = new Map<Id, Signal<Person | undefined>>();
const presences = new Map<Id, Signal<Presence>>();

function personSignal(id: Id): Signal<Person | undefined> {
    let known = people.get(id);
    if (!known) people.set(id, (known = signal(undefined)));
    return known;
}

export function person(id: Id): Person | undefined {
    return personSignal(id).value;
}

const asked = new Set<Id>();

/// As `person`; who is not known yet is asked for, once.
export function personAsked(id: Id): Person | undefined {
    const known = person(id);
    if (known || asked.has(id)) return known;
    asked.add(id);
    readUser(id).then(rememberUser, () => undefined);
    return undefined;
}

export function rememberPerson(id: Id, nickname: string, image?: string | null): void {
    const known = personSignal(id);
    const before = known.peek();
    const profileImageUrl = image === undefined ? (before?.profileImageUrl ?? null) : image;
    if (before?.nickname === nickname && before.profileImageUrl === profileImageUrl) return;
    known.value = { id, nickname, profileImageUrl };
}

export function rememberUser(user: User): void {
    rememberPerson(user.id, user.nickname, user.profileImageUrl ?? null);
    if (user.lastSeenAt && presence(user.id).peek().lastSeenAt === undefined) {
        const known = presence(user.id);
        known.value = { ...known.peek(), lastSeenAt: user.lastSeenAt };
    }
}

export function presence(id: Id): Signal<Presence> {
    let known = presences.get(id);
    if (!known) presences.set(id, (known = signal({ online: undefined, lastSeenAt: undefined })));
    return known;
}

export function onPresence(event: PresenceEvent): void {
    const known = presence(event.userId);
    known.value = {
        online: event.status === "online",
        lastSeenAt: event.lastSeenAt ?? known.peek().lastSeenAt,
    };
}

/// Takes the server's word on who of these people is online now.
export function setOnline(all: Iterable<Id>, online: ReadonlySet<Id>): void {
    for (const id of all) {
        const known = presence(id);
        if (known.peek().online !== online.has(id)) {
            known.value = { ...known.peek(), online: online.has(id) };
        }
    }
}

export function forgetPeople(): void {
    people.clear();
    asked.clear();
    presences.clear();
}
