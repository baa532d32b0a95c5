import type { Room } from "../client/wire";
import { t } from "../i18n";
import { readCount, type Readers } from "../state/members";
import { Icon } from "./Icon";
import type { LogRow } from "./logRows";

interface Props {
    row: LogRow;
    readers: Readers;
    kind: Room["kind"];
}

/// How far an own message has come: waiting, stored, read by others, or refused.
export function StatusMark({ row: { message, pending }, readers, kind }: Props) {
    if (!message) {
        const refused = pending?.state === "refused";
        return (
            <span class={`status ${refused ? "status-refused" : ""}`}>
                <Icon
                    name={refused ? "alert" : "clock"}
                    label={t(refused ? "message.refused" : "message.waiting")}
                />
            </span>
        );
    }
    const count = readCount(readers, message.id);
    if (count === 0) {
        return (
            <span class="status">
                <Icon name="check" label={t("message.sent")} />
            </span>
        );
    }
    const label =
        kind === "direct"
            ? t("message.read")
            : t("message.readBy", { count, others: readers.others });
    return (
        <span class="status status-read">
            <Icon name="ticks" label={label} />
        </span>
    );
}
