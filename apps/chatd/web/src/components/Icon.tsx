// The page's few icons, drawn on a 24 px grid in the colour of the text around them.

const PATHS = {
    back: "M15 5l-7 7 7 7",
    close: "M6 6l12 12M18 6L6 18",
    search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.500 16.500L21 21",
    compose: "M4 20h4L19 9l-4-4L4 16v4zM13 7l4 4",
    settings:
        "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM9 14.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
    info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 7.800v.1",
    send: "M5 12h13M12 5.500l6.500 6.500-6.500 6.500",
    check: "M5 12.500l4.500 4.500L19 7.500",
    reply: "M10 6L4 12l6 6M4.500 12H14c3.500 0 6 2.500 6 6v1",
    edit: "M4 20h4L19 9l-4-4L4 16v4z",
    trash: "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 12.500h9l1-12.500",
    copy: "M9 9h11v11H9zM15 9V4H4v11h5",
    down: "M12 5v13M6 12.500l6 6 6-6",
    group: "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-3.500 2.800-6 6.500-6s6.500 2.500 6.500 6M16 4.800a3.500 3.500 0 0 1 0 6.400M18 14.500c2.200.8 3.500 2.800 3.500 5.500",
    person: "M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 21c0-4 3.300-6.500 7.500-6.500s7.500 2.500 7.500 6.500",
    addPerson:
        "M10 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2.500 21c0-4 3.300-6.500 7.500-6.500 1.500 0 2.900.3 4 .9M18.500 14v7M15 17.500h7",
    leave: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
    mute: "M4 4l16 16M9.500 4.500A5.500 5.500 0 0 1 17.500 9.500c0 2 .5 3.500 1.200 4.700M6.500 9.500c0 4-2 5.500-2 7h12M10 19.500a2 2 0 0 0 4 0",
    star: "M12 4l2.500 5.200 5.500.8-4 4 1 5.600-5-2.700-5 2.700 1-5.600-4-4 5.500-.8z",
    clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l2.500 2",
    alert: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 8v5M12 16v.1",
    ticks: "M1.500 12.500L6 17l9.500-9.500M10.500 15.500L12 17l9.500-9.500",
    chat: "M12 4c-5 0-9 3.400-9 7.500 0 2.400 1.300 4.500 3.400 5.900L6 21l3.700-1.800c.7.2 1.500.2 2.300.2 5 0 9-3.400 9-7.900C21 7.400 17 4 12 4z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, label }: { name: IconName; label?: string }) {
    return (
        <svg
            class="icon"
            viewBox="0 0 24 24"
            role={label ? "img" : "presentation"}
            aria-hidden={!label}
            {...(label && { "aria-label": label })}
        >
            {label && <title>{label}</title>}
            <path d={PATHS[name]} />
        </svg>
    );
}
