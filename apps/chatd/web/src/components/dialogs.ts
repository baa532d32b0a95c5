// Which dialog is open; one at a time.

import { signal } from "@preact/signals";
import type { Id, Message, User } from "../client/wire";
import type { Schedule } from "../state/schedules";

export type OpenDialog =
    | { kind: "finder" }
    | { kind: "new" }
    | { kind: "settings" }
    | { kind: "invite"; roomId: Id }
    | { kind: "leave"; roomId: Id; title: string }
    | { kind: "remove"; roomId: Id; userId: Id; name: string }
    | { kind: "delete"; message: Message }
    | { kind: "forward"; message: Message }
    | { kind: "reactions"; message: Message }
    | { kind: "picture"; message: Message; url: string }
    | { kind: "schedule"; roomId: Id; text: string; edited?: Schedule }
    | { kind: "schedules" }
    | { kind: "notice"; roomId: Id }
    | { kind: "profile" }
    | { kind: "person"; user: User }
    | { kind: "confirm"; question: Question };

export interface Question {
    title: string;
    text: string;
    action: string;
    /// The dialog stays until it has been done, and says why if it is refused.
    confirm: () => Promise<unknown>;
}

export const dialog = signal<OpenDialog | undefined>(undefined);

export function closeDialog(): void {
    dialog.value = undefined;
}
