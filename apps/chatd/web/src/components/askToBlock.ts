import type { User } from "../client/wire";
import { t } from "../i18n";
import { block } from "../state/social";
import { dialog } from "./dialogs";

export function askToBlock(user: User): void {
    dialog.value = {
        kind: "confirm",
        question: {
            title: t("people.blockTitle", { name: user.nickname }),
            text: t("people.blockText"),
            action: t("people.block"),
            confirm: () => block(user),
        },
    };
}
