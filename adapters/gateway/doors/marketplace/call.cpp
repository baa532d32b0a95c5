#include "gateway/doors/marketplace/call.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/json/error_sentence.h"

namespace chatcore::gateway::marketplace {

namespace {

/// The statuses that Serverpod's clients tell apart.
int serverpod_status(int status) {
    if (status >= 500) return 500;
    return status == 401 || status == 403 || status == 413 ? status : 400;
}

std::string in_words(const Error& error) {
    return fmt::format("{}: {}", name_of(error.code), sentence_about(error));
}

/// A method's name as a client gave it, which may be anything.
std::string shown(std::string_view name) {
    constexpr std::size_t bytes_max = 64;
    std::string text(name.substr(0, bytes_max));
    std::ranges::replace_if(text, [](char c) { return c <= ' ' || c > '~'; }, '?');
    return text + (name.size() > bytes_max ? "…" : "");
}

}  // namespace

Arguments::Arguments(Exchange& exchange)
    : in_query_(exchange.request.method() != "POST"),
      in_(exchange, in_query_ ? v1::Body::ignored : v1::Body::required) {
    if (in_query_ || !in_.status() || !in_.body().has("request")) return;
    if (const auto request = in_.body().object("request")) nested_.emplace(*request);
}

Context Arguments::product() {
    return {std::string(context_type), std::to_string(required_id<RoomId>("productId").value)};
}

std::optional<MessageType> Arguments::message_type(std::string_view name) {
    Fields& given = fields();
    if (!given.has(name)) return std::nullopt;
    const bool named = given.json(name).value_or("").starts_with('"');
    const auto type =
        named ? type_of(given.text(name).value_or("")) : type_at(given.integer(name).value_or(-1));
    if (!type) given.wrong(name);
    return type;
}

Status Arguments::status() const {
    const Status around = in_.status();
    return around && nested_ ? nested_->status() : around;
}

void Call::fail(const Error& error) const {
    const int status = serverpod_status(status_of(error.code));
    const bool in_text = form_.serverpod && (status == 400 || status == 500);
    if (!in_text) return exchange_->respond_error(error);
    fail_in_words(status, in_words(error));
}

void Call::fail_method(std::string_view name) const {
    fail_in_words(400, fmt::format("malformed: There is no method {}.", shown(name)));
}

void Call::fail_in_words(int status, std::string text) const {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.body = std::move(text);
    exchange_->respond(std::move(response));
}

void Call::refuse(const Error& error, std::optional<RoomId> room, bool joining) const {
    const int status = status_of(error.code);
    const bool known = status != 401 && status < 500 && error.code != ErrorCode::malformed;
    if (form_.serverpod && !known) return fail(error);
    std::string body;
    JsonWriter out(body);
    {
        Shape shape(out, form_);
        shape.member("success", false);
        if (form_.serverpod) {
            shape.member("chatRoomId", room);
            if (joining) shape.member("joinedAt", engine.clock().now());
        } else {
            shape.null("chatRoomId");
        }
        shape.member("message", sentence_about(error)).member("error", name_of(error.code));
    }
    exchange_->respond_json(form_.serverpod ? 200 : status, std::move(body));
}

}  // namespace chatcore::gateway::marketplace
