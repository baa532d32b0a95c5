#pragma once
// Addresses that people give, and that the clients of others fetch.

#include <cstddef>
#include <string>
#include <string_view>

#include "chatcore/text.h"

namespace chatcore {

inline constexpr std::size_t web_address_bytes_max = 2'048;

/// Of this server, or of another by HTTP: what a client may fetch without asking what it runs.
/// Browsers read a backslash as a slash, so that two of either name another server.
inline bool is_web_address(std::string_view url) {
    const bool here = url.size() > 1 && url[0] == '/' && url[1] != '/' && url[1] != '\\';
    const std::string folded = text::fold(url.substr(0, 8));
    return (here || folded.starts_with("https://") || folded.starts_with("http://")) &&
           !text::has_controls(url);
}

/// The path of an address of this server as browsers and what stands before a server read it:
/// `%61` as the letter that it is, a backslash as a slash, capitals as small letters.
inline std::string path_as_read(std::string_view url) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    url = url.substr(0, url.find_first_of("?#"));
    std::string path;
    for (std::size_t i = 0; i < url.size(); ++i) {
        char c = url[i];
        if (c == '%' && i + 2 < url.size() && digit(url[i + 1]) >= 0 && digit(url[i + 2]) >= 0) {
            c = static_cast<char>(digit(url[i + 1]) * 16 + digit(url[i + 2]));
            i += 2;
        }
        if (c == '\\') c = '/';
        path += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return path;
}

/// Whether an address of this server leads to the API, however it is spelled, or somewhere else
/// than it says, and so maybe there. Files uploaded here have one address each, by which is known
/// who may see them; another would get around that.
inline bool may_lead_to_api(std::string_view url) {
    if (!url.starts_with('/')) return false;
    const std::string path = path_as_read(url) + '/';
    const bool direct = path.find("//") >= path.size() - 2 &&
                        path.find("/./") == std::string::npos &&
                        path.find("/../") == std::string::npos;
    return !direct || path.starts_with("/api/");
}

}  // namespace chatcore
