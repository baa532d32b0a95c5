// Which rooms this window follows live: the open one and those at the top of the list, so that
// their typing shows and they open without waiting. The number is bounded; the longest unseen goes
// first.

import type { Id } from "../client/wire";
import { client } from "./connection";
import { openRoomId } from "./route";
import { knownTimeline } from "./timelines";

const LISTED_MAX = 50;
const FOLLOWED_MAX = 80;

/// In the order in which they were last wanted.
const followed = new Set<Id>();

export function follow(roomId: Id): Promise<void> {
    followed.delete(roomId);
    followed.add(roomId);
    for (const oldest of followed) {
        if (followed.size <= FOLLOWED_MAX) break;
        if (oldest !== openRoomId.peek()) unfollow(oldest);
    }
    return client().attach(roomId);
}

export function followListed(roomIds: readonly Id[]): void {
    for (const roomId of roomIds.slice(0, LISTED_MAX)) {
        if (!followed.has(roomId)) void follow(roomId);
    }
}

export function unfollow(roomId: Id): void {
    if (!followed.delete(roomId)) return;
    client().detach(roomId);
    knownTimeline(roomId)?.outdate();
}

export function forgetFollowed(): void {
    followed.clear();
}
