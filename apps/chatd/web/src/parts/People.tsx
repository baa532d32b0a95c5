// Friends, requests, people one may know, and those one has blocked.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { findPeople } from "../api";
import type { Id, User } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import * as social from "../state/social";
import { reasonText } from "../state/toasts";
import { showLeft } from "../state/views";
import { Avatar } from "../components/Avatar";
import { Empty, Skeleton } from "../components/controls";
import { Doing } from "./Doing";
import { Icon } from "../components/Icon";
import { LeftFrame } from "./LeftFrame";
import { showPerson } from "../components/showPerson";
import { useSearch } from "../components/useSearch";

type Face = Pick<User, "id" | "nickname"> & Partial<User>;

export function PeopleView() {
    const [query, setQuery] = useState("");
    const found = useSearch(query, findPeople);
    useEffect(() => void social.loadSocial(), []);
    return (
        <LeftFrame title={t("people.title")} onBack={() => showLeft("rooms")}>
            <label class="picker-field left-field">
                <Icon name="search" />
                <span class="sr-only">{t("people.find")}</span>
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck={false}
                    placeholder={t("people.find")}
                    value={query}
                    onInput={(event) => setQuery(event.currentTarget.value)}
                />
            </label>
            <div class="people-list" tabIndex={-1}>
                {query.trim() ? (
                    <FoundPeople query={query} found={found} />
                ) : (
                    <Lists status={social.socialStatus.value} />
                )}
            </div>
        </LeftFrame>
    );
}

interface FoundProps {
    query: string;
    found: { items: readonly User[]; busy: boolean; error: unknown };
}

function FoundPeople({ query, found }: FoundProps) {
    const people = found.items.filter(({ id }) => id !== myId());
    if (people.length === 0) {
        if (found.busy) return <Skeleton kind="person" rows={4} />;
        const text = found.error ? reasonText(found.error) : t("new.nobody", { query });
        return (
            <p class="picker-empty quiet" role="status">
                {text}
            </p>
        );
    }
    return (
        <ul>
            {people.map((user) => (
                <Row key={user.id} face={user} note={user.statusText ?? undefined}>
                    <BondButton user={user} />
                </Row>
            ))}
        </ul>
    );
}

function Lists({ status }: { status: social.SocialStatus }) {
    if (status === "failed") {
        return (
            <Empty icon="alert" title={t("people.failed")}>
                <p class="quiet">{reasonText(social.socialError.value)}</p>
                <button type="button" class="button" onClick={() => void social.loadSocial()}>
                    {t("common.retry")}
                </button>
            </Empty>
        );
    }
    if (status !== "ready") return <Skeleton kind="person" rows={6} />;
    const { friends, requestsIn, requestsOut, suggestions, blocked } = social;
    const nobody = [friends, requestsIn, requestsOut, suggestions, blocked].every(
        ({ value }) => value.length === 0,
    );
    if (nobody) {
        return (
            <Empty icon="group" title={t("people.none")}>
                <p class="quiet">{t("people.noneHint")}</p>
            </Empty>
        );
    }
    return (
        <>
            <Section title={t("people.requests")} count={requestsIn.value.length}>
                {requestsIn.value.map((request) => (
                    <Row key={request.id} face={faceOf(request.user, request.senderId)}>
                        <Answers request={request} />
                    </Row>
                ))}
            </Section>
            <Section title={t("people.friends")} count={friends.value.length}>
                {friends.value.map((user) => (
                    <Row key={user.id} face={user} note={user.statusText ?? undefined} online />
                ))}
            </Section>
            <Section title={t("people.suggestions")} count={suggestions.value.length}>
                {suggestions.value.map((one) => (
                    <Row
                        key={one.id}
                        face={one}
                        note={
                            one.mutualFriends > 0
                                ? t("people.mutual", { count: one.mutualFriends })
                                : t("people.distant")
                        }
                    >
                        <BondButton user={one} />
                    </Row>
                ))}
            </Section>
            <Section title={t("people.sent")} count={requestsOut.value.length}>
                {requestsOut.value.map(({ id, user, receiverId }) => (
                    <Row key={id} face={faceOf(user, receiverId)} />
                ))}
            </Section>
            <Section title={t("people.blocked")} count={blocked.value.length}>
                {blocked.value.map((user) => (
                    <Row key={user.id} face={user}>
                        <Doing label={t("people.unblock")} act={() => social.unblock(user.id)} />
                    </Row>
                ))}
            </Section>
        </>
    );
}

function faceOf(user: User | null, id: Id): Face {
    return user ?? { id, nickname: "?" };
}

interface SectionProps {
    title: string;
    count: number;
    children: ComponentChildren;
}

function Section({ title, count, children }: SectionProps) {
    if (count === 0) return null;
    return (
        <section aria-label={title}>
            <h2 class="picker-section">
                {title} <span class="people-count">{count}</span>
            </h2>
            <ul>{children}</ul>
        </section>
    );
}

interface RowProps {
    face: Face;
    note?: string | undefined;
    online?: boolean;
    children?: ComponentChildren;
}

function Row({ face, note, online, children }: RowProps) {
    const { id, nickname } = face;
    return (
        <li class="member">
            <button
                type="button"
                class="member-open"
                title={t("people.show", { name: nickname })}
                onClick={() => showPerson(id, nickname)}
            >
                <Avatar
                    id={id}
                    name={nickname}
                    image={face.profileImageUrl}
                    size="small"
                    presenceOf={online ? id : undefined}
                />
                <span class="picker-text">
                    <span class="ellipsis">{nickname}</span>
                    {note && <span class="ellipsis quiet">{note}</span>}
                </span>
            </button>
            {children}
        </li>
    );
}

/// What can be begun with somebody who was found.
export function BondButton({ user }: { user: Face }) {
    const { id, nickname } = user;
    switch (social.bondWith(id)) {
        case "friend":
            return <span class="tag">{t("people.isFriend")}</span>;
        case "asked":
            return <span class="tag">{t("people.asked")}</span>;
        case "asks":
            return (
                <Doing
                    label={t("people.accept")}
                    spoken={t("people.acceptName", { name: nickname })}
                    primary
                    act={() => social.answerPerson(id, true)}
                />
            );
        case "blocked":
            return <Doing label={t("people.unblock")} act={() => social.unblock(id)} />;
        case "none":
            return (
                <Doing
                    label={t("people.add")}
                    spoken={t("people.addName", { name: nickname })}
                    act={() => social.askToBeFriends(user)}
                />
            );
    }
}

function Answers({ request }: { request: social.FriendRequest }) {
    const name = request.user?.nickname ?? "";
    return (
        <span class="answers">
            <Doing
                label={t("people.reject")}
                spoken={t("people.rejectName", { name })}
                act={() => social.answerRequest(request, false)}
            />
            <Doing
                label={t("people.accept")}
                spoken={t("people.acceptName", { name })}
                primary
                act={() => social.answerRequest(request, true)}
            />
        </span>
    );
}
