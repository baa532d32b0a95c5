// Stands in for the page where the build had no Node.js to make it with.
#include "page.h"

namespace chatcore::chatd {

std::span<const PageFile> page_files() {
    static constexpr PageFile files[] = {
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
