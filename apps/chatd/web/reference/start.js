// Shows the document of the server that this page is from. Nothing is asked of any other host.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

window.SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#reference",
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    // What is asked from here shows what the document says.
    requestInterceptor: (request) => {
        request.headers["X-Chatd-Form"] = "canonical";
        return request;
    },
});
