import assert from "node:assert/strict";
import { pause } from "./chatd.mjs";

export { assert };

/// Waits until `probe` answers with something true, and answers with it.
export async function until(what, probe, timeoutMs = 8000) {
    const end = Date.now() + timeoutMs;
    let last;
    while (Date.now() < end) {
        last = await probe();
        if (last) return last;
        await pause(40);
    }
    throw new Error(`waited in vain: ${what} (last: ${JSON.stringify(last)})`);
}

/// Fails unless these texts stand in the log exactly once each, in this order.
export function assertOnceInOrder(texts, wanted) {
    const seen = texts.filter((text) => wanted.includes(text));
    assert.deepEqual(seen, wanted);
}

export async function storedTexts(person, roomId) {
    const { items } = await person.history(roomId);
    return items.map(({ content }) => content).reverse();
}
