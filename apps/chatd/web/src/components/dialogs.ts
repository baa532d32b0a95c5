// Which dialog is open; one at a time.

import { signal } from "@preact/signals";
import type { Id, Message } from "../client/wire";

export type OpenDialog =
    | { kind: "finder" }
    | { kind: "new" }
    | { kind: "settings" }
    | { kind: "invite"; roomId: Id }
    | { kind: "leave"; roomId: Id; title: string }
    | { kind: "remove"; roomId: Id; userId: Id; name: string }
    | { kind: "delete"; message: Message };

export const dialog = signal<OpenDialog | undefined>(undefined);
export const detailsOpen = signal(false);

export function closeDialog(): void {
    dialog.value = undefined;
}
