// A message's newest state, handed to everything that shows it.

import type { Message } from "../client/wire";
import { takeIntoPins } from "./pins";
import { takeIntoQuotes } from "./quotes";
import { onMessageChanged } from "./rooms";
import { takeIntoThreads } from "./threads";
import { knownTimeline } from "./timelines";

/// `isNew` where it was told as new, live, rather than in answer to a request.
export function takeMessage(message: Message, isNew = false): void {
    knownTimeline(message.roomId)?.apply(message, isNew);
    takeIntoThreads(message);
    takeIntoPins(message);
    takeIntoQuotes(message);
    onMessageChanged(message);
}
