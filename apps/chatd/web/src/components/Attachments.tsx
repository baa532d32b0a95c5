// The files of a message: pictures and films in sight, all else by name; and of a message that is not
// sent yet, how far each has come.

import { useEffect, useState } from "preact/hooks";
import type { OutboxEntry, OutboxFile } from "../client";
import { mediaOf } from "../client/media";
import type { Attachment, Message } from "../client/wire";
import { refusalText, t } from "../i18n";
import { percentText, sizeText } from "../i18n/sizes";
import { client, isOnline } from "../state/connection";
import {
    addressAtHand,
    addressOf,
    download,
    isOwn,
    localBlob,
    objectAddress,
    sentOf,
} from "../state/files";
import { showError } from "../state/toasts";
import { type Box, boxOf, FILM_BOX, sizeIn } from "./boxes";
import { IconButton } from "./controls";
import { dialog } from "./dialogs";
import { Icon } from "./Icon";

interface Props {
    message?: Message | undefined;
    pending?: OutboxEntry | undefined;
}

export function Attachments({ message, pending }: Props) {
    if (message) return <Shown message={message} />;
    const files = pending?.files ?? [];
    if (!pending || files.length === 0) return null;
    const { clientKey } = pending;
    const drawn = files.filter(({ blob }) => mediaOf(blob.type) === "image");
    const named = files.filter((file) => !drawn.includes(file));
    return (
        <div class="files">
            {drawn.length > 0 && (
                <div class={albumClass(drawn.length)}>
                    {drawn.map((file) => (
                        <div class="picture" key={file.id} style={styleOf(boxOf(file))}>
                            <img src={objectAddress(file.blob)} alt={file.name} />
                            <Uploading file={file} clientKey={clientKey} />
                        </div>
                    ))}
                </div>
            )}
            {named.map((file) => (
                <div class="file" key={file.id}>
                    <Icon name="file" />
                    <span class="file-text">
                        <span class="file-name" title={file.name}>
                            {file.name}
                        </span>
                        <span class="file-size">{sizeText(file.blob.size)}</span>
                    </span>
                    <Uploading file={file} clientKey={clientKey} />
                </div>
            ))}
        </div>
    );
}

function albumClass(count: number): string {
    return count > 1 ? "album album-many" : "album";
}

function styleOf({ width, height }: Box) {
    return { width: `${width}px`, aspectRatio: `${width} / ${height}` };
}

function Uploading({ file, clientKey }: { file: OutboxFile; clientKey: string }) {
    const { id, name, blob, uploaded, error } = file;
    if (error) {
        return (
            <span class="upload upload-failed" role="alert">
                <Icon name="alert" />
                <span>{refusalText(error.code, error.message)}</span>
                <Cancel file={file} clientKey={clientKey} />
            </span>
        );
    }
    if (uploaded) return null;
    const share = Math.min(1, sentOf(id).value / blob.size);
    const text = isOnline.value ? percentText(share) : t("files.waits");
    return (
        <span class="upload">
            <span
                class="upload-bar"
                role="progressbar"
                aria-label={t("files.progress", { name })}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.round(share * 100)}
            >
                <span style={{ width: `${share * 100}%` }} />
            </span>
            <span class="upload-text">{text}</span>
            <Cancel file={file} clientKey={clientKey} />
        </span>
    );
}

function Cancel({ file: { id, name }, clientKey }: { file: OutboxFile; clientKey: string }) {
    return (
        <IconButton
            icon="close"
            tabIndex={-1}
            label={t("files.cancel", { name })}
            onClick={() => void client().dropFile(clientKey, id)}
        />
    );
}

function Shown({ message }: { message: Message }) {
    const all = (message.attachments ?? []).map((attachment, index) => ({
        attachment,
        media: isOwn(attachment.url) ? mediaOf(attachment.contentType) : "file",
        box: boxOf(sizeIn(message, index)),
    }));
    if (all.length === 0) return null;
    const pictures = all.filter(({ media }) => media === "image");
    return (
        <div class="files">
            {pictures.length > 0 && (
                <div class={albumClass(pictures.length)}>
                    {pictures.map(({ attachment, box }) => (
                        <Picture
                            key={attachment.url}
                            message={message}
                            attachment={attachment}
                            box={box}
                        />
                    ))}
                </div>
            )}
            {all.map(({ attachment, media }, index) =>
                media === "video" ? (
                    <Film key={index} attachment={attachment} />
                ) : media === "file" ? (
                    <Named key={index} attachment={attachment} />
                ) : null,
            )}
        </div>
    );
}

interface Source {
    src: string | undefined;
    failed: boolean;
    onError: () => void;
    again: () => void;
}

/// Where the file can be had now. What failed is tried again when there is a connection again.
export function useSource(url: string): Source {
    const local = localBlob(url);
    const [src, setSrc] = useState(local ? objectAddress(local) : addressAtHand(url));
    const [failed, setFailed] = useState(false);
    const again = (): void => {
        setFailed(false);
        setSrc(undefined);
        addressOf(url).then(setSrc, () => setFailed(true));
    };
    useEffect(() => {
        if (!src) again();
    }, [url]);
    const online = isOnline.value;
    useEffect(() => {
        if (online && failed) again();
    }, [online]);
    return { src, failed, onError: () => setFailed(true), again };
}

interface PictureProps {
    message: Message;
    attachment: Attachment;
    box: Box;
}

function Picture({ message, attachment, box }: PictureProps) {
    const { url, name } = attachment;
    const { src, failed, onError, again } = useSource(url);
    const [there, setThere] = useState(false);
    if (failed) {
        return (
            <div class="picture picture-failed" style={styleOf(box)}>
                <Icon name="alert" />
                <span>{t("files.failed")}</span>
                <button type="button" class="link" tabIndex={-1} onClick={again}>
                    {t("common.retry")}
                </button>
            </div>
        );
    }
    return (
        <button
            type="button"
            class={`picture ${there ? "" : "picture-coming"}`}
            style={styleOf(box)}
            tabIndex={-1}
            aria-label={t("files.open", { name })}
            onClick={() => (dialog.value = { kind: "picture", message, url })}
        >
            {src && (
                <img
                    src={src}
                    alt=""
                    decoding="async"
                    draggable={false}
                    onLoad={() => setThere(true)}
                    onError={onError}
                />
            )}
        </button>
    );
}

function Film({ attachment }: { attachment: Attachment }) {
    const { url, name } = attachment;
    const { src, failed, onError } = useSource(url);
    if (failed) return <Named attachment={attachment} />;
    return (
        <video
            class="film"
            style={styleOf(FILM_BOX)}
            src={src}
            controls
            preload="metadata"
            playsInline
            aria-label={name}
            onError={onError}
        />
    );
}

/// A file of this server is downloaded; an address elsewhere is a link, and nothing of it is fetched
/// unasked.
function Named({ attachment }: { attachment: Attachment }) {
    const { url, name, size } = attachment;
    if (isOwn(url)) {
        return (
            <button
                type="button"
                class="file"
                tabIndex={-1}
                title={t("files.download", { name })}
                onClick={() => void download(attachment).catch(showError)}
            >
                <Icon name="file" />
                <span class="file-text">
                    <span class="file-name">{name}</span>
                    {!!size && <span class="file-size">{sizeText(size)}</span>}
                </span>
                <Icon name="download" />
            </button>
        );
    }
    const isWeb = /^(https?:\/\/|\/[^/\\])/i.test(url);
    if (!isWeb) return <span class="attached">{name}</span>;
    return (
        <a class="attached" href={url} target="_blank" rel="noopener noreferrer">
            {name || url}
        </a>
    );
}
