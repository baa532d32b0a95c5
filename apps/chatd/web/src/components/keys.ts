// How the finder's shortcut is written on this kind of keyboard.

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

export const FINDER_KEYS = isApple ? "⌘K" : "Ctrl K";
