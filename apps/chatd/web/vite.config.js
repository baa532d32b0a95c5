// The build is embedded in chatd: hashed names under /assets/ may be cached for ever, index.html may not.
// CHATD_URL lets `npx vite` serve the sources while a running chatd answers the requests.
const backend = process.env.CHATD_URL ?? "http://127.0.0.1:8080";

export default {
    base: "/",
    build: {
        target: "es2022",
        assetsInlineLimit: 0,
        modulePreload: false,
        rolldownOptions: {
            output: {
                // One file for what every visit needs; src/parts/ is fetched when it is wanted.
                codeSplitting: {
                    groups: [{ name: "page", test: (id) => !id.includes("/src/parts/") }],
                },
            },
        },
    },
    server: {
        host: "127.0.0.1",
        proxy: { "/api": backend, "/ws": { target: backend, ws: true } },
    },
    test: { include: ["test/**/*.test.ts"], environment: "node" },
};
