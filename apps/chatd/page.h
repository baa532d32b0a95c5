#pragma once
// The web page and the browsable form of the API's document, which are part of the program.

#include <span>
#include <string_view>

namespace chatcore::gateway {
class Router;
}

namespace chatcore::chatd {

/// One file of the page, as the build embedded it.
struct PageFile {
    std::string_view path;  ///< `/`, `/docs`, or of what they load `/assets/…`, `/docs/…`
    std::string_view content_type;
    std::string_view tag;  ///< of the content, in hexadecimal
    std::string_view bytes;
    std::string_view gzipped;  ///< empty where that would not be smaller
    bool immutable = false;    ///< its name changes with its content
};

/// Made by the build.
std::span<const PageFile> page_files();

/// Serves them: hashed names to be kept for ever, the page itself to be asked for each time.
void add_page_routes(gateway::Router& router);

}  // namespace chatcore::chatd
