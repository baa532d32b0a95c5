// Left and right go through what can be pressed in a message: its quote, links, reactions, actions.

export function stepInLine(target: EventTarget | null, by: 1 | -1): boolean {
    const line = target instanceof Element ? target.closest(".line") : null;
    if (!line || !(target instanceof HTMLElement)) return false;
    const stops = [...line.querySelectorAll<HTMLElement>(".bubble, button, a")].filter(
        (element) => !element.hasAttribute("disabled"),
    );
    const next = stops[stops.indexOf(target) + by];
    next?.focus({ preventScroll: true });
    return next !== undefined;
}
