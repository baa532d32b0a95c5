#include "gateway/json/fields.h"

#include <algorithm>
#include <charconv>

#include "chatcore/text.h"

#include "gateway/json/names.h"
#include "gateway/json/raw.h"
#include "gateway/json/times.h"

namespace chatcore::gateway {

namespace {

std::optional<std::int64_t> digits(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return number;
}

/// The longest name that a client may give a post, in code points.
constexpr std::size_t temp_id_code_points_max = 100;

}  // namespace

std::string_view describe(simdjson::error_code wrong) {
    switch (wrong) {
        case simdjson::NUMBER_ERROR:
            // Also of JSON that is well-formed: 1e400, or digits beyond 64 bits.
            return "a number is out of range or malformed";
        case simdjson::DEPTH_ERROR:
            return "nested too deep";
        default:
            return "not a JSON object";
    }
}

Result<Fields> Fields::parse(simdjson::dom::parser& parser, std::string_view json,
                             bool empty_allowed) {
    if (json.empty() && empty_allowed) json = "{}";
    simdjson::dom::object object;
    if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) {
        return unexpected(ErrorCode::malformed, "body");
    }
    return Fields(object, json);
}

std::optional<simdjson::dom::element> Fields::find(std::string_view name) const {
    simdjson::dom::element element;
    if (object_[name].get(element) != simdjson::SUCCESS || element.is_null()) return std::nullopt;
    return element;
}

bool Fields::has(std::string_view name) const {
    return find(name).has_value();
}

bool Fields::is_object(std::string_view name) const {
    const auto element = find(name);
    return element && element->is_object();
}

std::optional<std::string_view> Fields::text(std::string_view name) {
    const auto element = find(name);
    if (!element) return std::nullopt;
    std::string_view text;
    if (element->get(text) == simdjson::SUCCESS) return text;
    wrong(name);
    return std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view name) {
    const auto element = find(name);
    if (!element) return std::nullopt;
    bool flag = false;
    if (element->get(flag) == simdjson::SUCCESS) return flag;
    wrong(name);
    return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view name) {
    const auto element = find(name);
    if (!element) return std::nullopt;
    std::int64_t number = 0;
    if (element->get(number) == simdjson::SUCCESS) return number;
    std::string_view text;
    if (element->get(text) == simdjson::SUCCESS) {
        if (const auto parsed = digits(text)) return parsed;
    }
    wrong(name);
    return std::nullopt;
}

std::optional<Timestamp> Fields::time(std::string_view name) {
    const auto given = text(name);
    if (!given || given->empty()) return std::nullopt;
    const std::optional<Timestamp> time = time_of(*given);
    if (!time) wrong(name);
    return time;
}

std::optional<Position> Fields::position(std::string_view name) {
    const auto number = integer(name);
    if (!number) return std::nullopt;
    if (*number >= 0 && *number <= id_max) return Position{*number};
    wrong(name);
    return std::nullopt;
}

std::vector<std::int64_t> Fields::id_numbers(std::string_view name) {
    std::vector<std::int64_t> ids;
    const auto element = find(name);
    if (!element) return ids;
    simdjson::dom::array array;
    if (element->get(array) != simdjson::SUCCESS) {
        wrong(name);
        return ids;
    }
    for (const simdjson::dom::element item : array) {
        std::int64_t number = 0;
        std::string_view text;
        if (item.get(number) != simdjson::SUCCESS) {
            number = item.get(text) == simdjson::SUCCESS ? digits(text).value_or(0) : 0;
        }
        if (number <= 0 || number > id_max) {
            wrong(name);
            return {};
        }
        ids.push_back(number);
    }
    return ids;
}

std::optional<simdjson::dom::object> Fields::object(std::string_view name) {
    const auto element = find(name);
    if (!element) return std::nullopt;
    simdjson::dom::object object;
    if (element->get(object) == simdjson::SUCCESS) return object;
    wrong(name);
    return std::nullopt;
}

