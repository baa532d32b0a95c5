// A message for later: its words, its time in some time zone, how often; and those that wait
// already in this room.

import { useEffect, useState } from "preact/hooks";
import { ChatError } from "../client";
import type { Id } from "../client/wire";
import { t, type TextKey } from "../i18n";
import { fullText, momentText } from "../i18n/dates";
import { contentMax, lengthOf } from "../state/actions";
import { draft, setDraft } from "../state/drafts";
import {
    cancelSchedule,
    loadSchedules,
    type Repeat,
    saveSchedule,
    type Schedule,
    schedules,
    schedulesOf,
} from "../state/schedules";
import { room, titleOf } from "../state/rooms";
import { reasonText, showToast } from "../state/toasts";
import { allZones, momentOf, OWN_ZONE, wallClock } from "../state/zones";
import { Empty, Skeleton } from "../components/controls";
import { Dialog } from "../components/Dialog";
import { closeDialog, dialog } from "../components/dialogs";
import { Doing } from "./Doing";
import { Icon } from "../components/Icon";

const HOUR_MS = 3_600_000;
const REPEATS = ["none", "daily", "weekly", "monthly"] as const;

type Field = "content" | "scheduledAt" | "timeZone" | "form";
type Problems = Partial<Record<Field, string>>;

/// All that waits for its time, in whatever room.
export function ScheduledDialog() {
    const [failure, setFailure] = useState<unknown>(undefined);
    const load = (): void => {
        setFailure(undefined);
        loadSchedules().catch(setFailure);
    };
    useEffect(load, []);
    const waiting = schedules.value;
    return (
        <Dialog title={t("schedule.all")} onClose={closeDialog}>
            {failure !== undefined && !waiting && <Failed onRetry={load} />}
            {!waiting && failure === undefined && <Skeleton kind="person" rows={3} />}
            {waiting?.length === 0 && (
                <Empty icon="clock" title={t("schedule.empty")}>
                    <p class="quiet">{t("schedule.emptyHint")}</p>
                </Empty>
            )}
            <ul class="schedules">
                {waiting?.map((item) => (
                    <Item key={item.id} item={item} everywhere />
                ))}
            </ul>
        </Dialog>
    );
}

interface Props {
    roomId: Id;
    text: string;
    edited?: Schedule | undefined;
}

export function ScheduleDialog({ roomId, text, edited }: Props) {
    return (
        <Dialog
            title={t(edited ? "schedule.editTitle" : "schedule.title")}
            onClose={closeDialog}
            class="dialog-schedule"
        >
            <Form key={edited?.id ?? 0} roomId={roomId} text={text} edited={edited} />
            <Waiting roomId={roomId} edited={edited} />
        </Dialog>
    );
}

/// The next full hour, at least half an hour away.
function suggested(): Date {
    return new Date(Math.ceil((Date.now() + HOUR_MS / 2) / HOUR_MS) * HOUR_MS);
}

function problemsOf(error: unknown): Problems {
    const text = reasonText(error);
    const field = error instanceof ChatError ? error.details["field"] : undefined;
    if (field === "content" || field === "timeZone") return { [field]: text };
    if (error instanceof ChatError && error.code === "in_the_past") return { scheduledAt: text };
    return { form: text };
}

