// Asks the server for what a field says, a moment after the last key; only the last answer counts.

import { useEffect, useState } from "preact/hooks";

const AFTER_MS = 180;

export interface Found<T> {
    items: readonly T[];
    busy: boolean;
    error: unknown;
}

export function useSearch<T>(query: string, search: (query: string) => Promise<T[]>): Found<T> {
    const [found, setFound] = useState<Found<T>>({ items: [], busy: false, error: undefined });
    useEffect(() => {
        const wanted = query.trim();
        if (!wanted) {
            setFound({ items: [], busy: false, error: undefined });
            return;
        }
        let current = true;
        setFound((before) => ({ ...before, busy: true, error: undefined }));
        const timer = setTimeout(() => {
            search(wanted).then(
                (items) => current && setFound({ items, busy: false, error: undefined }),
                (error: unknown) => current && setFound({ items: [], busy: false, error }),
            );
        }, AFTER_MS);
        return () => {
            current = false;
            clearTimeout(timer);
        };
    }, [query]);
    return found;
}
