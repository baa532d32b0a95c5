#pragma once
// What tests ask of texts that came.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace chatcore::gateway::test {

inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

inline std::size_t count(const std::vector<std::string>& frames, std::string_view part) {
    return static_cast<std::size_t>(std::count_if(
        frames.begin(), frames.end(), [&](const std::string& each) { return has(each, part); }));
}

/// The body without the sizes of its chunks; they came whole.
inline std::string unchunked(std::string_view bytes) {
    std::string body;
    while (!bytes.empty()) {
        const std::size_t size = std::stoul(std::string(bytes.substr(0, 8)), nullptr, 16);
        bytes.remove_prefix(bytes.find("\r\n") + 2);
        body += bytes.substr(0, size);
        bytes.remove_prefix(size + 2);
    }
    return body;
}

}  // namespace chatcore::gateway::test
