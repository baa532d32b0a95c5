// The room that pictures and films take in the log, known before they are there, so that nothing
// moves when they come.

import type { Message } from "../client/wire";

export interface Box {
    width: number;
    height: number;
}

const BOX_MAX: Box = { width: 300, height: 320 };
const BOX_MIN: Box = { width: 96, height: 72 };
const BOX_UNKNOWN: Box = { width: 280, height: 210 };
export const FILM_BOX: Box = { width: 300, height: 169 };

/// Scaled down to what the log has room for, with its proportions kept.
export function boxOf({ width, height }: Partial<Box>): Box {
    if (!isLength(width) || !isLength(height)) return BOX_UNKNOWN;
    const scale = Math.min(1, BOX_MAX.width / width, BOX_MAX.height / height);
    return {
        width: Math.max(BOX_MIN.width, Math.round(width * scale)),
        height: Math.max(BOX_MIN.height, Math.round(height * scale)),
    };
}

/// What the sender's client says of its pictures, which may be anything.
export function sizeIn({ metadata }: Message, index: number): Partial<Box> {
    const sizes = metadata?.["sizes"];
    const pair: unknown = Array.isArray(sizes) ? sizes[index] : undefined;
    if (!Array.isArray(pair)) return {};
    return { width: Number(pair[0]), height: Number(pair[1]) };
}

function isLength(value: number | undefined): value is number {
    return value !== undefined && Number.isFinite(value) && value >= 1 && value <= 1e6;
}
