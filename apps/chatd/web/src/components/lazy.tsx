// Parts of the page that are fetched when they are first needed.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { Empty } from "./controls";

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
    let loaded: ComponentType<P> | undefined;
    return function Lazy(props: P) {
        const [, shown] = useState(0);
        const [failed, setFailed] = useState(false);
        useEffect(() => {
            if (loaded || failed) return;
            load().then(
                (part) => {
                    loaded = part;
                    shown((count) => count + 1);
                },
                () => setFailed(true),
            );
        }, [failed]);
        if (failed) return <Failed onRetry={() => setFailed(false)} />;
        const Part = loaded;
        return Part ? <Part {...props} /> : null;
    };
}

/// There is no connection, or the server has been renewed since the page was opened.
function Failed({ onRetry }: { onRetry: () => void }) {
    return (
        <div class="part-failed" role="alert">
            <Empty icon="alert" title={t("common.partFailed")}>
                <button type="button" class="button" onClick={onRetry}>
                    {t("common.retry")}
                </button>
            </Empty>
        </div>
    );
}
