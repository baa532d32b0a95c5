import { t } from "../i18n";
import type { Timeline } from "../state/timelines";
import { Icon } from "./Icon";

export function JumpToEnd({ timeline }: { timeline: Timeline }) {
    const count = timeline.newBelow.value;
    const label = count > 0 ? t("log.toEndCount", { count }) : t("log.toEnd");
    return (
        <button
            type="button"
            class="jump"
            aria-label={label}
            title={label}
            onClick={() => void timeline.showNewest()}
        >
            <Icon name="down" />
            {count > 0 && <span class="badge">{count}</span>}
        </button>
    );
}
