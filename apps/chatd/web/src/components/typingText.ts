import type { Id, Room } from "../client/wire";
import { t } from "../i18n";
import { person } from "../state/people";

/// Who is typing, as a short sentence; undefined if nobody is.
export function typingText(ids: readonly Id[], kind: Room["kind"]): string | undefined {
    const [first, second] = ids;
    if (first === undefined) return undefined;
    if (kind === "direct") return t("typing.one");
    if (ids.length > 2) return t("typing.many", { count: ids.length });
    const name = person(first)?.nickname;
    if (!name) return t("typing.one");
    const other = second === undefined ? undefined : person(second)?.nickname;
    return other ? t("typing.two", { name, other }) : t("typing.named", { name });
}
