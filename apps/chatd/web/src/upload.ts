// Sends a file to the server, telling how far it has come: what `fetch` cannot tell.

import { at } from "./api";
import { ChatError, type Upload } from "./client";
import type { Attachment, WireError } from "./client/wire";
import { refusalOf } from "./http";
import { accessToken } from "./session";

export const upload: Upload = async (file, progress, signal) => {
    const { token } = await accessToken();
    try {
        return await send(file, token, progress, signal);
    } catch (error) {
        if (!(error instanceof ChatError) || !error.aboutToken) throw error;
        return send(file, (await accessToken(token)).token, progress, signal);
    }
};

function send(
    { blob, name }: { blob: Blob; name: string },
    token: string,
    progress: (sent: number) => void,
    signal: AbortSignal,
): Promise<Attachment> {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        const broken = (): void => reject(new ChatError("offline", "The upload broke off."));
        request.open("POST", at("/api/v1/attachments", { name }));
        request.responseType = "json";
        request.setRequestHeader("Authorization", `Bearer ${token}`);
        request.setRequestHeader("X-Chatd-Form", "canonical");
        // What it is, the server finds out; what this machine takes it for may be wrong.
        request.setRequestHeader("Content-Type", "application/octet-stream");
        request.upload.onprogress = ({ loaded }) => progress(loaded);
        request.onload = () => {
            const answer = request.response as (Attachment & { error?: WireError }) | null;
            if (request.status === 201 && answer) {
                const { url, size = null, contentType = null } = answer;
                return resolve({ url, name: answer.name, size, contentType });
            }
            const { status, statusText } = request;
            const retryAfter = Number(request.getResponseHeader("Retry-After"));
            reject(refusalOf({ status, statusText, retryAfter, error: answer?.error }));
        };
        request.onerror = broken;
        request.ontimeout = broken;
        request.onabort = broken;
        if (signal.aborted) return broken();
        signal.addEventListener("abort", () => request.abort());
        request.send(blob);
    });
}
