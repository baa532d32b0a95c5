// Files for the message that is being written: chosen with a button, dropped onto what is around the
// field, or pasted; shown above it until the message is sent.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { OutboxFile } from "../client";
import { t } from "../i18n";
import { sizeText } from "../i18n/sizes";
import { limits } from "../state/connection";
import { objectAddress } from "../state/files";
import { choose, type Chosen, dropChosen, take, tray } from "../state/trays";
import { IconButton } from "./controls";
import { Icon } from "./Icon";

interface Attaching {
    count: number;
    /// False while something stands there that cannot be sent.
    sound: boolean;
    take: () => OutboxFile[];
    onPaste: (event: ClipboardEvent) => void;
    button: ComponentChildren;
    shelf: ComponentChildren;
}

/// `key` names the tray; without one, or where the server keeps no files, nothing can be attached.
export function useAttaching(
    key: string | undefined,
    area: { current: HTMLTextAreaElement | null },
): Attaching {
    const possible = key !== undefined && limits.value.attachmentBytes !== undefined;
    const chosen = key === undefined ? [] : tray(key).value;
    const input = useRef<HTMLInputElement>(null);
    const add = (files: readonly File[]): void => {
        if (key === undefined || files.length === 0) return;
        void choose(key, files);
        area.current?.focus();
    };
    const over = useDrop(possible, area, add);
    const remove = ({ id }: Chosen): void => {
        dropChosen(key as string, id);
        area.current?.focus();
    };
    return {
        count: chosen.length,
        sound: chosen.every(({ problem }) => !problem),
        take: () => (key === undefined ? [] : take(key)),
        onPaste: (event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (!possible || files.length === 0) return;
            event.preventDefault();
            add(files);
        },
        button: possible && (
            <>
                <IconButton
                    icon="clip"
                    class="composer-tool"
                    label={t("files.attach")}
                    onClick={() => input.current?.click()}
                />
                <input
                    ref={input}
                    class="sr-only"
                    type="file"
                    multiple
                    tabIndex={-1}
                    aria-hidden="true"
                    onChange={({ currentTarget }) => {
                        add([...(currentTarget.files ?? [])]);
                        // So that the same file can be chosen again.
                        currentTarget.value = "";
                    }}
                />
            </>
        ),
        shelf: (
            <>
                {chosen.length > 0 && (
                    <ul class="tray" aria-label={t("files.chosen")}>
                        {chosen.map((file) => (
                            <ChosenFile key={file.id} file={file} onRemove={() => remove(file)} />
                        ))}
                    </ul>
                )}
                {over && (
                    <div class="drop-here" aria-hidden="true">
                        <Icon name="clip" />
                        {t("files.dropHere")}
                    </div>
                )}
            </>
        ),
    };
}

function ChosenFile({ file, onRemove }: { file: Chosen; onRemove: () => void }) {
    const { blob, name, problem } = file;
    const [drawn, setDrawn] = useState(blob.type.startsWith("image/"));
    const item = useRef<HTMLLIElement>(null);
    useEffect(() => {
        // What keeps the message from being sent must not lie beyond the edge.
        if (problem) item.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }, [problem]);
    return (
        <li ref={item} class={`tray-file ${problem ? "tray-problem" : ""}`}>
            {drawn ? (
                <img
                    class="tray-picture"
                    src={objectAddress(blob)}
                    alt=""
                    onError={() => setDrawn(false)}
                />
            ) : (
                <span class="tray-picture">
                    <Icon name="file" />
                </span>
            )}
            <span class="tray-text">
                <span class="ellipsis" title={name}>
                    {name}
                </span>
                <span class={problem ? "problem" : "quiet"} role={problem ? "alert" : undefined}>
                    {problem ? problemText(file) : sizeText(blob.size)}
                </span>
            </span>
            <IconButton icon="close" label={t("files.remove", { name })} onClick={onRemove} />
        </li>
    );
}

function problemText({ problem, blob }: Chosen): string {
    const { attachments = 0, attachmentBytes = 0 } = limits.value;
    if (problem === "empty_file") return t("files.empty");
    if (problem === "too_many_files") return t("files.tooMany", { count: attachments });
    return t("files.tooLarge", { size: sizeText(blob.size), most: sizeText(attachmentBytes) });
}

/// True while files are held over the conversation, or the thread, that the field belongs to.
function useDrop(
    possible: boolean,
    area: { current: HTMLTextAreaElement | null },
    add: (files: readonly File[]) => void,
): boolean {
    const [over, setOver] = useState(false);
    const latest = useRef(add);
    latest.current = add;
    useEffect(() => {
        const zone = area.current?.closest<HTMLElement>(".conversation, .details");
        if (!possible || !zone) return;
        // Each part inside tells of its own entering and leaving.
        let depth = 0;
        const count = (by: number): void => {
            depth = Math.max(0, depth + by);
            setOver(depth > 0);
        };
        const enter = (event: DragEvent): void => {
            if (holdsFiles(event)) count(1);
        };
        const leave = (event: DragEvent): void => {
            if (holdsFiles(event)) count(-1);
        };
        const drop = (event: DragEvent): void => {
            if (!holdsFiles(event)) return;
            event.preventDefault();
            count(-depth);
            latest.current(filesIn(event.dataTransfer as DataTransfer));
        };
        zone.addEventListener("dragenter", enter);
        zone.addEventListener("dragleave", leave);
        zone.addEventListener("drop", drop);
        return () => {
            zone.removeEventListener("dragenter", enter);
            zone.removeEventListener("dragleave", leave);
            zone.removeEventListener("drop", drop);
        };
    }, [possible]);
    return over;
}

export function holdsFiles({ dataTransfer }: DragEvent): boolean {
    return !!dataTransfer?.types.includes("Files");
}

/// Folders come along as files that cannot be read.
function filesIn({ items, files }: DataTransfer): File[] {
    const all = [...items].filter(({ kind }) => kind === "file");
    if (all.length === 0) return [...files];
    return all
        .filter((item) => !item.webkitGetAsEntry()?.isDirectory)
        .map((item) => item.getAsFile())
        .filter((file) => file !== null);
}
