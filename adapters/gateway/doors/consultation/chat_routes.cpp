#include <fmt/format.h>

#include "gateway/doors/consultation/groups.h"
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

/// An archived transcript, as the connection takes it.
class ArchiveSource final : public BodySource {
public:
    ArchiveSource(Engine& engine, int home, RoomId room)
        : engine_(engine), home_(home), room_(room) {}

    void next(std::size_t size_max, Completion<std::string> done) override {
        const std::int64_t from = next_;
        next_ += static_cast<std::int64_t>(size_max);
        engine_.consultations().read_archive(home_, room_, from, size_max, std::move(done));
    }

private:
    Engine& engine_;
    const int home_;
    const RoomId room_;
    std::int64_t next_ = 0;
};

void write_messages(JsonWriter& out, const Consultations& consultations, RoomId room,
                    const std::vector<Utterance>& said) {
    out.begin_object().member("requestIdx", room).member("messageCount", std::ssize(said));
    out.key("messages").begin_array();
    for (const Utterance& one : said) {
        out.begin_object()
            .member("requestIdx", room)
            .member("sender", one.sender_code)
            .member("senderName", one.sender_name)
            .member("content", one.content)
            .member("sentAt", consultations.local_text(one.sent_at))
            .end_object();
    }
    out.end_array().end_object();
}

void messages(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "requestIdx");
    if (in.refused()) return;
    engine.consultations().messages(
        exchange->caller, room,
        [&engine, exchange, room](const Result<std::vector<Utterance>>& said) {
            if (!said) return refuse(*exchange, said.error());
            std::string body;
            JsonWriter out(body);
            write_messages(out, engine.consultations(), room, *said);
            exchange->respond_json(200, std::move(body));
        });
}

void transcript(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "requestIdx");
    if (in.refused()) return;
    engine.consultations().transcript(exchange->caller, room,
                                      [exchange, room](Result<std::string> text) {
                                          if (!text) return refuse(*exchange, text.error());
                                          Response response = text_file("chat-log", room);
                                          response.body = std::move(*text);
                                          exchange->respond(std::move(response));
                                      });
}

void archive(Engine& engine, const ExchangePtr& exchange) {
    Input in(*exchange);
    const auto room = in.path_id<RoomId>(0, "requestIdx");
    if (in.refused()) return;
    engine.consultations().archive(
        exchange->caller, room, [&engine, exchange, room](const Result<std::int64_t>& size) {
            if (!size) return refuse(*exchange, size.error());
            const bool bare = exchange->request.method() == "HEAD" || *size == 0;
            std::unique_ptr<BodySource> source;
            if (!bare) source = std::make_unique<ArchiveSource>(engine, exchange->home(), room);
            exchange->respond_streamed(text_file("archived-chat-log", room),
                                       {*size, std::move(source)});
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
