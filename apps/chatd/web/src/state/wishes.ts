// Lays what a person wants of the reactions to a message over those that the server has told.

import type { Id, Reaction } from "../client/wire";

/// By emoji: whether it shall be there.
export type Wishes = ReadonlyMap<string, boolean>;

export function withWishes(reactions: readonly Reaction[], wanted: Wishes, me: Id): Reaction[] {
    const shown = reactions.map((item) => ({ ...item }));
    for (const [reaction, present] of wanted) {
        const known = shown.find((item) => item.reaction === reaction);
        const has = known?.userIds.includes(me) ?? false;
        if (has === present) continue;
        if (!known) shown.push({ reaction, count: 1, userIds: [me] });
        else {
            known.count += present ? 1 : -1;
            known.userIds = present
                ? [...known.userIds, me]
                : known.userIds.filter((id) => id !== me);
        }
    }
    return shown.filter(({ count }) => count > 0);
}
