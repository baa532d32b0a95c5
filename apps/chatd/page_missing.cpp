// Stands in for the page where the build had no Node.js to make it with.
#include "page.h"

namespace chatcore::chatd {

std::span<const PageFile> page_files() {
    static constexpr std::string_view no_docs =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>chatd: the API</title>"
        "<h1>This chatd was built without its web page</h1>"
        "<p>The document of the API is served at <a href=\"/openapi.json\">/openapi.json</a>; what "
        "shows it needs Node.js 20.19 or later with npm when chatd is built.</p></html>\n";
    static constexpr PageFile files[] = {
        {"/docs", "text/html; charset=utf-8", "no-docs", no_docs, {}, false},
        {"/swagger-ui.html", "text/html; charset=utf-8", "no-docs", no_docs, {}, false},
        {"/",
         "text/html; charset=utf-8",
         "no-page",
         "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>chatd</title>"
         "<h1>This chatd was built without its web page</h1>"
         "<p>Building the page needs Node.js 20.19 or later with npm; configure again where they "
         "are installed. The API at <code>/api/v1</code> and the WebSocket at <code>/ws</code> are "
         "served.</p></html>\n",
         {},
         false},
    };
    return files;
}

}  // namespace chatcore::chatd
