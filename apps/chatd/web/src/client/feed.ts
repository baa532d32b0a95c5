// One attached room as the client has followed it. A room is a log of changes; every event names
// its position and the one before it, so a receiver can tell whether it has missed something.

import type { Position, RoomEvent } from "./wire";

export type Verdict = "deliver" | "known" | "gap";

export class RoomFeed {
    /// The last position that was delivered; undefined until the server has named the room's head.
    position: Position | undefined;
    /// Events held back while what lies before them is being fetched; undefined when nothing is.
    held: RoomEvent[] | undefined;

    constructor(position?: Position) {
        this.position = position;
    }

    judge(event: RoomEvent): Verdict {
        if (this.position === undefined) return "deliver";
        // One change may alter several states: the later events then have `prev` equal to
        // `position`.
        const sharesPosition = event.position === this.position && event.prev === event.position;
        if (sharesPosition) return "deliver";
        if (event.position <= this.position) return "known";
        return event.prev > this.position ? "gap" : "deliver";
    }

    advance(position: Position): void {
        if (this.position === undefined || position > this.position) this.position = position;
    }
}
