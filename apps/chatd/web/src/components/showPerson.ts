import type { Id } from "../client/wire";
import { person } from "../state/people";
import { dialog } from "./dialogs";

/// Opens a person's profile with what is known; the rest is read there.
export function showPerson(userId: Id, nickname: string): void {
    const known = person(userId);
    dialog.value = {
        kind: "person",
        user: {
            id: userId,
            nickname: known?.nickname ?? nickname,
            profileImageUrl: known?.profileImageUrl ?? null,
        },
    };
}
