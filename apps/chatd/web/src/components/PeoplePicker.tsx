// Finds people by name; either one is chosen at once, or several are gathered.

import { useState } from "preact/hooks";
import { findPeople } from "../api";
import type { Id, User } from "../client/wire";
import { t } from "../i18n";
import { myId } from "../state/connection";
import { roomOrder, room } from "../state/rooms";
import { reasonText } from "../state/toasts";
import { Avatar } from "./Avatar";
import { Icon } from "./Icon";
import { Picker } from "./Picker";
import { useSearch } from "./useSearch";

interface Props {
    /// The gathered ones; undefined where one is chosen at once.
    chosen?: readonly User[];
    onChoose: (user: User) => void;
    /// People who cannot be chosen, as they are in already.
    without?: ReadonlySet<Id>;
    waits?: boolean;
}

export function PeoplePicker({ chosen, onChoose, without, waits }: Props) {
    const [query, setQuery] = useState("");
    const found = useSearch(query, findPeople);
    const known = query.trim() ? found.items : peopleOfDirectRooms();
    const people = known.filter(({ id }) => id !== myId() && !without?.has(id));
    const empty = query.trim() ? t("new.nobody", { query }) : t("new.hint");
    return (
        <>
            {chosen && chosen.length > 0 && <Chips chosen={chosen} onRemove={onChoose} />}
            <Picker
                label={t("new.find")}
                query={query}
                onQuery={setQuery}
                busy={found.busy}
                empty={found.error ? reasonText(found.error) : empty}
                multiple={chosen !== undefined}
                waits={waits ?? false}
                items={people.map((user) => ({
                    key: String(user.id),
                    avatar: (
                        <Avatar
                            id={user.id}
                            name={user.nickname}
                            image={user.profileImageUrl}
                            size="small"
                        />
                    ),
                    label: user.nickname,
                    note: user.statusText ?? undefined,
                    ...(chosen && { checked: chosen.some(({ id }) => id === user.id) }),
                    choose: () => onChoose(user),
                }))}
            />
        </>
    );
}

/// Before anything is typed: the people one has been talking with.
function peopleOfDirectRooms(): User[] {
    return roomOrder.value.flatMap((id) => room(id)?.value.peer ?? []);
}

function Chips({ chosen, onRemove }: { chosen: readonly User[]; onRemove: (user: User) => void }) {
    return (
        <div class="chips">
            {chosen.map((user) => (
                <button
                    type="button"
                    class="chip"
                    key={user.id}
                    aria-label={t("new.remove", { name: user.nickname })}
                    onClick={() => onRemove(user)}
                >
                    {user.nickname}
                    <Icon name="close" />
                </button>
            ))}
        </div>
    );
}

/// Adds a person to those gathered, or takes them away again.
export function toggled(chosen: readonly User[], user: User): User[] {
    const others = chosen.filter(({ id }) => id !== user.id);
    return others.length === chosen.length ? [...chosen, user] : others;
}
