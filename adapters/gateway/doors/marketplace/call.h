#pragma once
// One call of a method of the marketplace: its arguments, and the way to answer it in the form of
// who calls. Threads: the connection's shard; arguments are read before anything else is asked.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chatcore/engine.h"

#include "gateway/doors/marketplace/shapes.h"
#include "gateway/doors/v1/input.h"

namespace chatcore::gateway::marketplace {

/// What a call says: in the query of a GET; else in the body, or in its `request`, where
/// Serverpod's clients put what belongs together. Null is as good as absent.
class Arguments {
public:
    explicit Arguments(Exchange& exchange);

    RoomId room() { return required_id<RoomId>("chatRoomId"); }
    Context product();
    std::optional<UserId> user(std::string_view name) { return fields().id<UserId>(name); }
    std::string required_text(std::string_view name) {
        return std::string(fields().required_text(name));
    }
    std::string text(std::string_view name) {
        return std::string(fields().text(name).value_or(""));
    }
    std::optional<std::int64_t> integer(std::string_view name) { return fields().integer(name); }
    /// By name, or by index.
    std::optional<MessageType> message_type(std::string_view name);

    void wrong(std::string_view name) { fields().wrong(name); }
    /// Whether all was well; else `malformed` with the first that was not.
    Status status() const;

private:
    Fields& fields() { return nested_ ? *nested_ : in_.body(); }
    template <class IdType>
    IdType required_id(std::string_view name) {
        if (!in_query_) return fields().required_id<IdType>(name);
        const auto found = in_.query_id<IdType>(name);
        if (!found) in_.wrong(name);
        return found.value_or(IdType{});
    }

    bool in_query_;
    v1::Input in_;
    std::optional<Fields> nested_;
};

/// Copied into completions.
class Call {
public:
    Call(Engine& of, ExchangePtr exchange, Form form)
        : engine(of), exchange_(std::move(exchange)), form_(form) {}

    Engine& engine;
    const Caller& caller() const { return exchange_->caller; }

    /// 200 with what `write(JsonWriter&, Form)` makes.
    template <class Write>
    void answer(Write write) const {
        std::string body;
        JsonWriter out(body);
        write(out, form_);
        exchange_->respond_json(200, std::move(body));
    }
    /// Completes by answering with what `write(JsonWriter&, const T&, Form)` makes, or with the
    /// error.
    template <class T, class Write>
    Completion<T> answer_by(Write write) const {
        return [call = *this, write = std::move(write)](const Result<T>& result) {
            if (!result) return call.fail(result.error());
            call.answer([&](JsonWriter& out, Form form) { write(out, *result, form); });
        };
    }
    /// In the canonical shape; Serverpod's clients know few statuses, and show the text of a 400 to
    /// the programmer.
    void fail(const Error& error) const;
    /// Of a method that there is not.
    void fail_method(std::string_view name) const;
    /// Of opening, joining and leaving: `{success:false,chatRoomId,message,error}` with the usual
    /// status; 200 for Serverpod's clients, which see no other bodies. They need `room` and, of a
    /// join, `joinedAt` even then.
    void refuse(const Error& error, std::optional<RoomId> room = {}, bool joining = false) const;

private:
    void fail_in_words(int status, std::string text) const;

    ExchangePtr exchange_;
    Form form_;
};

}  // namespace chatcore::gateway::marketplace