function Form({ roomId, text, edited }: Props) {
    const [content, setContent] = useState(edited?.content ?? text.trim());
    const [zone, setZone] = useState(edited ? (edited.timeZone ?? "UTC") : OWN_ZONE);
    const [wall, setWall] = useState(() =>
        edited ? wallClock(new Date(edited.scheduledAt), zone) : wallClock(suggested(), zone),
    );
    const [repeat, setRepeat] = useState<Repeat | "none">(edited?.repeat ?? "none");
    const [problems, setProblems] = useState<Problems>({});
    const [busy, setBusy] = useState(false);
    const zones = allZones();

    const save = async (event: Event): Promise<void> => {
        event.preventDefault();
        if (busy) return;
        const words = content.trim();
        const found: Problems = {};
        if (!words) found.content = t("error.empty");
        else if (lengthOf(words) > contentMax()) found.content = t("error.too_long");
        if (!zones.includes(zone)) found.timeZone = t("schedule.zoneUnknown");
        const moment = found.timeZone ? undefined : momentOf(wall, zone);
        if (!moment && !found.timeZone) found.scheduledAt = t("schedule.whenNeeded");
        setProblems(found);
        if (!moment || Object.keys(found).length > 0) return;
        setBusy(true);
        try {
            const scheduledAt = moment.toISOString();
            const fields = { roomId, content: words, scheduledAt, repeat, timeZone: zone };
            const saved = await saveSchedule(fields, edited?.id);
            // What was written for now is what is sent later.
            if (!edited && draft(roomId).peek() === text) setDraft(roomId, "");
            closeDialog();
            showToast(t("schedule.done", { time: momentText(saved.scheduledAt) }));
        } catch (error) {
            setProblems(problemsOf(error));
            setBusy(false);
        }
    };
    return (
        <form class="stack" onSubmit={(event) => void save(event)} noValidate>
            <label class="field">
                <span class="field-label">{t("schedule.text")}</span>
                <textarea
                    rows={3}
                    value={content}
                    aria-invalid={problems.content !== undefined}
                    onInput={(event) => setContent(event.currentTarget.value)}
                />
                <Problem text={problems.content} />
            </label>
            <div class="field-row">
                <label class="field">
                    <span class="field-label">{t("schedule.when")}</span>
                    <input
                        type="datetime-local"
                        value={wall}
                        aria-invalid={problems.scheduledAt !== undefined}
                        onInput={(event) => setWall(event.currentTarget.value)}
                    />
                    <Problem text={problems.scheduledAt} />
                </label>
                <label class="field">
                    <span class="field-label">{t("schedule.repeat")}</span>
                    <select
                        value={repeat}
                        onChange={(event) => setRepeat(event.currentTarget.value as Repeat)}
                    >
                        {REPEATS.map((value) => (
                            <option key={value} value={value}>
                                {t(`schedule.${value}`)}
                            </option>
                        ))}
                    </select>
                </label>
            </div>
            <label class="field">
                <span class="field-label">{t("schedule.zone")}</span>
                <select value={zone} onChange={(event) => setZone(event.currentTarget.value)}>
                    {(zones.includes(zone) ? zones : [zone, ...zones]).map((name) => (
                        <option key={name} value={name}>
                            {name.replaceAll("_", " ")}
                        </option>
                    ))}
                </select>
                <Problem text={problems.timeZone} />
            </label>
            <Problem text={problems.form} />
            <button type="submit" class="button button-primary button-wide" aria-busy={busy}>
                {t(edited ? "common.save" : "schedule.action")}
            </button>
        </form>
    );
}

function Problem({ text }: { text: string | undefined }) {
    if (!text) return null;
    return (
        <span class="problem" role="alert">
            {text}
        </span>
    );
}

function Waiting({ roomId, edited }: { roomId: Id; edited?: Schedule | undefined }) {
    const [failure, setFailure] = useState<unknown>(undefined);
    const load = (): void => {
        setFailure(undefined);
        loadSchedules().catch(setFailure);
    };
    useEffect(load, []);
    const waiting = schedulesOf(roomId).filter(({ id }) => id !== edited?.id);
    if (failure !== undefined && schedules.value === undefined) {
        return <Failed onRetry={load} />;
    }
    if (waiting.length === 0) return null;
    return (
        <section aria-label={t("schedule.list")}>
            <h3 class="picker-section">{t("schedule.list")}</h3>
            <ul class="schedules">
                {waiting.map((item) => (
                    <Item key={item.id} item={item} />
                ))}
            </ul>
        </section>
    );
}

function Failed({ onRetry }: { onRetry: () => void }) {
    return (
        <p class="problem">
            {t("schedule.failed")}{" "}
            <button type="button" class="link" onClick={onRetry}>
                {t("common.retry")}
            </button>
        </p>
    );
}

function Item({ item, everywhere }: { item: Schedule; everywhere?: boolean }) {
    const { id, roomId, content, scheduledAt, repeat, timeZone } = item;
    const rhythm = repeat ? ` · ${t(`schedule.${repeat}` as TextKey)}` : "";
    const shown = everywhere ? room(roomId)?.value : undefined;
    const elsewhere =
        timeZone && timeZone !== OWN_ZONE ? ` · ${timeZone.replaceAll("_", " ")}` : "";
    return (
        <li class="schedule">
            <span class="picker-text">
                {shown && <span class="ellipsis schedule-room">{titleOf(shown)}</span>}
                <span class="found-lines">{content}</span>
                <span class="quiet" title={fullText(scheduledAt)}>
                    <Icon name="clock" /> {momentText(scheduledAt)}
                    {rhythm}
                    {elsewhere}
                </span>
            </span>
            <span class="answers">
                <button
                    type="button"
                    class="button button-small"
                    onClick={() =>
                        (dialog.value = { kind: "schedule", roomId, text: "", edited: item })
                    }
                >
                    {t("schedule.edit")}
                </button>
                <Doing
                    label={t("common.cancel")}
                    spoken={t("schedule.cancel")}
                    act={() => cancelSchedule(id)}
                />
            </span>
        </li>
    );
}
