// Server-sent events by the client of browsers.

import { EventSource } from "eventsource";

import { afterwards, until } from "./chatd.mjs";

/// An EventSource, and what it was told by name.
export class Events {
    told = [];
    errors = [];

    static async open(t, url, options = {}) {
        const events = new Events();
        events.source = new EventSource(url, options);
        afterwards(t, () => events.source.close());
        for (const name of ["room-update", "room-created", "room-deleted", "notification", "bye", "message"])
            events.source.addEventListener(name, (event) =>
                events.told.push({ name, id: event.lastEventId, data: JSON.parse(event.data) }),
            );
        events.source.addEventListener("error", (error) => events.errors.push(error));
        await until(
            () => events.source.readyState === EventSource.OPEN || events.errors.length > 0,
            "the stream",
        );
        return events;
    }

    named(name) {
        return this.told.filter((each) => each.name === name);
    }

    async has(name, wish = () => true) {
        await until(() => this.named(name).some(({ data }) => wish(data)), `${name} at an EventSource`);
        return this.named(name).find(({ data }) => wish(data));
    }
}
