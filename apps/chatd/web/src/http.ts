// Requests to `/api/v1`. Answers are the object itself; refusals become a ChatError with their
// code.

import { ChatError } from "./client";
import type { WireError } from "./client/wire";

const BASE = "/api/v1";
const TIMEOUT_MS = 15_000;

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export async function requestJson<T>(
    method: Method,
    path: string,
    body?: object,
    token?: string,
): Promise<T> {
    const headers: Record<string, string> = { "X-Chatd-Form": "canonical" };
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers["Authorization"] = `Bearer ${token}`;
    let response: Response;
    try {
        response = await fetch(BASE + path, {
            method,
            headers,
            ...(body && { body: JSON.stringify(body) }),
            signal: AbortSignal.timeout(TIMEOUT_MS),
        });
    } catch {
        throw new ChatError("offline", "The server cannot be reached.");
    }
    const answer = (await response.json().catch(() => undefined)) as
        (T & { error?: WireError }) | undefined;
    if (response.ok) return answer as T;
    const { status, statusText } = response;
    const retryAfter = Number(response.headers.get("Retry-After"));
    throw refusalOf({ status, statusText, retryAfter, error: answer?.error });
}

interface Refused {
    status: number;
    statusText: string;
    /// In seconds; 0 where the server has not said.
    retryAfter: number;
    error: WireError | undefined;
}

export function refusalOf({ status, statusText, retryAfter, error }: Refused): ChatError {
    const known = error ?? { code: codeOf(status), message: statusText };
    const details = { ...known.details, ...(retryAfter > 0 && { retryAfter }) };
    return ChatError.fromWire({ ...known, details }, status);
}

function codeOf(status: number): string {
    if (status === 401) return "unauthenticated";
    if (status === 413) return "too_large";
    if (status === 429) return "too_many";
    if (status === 502 || status === 503) return "unavailable";
    if (status === 504) return "timeout";
    return "internal";
}
