#pragma once
// Reads what a request of the canonical API says: path, query and body. Like Fields it remembers
// the first thing that was not well, so that a route reads all it wants and asks once.
// Threads: the connection's shard; one Input at a time on each, since bodies share a parser.

#include <optional>
#include <string>
#include <string_view>

#include "chatcore/domain/ids.h"
#include "chatcore/ports/room_reader.h"

#include "gateway/http/exchange.h"
#include "gateway/json/fields.h"

namespace chatcore::gateway::v1 {

/// What a route does with a body. `optional`: none is as good as an empty object.
enum class Body : std::uint8_t { ignored, optional, required };

class Input {
public:
    /// Reads the body as JSON, whatever its content type says. The exchange outlives the Input.
    explicit Input(Exchange& exchange, Body body = Body::ignored);
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    /// The path's `index`-th captured segment as an id; `name` is its name in the documents.
    template <class IdType>
    IdType path_id(std::size_t index, std::string_view name) {
        return IdType{path_number(index, name)};
    }

    /// A query parameter; absent is nullopt, empty is wrong for all but texts.
    std::optional<std::string> query_text(std::string_view name) const;
    std::optional<Position> query_position(std::string_view name);
    template <class IdType>
    std::optional<IdType> query_id(std::string_view name) {
        const auto number = query_number(name, 1);
        return number ? std::optional(IdType{*number}) : std::nullopt;
    }
    bool query_flag(std::string_view name);
    /// Where a list goes on, for lists whose cursor is a number; empty is the beginning.
    template <class IdType>
    std::optional<IdType> cursor(std::string_view name = "cursor") {
        if (query_text(name) == "") return std::nullopt;
        const auto number = query_number(name, 0);
        return number ? std::optional(IdType{*number}) : std::nullopt;
    }
    /// `limit`: 1 to 100, and 50 where it is not given.
    int limit();
    /// A whole number of the query, at least `least`.
    std::optional<std::int64_t> query_integer(std::string_view name, std::int64_t least) {
        return query_number(name, least);
    }

    /// The body's fields; of an empty object where there is none, or none that can be read.
    Fields& body() { return body_; }

    /// An id or flag that may stand in the body or in the query; the body counts first.
    template <class IdType>
    std::optional<IdType> id(std::string_view name) {
        return body_.has(name) ? body_.id<IdType>(name) : query_id<IdType>(name);
    }
    bool flag(std::string_view name) {
        return body_.has(name) ? body_.flag(name).value_or(false) : query_flag(name);
    }

    /// Makes the request `malformed` for this field.
    void wrong(std::string_view name) { refuse(Error{ErrorCode::malformed, std::string(name)}); }

    /// The first thing that was not well.
    Status status() const { return error_ ? Unexpected(*error_) : body_.status(); }
    /// Answers the exchange where something was not well: true, and the route is done.
    bool refused();

private:
    std::int64_t path_number(std::size_t index, std::string_view name);
    std::optional<std::int64_t> query_number(std::string_view name, std::int64_t min);
    void refuse(Error error) {
        if (!error_) error_ = std::move(error);
    }

    Exchange& exchange_;
    std::optional<Error> error_;
    Fields body_;
};

}  // namespace chatcore::gateway::v1
