/// Typed listeners. A listener that throws does not keep the others from hearing.
export class Emitter<Events extends object> {
    private readonly listeners = new Map<keyof Events, Set<(event: never) => void>>();

    /// Adds a listener; the returned function takes it away again.
    on<K extends keyof Events>(kind: K, listener: (event: Events[K]) => void): () => void {
        const known = this.listeners.get(kind) ?? new Set();
        known.add(listener as (event: never) => void);
        this.listeners.set(kind, known);
        return () => known.delete(listener as (event: never) => void);
    }

    protected emit<K extends keyof Events>(kind: K, event: Events[K]): void {
        for (const listener of [...(this.listeners.get(kind) ?? [])]) {
            try {
                (listener as (event: Events[K]) => void)(event);
            } catch (error) {
                reportError(error);
            }
        }
    }
}

/// Browsers show it in the console and to `window.onerror`; elsewhere it is thrown on its own.
function reportError(error: unknown): void {
    if (typeof globalThis.reportError === "function") globalThis.reportError(error);
    else
        queueMicrotask(() => {
            throw error;
        });
}
