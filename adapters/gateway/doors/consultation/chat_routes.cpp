#include <optional>
#include <utility>

#include <fmt/format.h>

#include "gateway/doors/consultation/groups.h"
#include "gateway/doors/consultation/shapes.h"
#include "gateway/doors/v1/input.h"
#include "gateway/http/disposition.h"
#include "gateway/json/writer.h"

namespace chatcore::gateway::consultation {

namespace {

using v1::Input;

void respond_sentence(Exchange& exchange, int status, std::string_view sentence) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().member("error", sentence).end_object();
    exchange.respond_json(status, std::move(body));
}

/// Two refusals have a shape of their own here.
void refuse(Exchange& exchange, const Error& error) {
    if (error.code == ErrorCode::not_a_member)
        return respond_sentence(exchange, 403, "채팅 참여자만 조회할 수 있습니다.");
    if (error.code == ErrorCode::not_found && error.detail == "archive")
        return respond_sentence(exchange, 404, "아카이빙된 채팅 로그를 찾을 수 없습니다.");
    exchange.respond_error(error);
}

Response text_file(std::string_view name, RoomId room) {
    Response response;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.headers.add("Content-Disposition",
                         content_disposition(false, fmt::format("{}-{}.txt", name, room.value)));
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

using Place = std::unique_ptr<DownloadPlace>;

/// What this door gives out is as large as a file, and held until it is sent: so many at once as
/// there are downloads of a person. None where there are no files. `too_many` (downloads).
Result<Place> begin_download(Engine& engine, const Caller& caller) {
    if (!engine.has_attachments()) return Place{};
    return engine.attachments().begin_download(caller);
}

/// What was made at once, as the connection takes it.
class TextSource final : public BodySource {
public:
    TextSource(std::string text, Place place)
        : state_(std::make_shared<State>(std::move(text), std::move(place))) {}

    void next(std::size_t size_max, Completion<std::string> done) override {
        const std::shared_ptr<State> state = state_;  // the last piece takes the source with it
        state->wanted.emplace(size_max, std::move(done));
        if (state->is_giving) return;
        // A piece that goes out at once asks for the next one before it returns: one after the
        // other here, not each inside the one before.
        state->is_giving = true;
        while (state->wanted) {
            auto [size, give] = *std::exchange(state->wanted, std::nullopt);
            std::string piece = state->text.substr(state->next, size);
            state->next += piece.size();
            give(std::move(piece));
        }
        state->is_giving = false;
    }

private:
    struct State {
        State(std::string all, Place held) : text(std::move(all)), place(std::move(held)) {}

        const std::string text;
        const Place place;
        std::size_t next = 0;
        std::optional<std::pair<std::size_t, Completion<std::string>>> wanted;
        bool is_giving = false;
    };
    const std::shared_ptr<State> state_;
};

void respond_text(Exchange& exchange, Response response, std::string text, Place place) {
    const auto length = static_cast<std::int64_t>(text.size());
    exchange.respond_streamed(
        std::move(response),
        {length, std::make_unique<TextSource>(std::move(text), std::move(place))});
}

/// An archived transcript, as the connection takes it.
class ArchiveSource final : public BodySource {
public:
    ArchiveSource(Engine& engine, int home, RoomId room, Place place)
        : engine_(engine), home_(home), room_(room), place_(std::move(place)) {}

    void next(std::size_t size_max, Completion<std::string> done) override {
        const std::int64_t from = next_;
        next_ += static_cast<std::int64_t>(size_max);
        engine_.consultations().read_archive(home_, room_, from, size_max, std::move(done));
    }

private:
    Engine& engine_;
    const int home_;
    const RoomId room_;
    const Place place_;
    std::int64_t next_ = 0;
};

void write_messages(JsonWriter& out, const Consultations& consultations, RoomId room,
                    const std::vector<Utterance>& said) {
    out.begin_object().member("requestIdx", room).member("messageCount", std::ssize(said));
    out.key("messages").begin_array();
    for (const Utterance& one : said) write_utterance(out, consultations, room, one);
    out.end_array().end_object();
}

void messages(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "requestIdx");
    if (in.refused()) return;
    Result<Place> place = begin_download(engine, exchange->caller);
    if (!place) return exchange->respond_error(place.error());
    engine.consultations().messages(
        exchange->caller, room,
        [&engine, exchange, room,
         place = std::move(*place)](const Result<std::vector<Utterance>>& said) mutable {
            if (!said) return refuse(*exchange, said.error());
            std::string body;
            JsonWriter out(body);
            write_messages(out, engine.consultations(), room, *said);
            Response response;
            response.headers.add("Content-Type", "application/json; charset=utf-8");
            response.headers.add("Cache-Control", "no-store");
            respond_text(*exchange, std::move(response), std::move(body), std::move(place));
        });
}

void transcript(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "requestIdx");
    if (in.refused()) return;
    Result<Place> place = begin_download(engine, exchange->caller);
    if (!place) return exchange->respond_error(place.error());
    engine.consultations().transcript(
        exchange->caller, room,
        [exchange, room, place = std::move(*place)](Result<std::string> text) mutable {
            if (!text) return refuse(*exchange, text.error());
            respond_text(*exchange, text_file("chat-log", room), std::move(*text),
                         std::move(place));
        });
}

void archive(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "requestIdx");
    if (in.refused()) return;
    engine.consultations().archive(
        exchange->caller, room, [&engine, exchange, room](const Result<std::int64_t>& size) {
            if (!size) return refuse(*exchange, size.error());
            Response response = text_file("archived-chat-log", room);
            const bool bare = exchange->request.method() == "HEAD" || *size == 0;
            if (bare) return exchange->respond_streamed(std::move(response), {*size, nullptr});
            Result<Place> place = begin_download(engine, exchange->caller);
            if (!place) return exchange->respond_error(place.error());
            exchange->respond_streamed(std::move(response), {*size, std::make_unique<ArchiveSource>(
                                                                        engine, exchange->home(),
                                                                        room, std::move(*place))});
        });
}

}  // namespace

void add_chat_routes(Router& router, Engine& engine) {
    router.add("GET", "/api/chat/messages/{requestIdx}", Login::person_or_host,
               [&engine](const ExchangePtr& exchange) { messages(engine, exchange); });
    router.add("POST", "/api/chat/history/download/{requestIdx}", Login::person_or_host,
               [&engine](const ExchangePtr& exchange) { transcript(engine, exchange); });
    router.add("GET", "/api/chat/archive/download/{requestIdx}", Login::person_or_host,
               [&engine](const ExchangePtr& exchange) { archive(engine, exchange); });
}

}  // namespace chatcore::gateway::consultation
