import type { WireError } from "./wire";

/// What was refused or could not be done, with the stable code of the server. The client's own
/// codes: `offline` (no connection, or it broke before the reply) and `no_reply` (none within the
/// time-out).
export class ChatError extends Error {
    override readonly name = "ChatError";

    constructor(
        readonly code: string,
        message: string,
        readonly details: Record<string, unknown> = {},
        readonly status = 0,
    ) {
        super(message);
    }

    static fromWire(error: WireError | undefined, status = 0): ChatError {
        return new ChatError(
            error?.code ?? "internal",
            error?.message ?? "The server gave no reason.",
            error?.details ?? {},
            status,
        );
    }

    /// True if the same request may succeed later, unchanged.
    get retryable(): boolean {
        return RETRYABLE.has(this.code);
    }

    /// True if the access token, not the request, was refused.
    get aboutToken(): boolean {
        return ABOUT_TOKEN.has(this.code);
    }

    /// How long the server asked to wait, if it did.
    get retryAfterMs(): number | undefined {
        const { retryAfterMs, retryAfterSeconds, retryAfter } = this.details;
        if (typeof retryAfterMs === "number") return retryAfterMs;
        if (typeof retryAfterSeconds === "number") return retryAfterSeconds * 1000;
        if (typeof retryAfter === "number") return retryAfter * 1000;
        return undefined;
    }
}

export function offline(): ChatError {
    return new ChatError("offline", "There is no connection.");
}

const RETRYABLE = new Set([
    "offline",
    "no_reply",
    "too_many",
    "unavailable",
    "timeout",
    "internal",
]);
const ABOUT_TOKEN = new Set(["unauthenticated", "token_expired", "token_revoked"]);

/// Thrown by a token source when there is no session any more and only a new log-in helps.
export class SessionEnded extends Error {
    override readonly name = "SessionEnded";
}
