#include "chatcore/rules/picture_rules.h"

#include <algorithm>

#include "chatcore/text.h"

namespace chatcore {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Letters of other scripts are for the client to write in Punycode (RFC 3987 section 3.1).
bool is_of_a_name(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || is_digit(c) || c == '-' || c == '.' || c == '_' || (c & 0x80) != 0;
}
bool is_of_an_ip(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

/// A host and maybe a port. Whoever is named before an `@` would be taken for the host by readers.
bool is_host(std::string_view authority) {
    std::string_view host = authority;
    std::string_view rest;
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos || end == 1) return false;
        host = authority.substr(1, end - 1);
        rest = authority.substr(end + 1);
        if (!std::all_of(host.begin(), host.end(), is_of_an_ip)) return false;
    } else {
        host = authority.substr(0, authority.find(':'));
        rest = authority.substr(host.size());
        if (host.empty() || host.front() == '.') return false;
        if (!std::all_of(host.begin(), host.end(), is_of_a_name)) return false;
    }
    if (rest.empty()) return true;
    return rest.front() == ':' && std::all_of(rest.begin() + 1, rest.end(), is_digit);
}

bool is_web(std::string_view url) {
    constexpr std::string_view schemes[] = {"https://", "http://"};
    for (std::string_view scheme : schemes) {
        if (text::fold(url.substr(0, scheme.size())) != scheme) continue;
        const std::string_view rest = url.substr(scheme.size());
        return is_host(rest.substr(0, rest.find_first_of("/?#")));
    }
    return false;
}

}  // namespace

Status check_picture_url(const std::string& url, std::string_view field) {
    if (!text::valid(url)) return unexpected(ErrorCode::malformed, std::string(field));
    if (url.size() > picture_url_bytes_max)
        return unexpected(ErrorCode::too_long, std::string(field));
    // Browsers read a backslash as a slash, and leave out what is blank.
    const bool plain = url.find_first_of(" \\") == std::string::npos && !text::has_controls(url);
    if (url.empty() || attachment_in(url) || (plain && is_web(url))) return {};
    return unexpected(ErrorCode::invalid_value, std::string(field),
                      "it is of the form https://host/path, or a file uploaded here");
}

Status check_picture_upload(const UploadSet& uploads, std::string_view url, UserId who,
                            std::string_view field) {
    const auto id = attachment_in(url);
    if (!id) return {};
    const Upload* upload = uploads.find(*id);
    if (upload == nullptr || upload->uploader != who || upload->condemned)
        return unexpected(ErrorCode::not_found, "attachment");
    if (!upload->content_type.starts_with("image/"))
        return unexpected(ErrorCode::invalid_value, std::string(field), "the file is no image");
    return {};
}

void note_picture(UploadSet& uploads, const PictureOf& of, std::string_view before,
                  std::string_view after, Timestamp at) {
    if (before == after) return;
    // The new one first: where both are one, it is in use all the while.
    const auto shown = attachment_in(after);
    if (shown && uploads.find(*shown) != nullptr)
        uploads.move(PictureUse{*shown, of.room, of.user, true}, at);
    const auto hidden = attachment_in(before);
    const Upload* left = hidden ? uploads.find(*hidden) : nullptr;
    if (left != nullptr && left->uses > 0)
        uploads.move(PictureUse{*hidden, of.room, of.user, false}, at);
}

}  // namespace chatcore
