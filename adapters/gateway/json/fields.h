#pragma once
// Reads the members of a JSON object that a client sent, and remembers the first that is missing or
// of a wrong type, so that a door reads all it wants and asks once whether it was well. Unknown
// members are ignored; null counts as absent. Threads: one; views into the document are valid as
// long as its parser's last document.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"
#include "chatcore/result.h"

namespace chatcore::gateway {

/// What is wrong with a text that was to be a JSON object, in a few words.
std::string_view describe(simdjson::error_code wrong);

class Fields {
public:
    /// `source`: the text that the object was parsed from, where it is at hand.
    explicit Fields(simdjson::dom::object object, std::string_view source = {})
        : object_(object), source_(source) {}

    /// Parses a whole body as one object; an empty body is an empty object where `empty_allowed`.
    /// Errors: `malformed`, with the field `body`.
    static Result<Fields> parse(simdjson::dom::parser& parser, std::string_view json,
                                bool empty_allowed = false);

    bool has(std::string_view name) const;
    bool is_object(std::string_view name) const;

    std::optional<std::string_view> text(std::string_view name);
    std::optional<bool> flag(std::string_view name);
    /// A whole number, given as one or as a string of digits.
    std::optional<std::int64_t> integer(std::string_view name);
    /// A positive id of at most 53 bits.
    template <class IdType>
    std::optional<IdType> id(std::string_view name) {
        const auto number = integer(name);
        if (!number) return std::nullopt;
        if (*number <= 0 || *number > id_max) {
            wrong(name);
            return std::nullopt;
        }
        return IdType{*number};
    }
    std::vector<UserId> user_ids(std::string_view name) { return ids<UserId>(name); }
    std::vector<RoomId> room_ids(std::string_view name) { return ids<RoomId>(name); }
    /// RFC 3339, with any offset; an empty text counts as absent.
    std::optional<Timestamp> time(std::string_view name);
    std::optional<Position> position(std::string_view name);
    std::optional<simdjson::dom::object> object(std::string_view name);
    /// The member as JSON text: as it was sent where the source is known, else written anew.
    std::optional<std::string> json(std::string_view name);

    // The same for what must be there: absent is wrong too.
    std::string_view required_text(std::string_view name);
    template <class IdType>
    IdType required_id(std::string_view name) {
        const auto found = id<IdType>(name);
        if (!found) wrong(name);
        return found.value_or(IdType{});
    }

    // Shapes of the API.
    std::optional<Context> context(std::string_view name);
    std::optional<MessageType> message_type(std::string_view name);
    std::optional<ClientKey> client_key(std::string_view name);
    /// The client's own name of a post, to be given back as text: a text, or a number as it was
    /// sent; of at most 100 code points. Empty where there is none.
    std::string temp_id(std::string_view name);
    std::vector<Attachment> attachments(std::string_view name);
    /// What a post says; beside files it may be absent, and is empty then.
    std::string content_beside(const std::vector<Attachment>& files, std::string_view name);
    std::vector<Mention> mentions(std::string_view name);
    /// A JSON object as text; empty where there is none.
    std::string metadata(std::string_view name);
    /// The objects of an array; the member is wrong where it is anything else.
    std::vector<simdjson::dom::object> objects(std::string_view name);

    /// Whether all that was asked for was well; else `malformed` with the first field that was not.
    Status status() const;
    void wrong(std::string_view name) {
        if (wrong_.empty()) wrong_ = name;
    }

private:
    std::optional<simdjson::dom::element> find(std::string_view name) const;
    std::vector<std::int64_t> id_numbers(std::string_view name);
    template <class IdType>
    std::vector<IdType> ids(std::string_view name) {
        std::vector<IdType> ids;
        for (const std::int64_t number : id_numbers(name)) ids.push_back(IdType{number});
        return ids;
    }
    /// Reads each object of an array; the member is wrong where it is anything else, or one of them
    /// was.
    template <class Read>
    void each_object(std::string_view name, Read read);

    simdjson::dom::object object_;
    std::string_view source_;
    std::string wrong_;
};

}  // namespace chatcore::gateway