std::optional<std::string> Fields::json(std::string_view name) {
    const auto element = find(name);
    if (!element) return std::nullopt;
    if (!source_.empty()) return std::string(raw_member(source_, name));
    return simdjson::minify(*element);
}

std::string_view Fields::required_text(std::string_view name) {
    const auto found = text(name);
    if (!found) wrong(name);
    return found.value_or(std::string_view{});
}

std::optional<Context> Fields::context(std::string_view name) {
    const auto found = object(name);
    if (!found) return std::nullopt;
    Fields inner(*found);
    Context context;
    context.type = std::string(inner.required_text("type"));
    if (const auto number = inner.object_["id"].get_int64(); number.error() == simdjson::SUCCESS) {
        context.id = std::to_string(number.value_unsafe());
    } else {
        context.id = std::string(inner.required_text("id"));
    }
    if (!inner.status()) wrong(name);
    return context;
}

std::optional<MessageType> Fields::message_type(std::string_view name) {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const auto type = message_type_of(*found);
    if (!type) wrong(name);
    return type;
}

std::optional<ClientKey> Fields::client_key(std::string_view name) {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const auto key = ClientKey::parse(*found);
    if (!key) wrong(name);
    return key;
}

std::string Fields::temp_id(std::string_view name) {
    const auto element = find(name);
    if (!element) return {};
    std::string id =
        element->is_number() ? json(name).value_or("") : std::string(text(name).value_or(""));
    if (text::code_points(id) <= temp_id_code_points_max) return id;
    wrong(name);
    return {};
}

std::vector<simdjson::dom::object> Fields::objects(std::string_view name) {
    std::vector<simdjson::dom::object> objects;
    const auto element = find(name);
    if (!element) return objects;
    simdjson::dom::array array;
    if (element->get(array) != simdjson::SUCCESS) {
        wrong(name);
        return objects;
    }
    for (const simdjson::dom::element item : array) {
        simdjson::dom::object object;
        if (item.get(object) != simdjson::SUCCESS) {
            wrong(name);
            return objects;
        }
        objects.push_back(object);
    }
    return objects;
}

template <class Read>
void Fields::each_object(std::string_view name, Read read) {
    for (const simdjson::dom::object object : objects(name)) {
        Fields inner(object);
        read(inner);
        if (!inner.status()) wrong(name);
    }
}

std::vector<Attachment> Fields::attachments(std::string_view name) {
    std::vector<Attachment> attachments;
    each_object(name, [&](Fields& item) {
        attachments.push_back(
            Attachment{.url = std::string(item.required_text("url")),
                       .name = std::string(item.text("name").value_or("")),
                       .size_bytes = item.integer("size").value_or(0),
                       .content_type = std::string(item.text("contentType").value_or(""))});
    });
    return attachments;
}

std::string Fields::content_beside(const std::vector<Attachment>& files, std::string_view name) {
    if (files.empty()) return std::string(required_text(name));
    return std::string(text(name).value_or(""));
}

std::vector<Mention> Fields::mentions(std::string_view name) {
    std::vector<Mention> mentions;
    each_object(name, [&](Fields& item) {
        const std::int64_t start = item.integer("start").value_or(-1);
        const std::int64_t length = item.integer("length").value_or(-1);
        const UserId user = item.required_id<UserId>("userId");
        constexpr std::int64_t place_max = 1'000'000;
        if (start < 0 || start > place_max) item.wrong("start");
        if (length < 1 || length > place_max) item.wrong("length");
        if (!item.status()) return;
        mentions.push_back(
            Mention{user, static_cast<std::int32_t>(start), static_cast<std::int32_t>(length)});
    });
    return mentions;
}

std::string Fields::metadata(std::string_view name) {
    return object(name) ? json(name).value_or("") : std::string();
}

Status Fields::status() const {
    if (!wrong_.empty()) return unexpected(ErrorCode::malformed, wrong_);
    return {};
}

}  // namespace chatcore::gateway
