#include "content_types.h"

#include <algorithm>
#include <array>
#include <utility>

namespace chatcore::content_types {

namespace {

constexpr std::size_t type_bytes_max = 127;  // RFC 6838 section 4.2

/// restricted-name-chars of RFC 6838 section 4.2.
bool is_name_char(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return letter || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= type_bytes_max &&
           std::all_of(name.begin(), name.end(), is_name_char);
}

std::string_view top_of(std::string_view type) {
    return type.substr(0, type.find('/'));
}
std::string_view sub_of(std::string_view type) {
    return type.substr(type.find('/') + 1);
}

using Alias = std::pair<std::string_view, std::string_view>;

/// Types with more than one name, by the one that they are compared under.
constexpr std::array aliases = std::to_array<Alias>({
    {"application/cdfv2", "application/x-ole-storage"},
    {"application/ecmascript", "text/javascript"},
    {"application/java-archive", "application/zip"},
    {"application/javascript", "text/javascript"},
    {"application/ogg", "video/ogg"},
    {"application/vnd.microsoft.portable-executable", "application/x-dosexec"},
    {"application/x-gzip", "application/gzip"},
    {"application/x-javascript", "text/javascript"},
    {"application/x-msdownload", "application/x-dosexec"},
    {"application/x-rar", "application/vnd.rar"},
    {"application/x-rar-compressed", "application/vnd.rar"},
    {"application/x-tgz", "application/gzip"},
    {"application/x-zip", "application/zip"},
    {"application/x-zip-compressed", "application/zip"},
    {"application/xml", "text/xml"},
    {"audio/mp3", "audio/mpeg"},
    {"audio/mp4", "video/mp4"},
    {"audio/m4a", "video/mp4"},
    {"audio/ogg", "video/ogg"},
    {"audio/opus", "video/ogg"},
    {"audio/wave", "audio/wav"},
    {"audio/vnd.wave", "audio/wav"},
    {"audio/webm", "video/webm"},
    {"audio/x-m4a", "video/mp4"},
    {"audio/x-hx-aac-adts", "audio/aac"},
    {"font/otf", "font/sfnt"},
    {"font/ttf", "font/sfnt"},
    {"image/heif", "image/heic"},
    {"image/jpg", "image/jpeg"},
    {"image/pjpeg", "image/jpeg"},
    {"image/vnd.microsoft.icon", "image/x-icon"},
    {"image/x-ms-bmp", "image/bmp"},
    {"image/x-png", "image/png"},
    {"video/3gpp", "video/mp4"},
    {"video/avi", "video/x-msvideo"},
    {"video/msvideo", "video/x-msvideo"},
    {"video/quicktime", "video/mp4"},
    {"video/x-m4v", "video/mp4"},
    {"video/x-matroska", "video/webm"},
});

std::string_view usual_name(std::string_view type) {
    const auto found = std::find_if(aliases.begin(), aliases.end(),
                                    [&](const Alias& alias) { return alias.first == type; });
    return found == aliases.end() ? type : found->second;
}

/// `audio/wav` of `audio/x-wav`, which says the same.
std::string without_x(std::string_view type) {
    const std::string_view sub = sub_of(type);
    return std::string(top_of(type)) + '/' +
           std::string(sub.starts_with("x-") ? sub.substr(2) : sub);
}

/// Text that people and programs write, whatever it is registered under.
bool is_textual(std::string_view type) {
    static constexpr std::array<std::string_view, 13> texts = {
        "application/csv",         "application/json",     "application/ld+json",
        "application/rtf",         "application/sql",      "application/toml",
        "application/x-httpd-php", "application/x-ndjson", "application/x-sh",
        "application/x-subrip",    "application/x-tex",    "application/x-yaml",
        "application/yaml",
    };
    return top_of(type) == "text" || type.ends_with("+json") || type.ends_with("+xml") ||
           std::find(texts.begin(), texts.end(), type) != texts.end();
}

/// Documents that are a zip inside.
bool is_zip(std::string_view type) {
    return type == "application/zip" || type.ends_with("+zip") ||
           type.starts_with("application/vnd.openxmlformats-officedocument.") ||
           type.starts_with("application/vnd.oasis.opendocument.") ||
           type.starts_with("application/vnd.ms-") ||  // with macros, and packages
           type == "application/vnd.android.package-archive" || type == "application/hwp+zip" ||
           type == "application/x-hwpx" || type == "application/haansofthwpx";
}

/// Documents in Microsoft's older container.
bool is_ole(std::string_view type) {
    return type == "application/x-ole-storage" || type == "application/msword" ||
           type.starts_with("application/vnd.ms-") || type.find("hwp") != type.npos ||
           type == "application/x-msi" || type == "application/vnd.visio";
}

/// Whether such a file begins in a way that is always recognised.
bool is_recognisable(std::string_view type) {
    const std::string_view top = top_of(type);
    return top == "image" || top == "video" || top == "audio" || is_textual(type) || is_zip(type) ||
           type == "application/pdf" || type == "application/gzip" || type == "video/ogg";
}

}  // namespace

std::optional<std::string> essence_of(std::string_view media_type) {
    media_type = media_type.substr(0, media_type.find(';'));
    const auto begin = media_type.find_first_not_of(" \t");
    if (begin == media_type.npos) return std::nullopt;
    std::string essence(media_type.substr(begin, media_type.find_last_not_of(" \t") - begin + 1));
    std::transform(essence.begin(), essence.end(), essence.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto slash = essence.find('/');
    if (slash == essence.npos || !is_name(top_of(essence)) || !is_name(sub_of(essence)))
        return std::nullopt;
    return essence;
}

bool agree(std::string_view declared, std::string_view recognised) {
    const std::string_view said = usual_name(declared);
    const std::string_view seen = usual_name(recognised);
    if (said == seen || said == unknown) return true;
    if (seen == unknown) return !is_recognisable(said);
    if (is_textual(seen)) {
        // A picture by its words is none that may be called something else, nor the other way.
        const bool picture = top_of(said) == "image" || top_of(seen) == "image";
        if (picture) return said == "image/svg+xml" && seen == "text/xml";
        return is_textual(said) || !is_recognisable(said);
    }
    if (is_zip(seen) && is_zip(said)) return true;
    if (is_ole(seen) && is_ole(said)) return true;
    if (without_x(said) == without_x(seen)) return true;
    // Of some families only the container is recognised.
    return seen == "video/mp4" && (said == "image/heic" || said == "image/avif");
}

bool is_text(std::string_view type) {
    return is_textual(usual_name(type)) && top_of(type) != "image";
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view type) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        if (pattern == "*/*" || pattern == type) return true;
        return pattern.ends_with("/*") && top_of(pattern) == top_of(type);
    });
}

}  // namespace chatcore::content_types
