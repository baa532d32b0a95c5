// A thin bar that says what the connection does when it is not simply there.

import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { connection, everConnected } from "../state/connection";

/// A quick connection needs no word.
const QUIET_MS = 700;
const BACK_SHOWN_MS = 1600;

export function ConnectionBar() {
    const state = connection.value;
    const broken = state.phase !== "open";
    const [loud, setLoud] = useState(false);
    const [back, setBack] = useState(false);
    const [, tick] = useState(0);

    useEffect(() => {
        if (broken) {
            const timer = setTimeout(() => setLoud(true), QUIET_MS);
            return () => clearTimeout(timer);
        }
        if (!loud) return;
        setLoud(false);
        setBack(everConnected.peek());
    }, [broken]);
    useEffect(() => {
        if (!back) return;
        const timer = setTimeout(() => setBack(false), BACK_SHOWN_MS);
        return () => clearTimeout(timer);
    }, [back]);
    useEffect(() => {
        if (state.phase !== "waiting") return;
        const timer = setInterval(() => tick((count) => count + 1), 500);
        return () => clearInterval(timer);
    }, [state]);

    const shown = broken ? loud : back;
    return (
        <div class="connection" data-shown={shown} data-phase={broken ? "broken" : "back"}>
            <span role="status">
                {shown && (broken ? t("connection.connecting") : t("connection.back"))}
            </span>
            {shown && broken && <Countdown />}
        </div>
    );
}

/// Beside the status text, not in it, so that a screen reader is not told every second.
function Countdown() {
    const state = connection.value;
    if (state.phase !== "waiting") return null;
    const seconds = Math.max(1, Math.ceil((state.retryAt - Date.now()) / 1000));
    const key = state.reason === "server_full" ? "connection.full" : "connection.waiting";
    return (
        <span class="connection-count" aria-hidden="true">
            {t(key, { seconds })}
        </span>
    );
}
