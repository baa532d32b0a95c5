/// Delays between attempts to connect: doubling from 0.5 s to 15 s, each with up to half of it
/// taken away at random, so that the clients of a restarted server do not all come back in one
/// moment.
export class Backoff {
    private attempts = 0;

    constructor(
        private readonly random: () => number = Math.random,
        readonly minMs = 500,
        readonly maxMs = 15_000,
    ) {}

    /// The delay before the next attempt, in milliseconds, within [minMs, maxMs].
    next(): number {
        const ceiling = Math.min(this.maxMs, this.minMs * 2 ** Math.min(this.attempts, 16));
        this.attempts += 1;
        return Math.max(this.minMs, Math.round(ceiling * (1 - this.random() / 2)));
    }

    reset(): void {
        this.attempts = 0;
    }
}
