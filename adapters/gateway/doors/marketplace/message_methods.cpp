#include "gateway/doors/marketplace/methods.h"

namespace chatcore::gateway::marketplace {

namespace {

void send(const Call& call, Arguments& arguments) {
    PostRequest request;
    request.room = arguments.room();
    request.content = arguments.required_text("content");
    request.type = arguments.message_type("messageType").value_or(MessageType::text);
    Attachment attachment{.url = arguments.text("attachmentUrl"),
                          .name = arguments.text("attachmentName"),
                          .size_bytes = arguments.integer("attachmentSize").value_or(0),
                          .content_type = {}};
    if (const Status sound = arguments.status(); !sound) return call.fail(sound.error());
    if (!attachment.url.empty()) request.attachments.push_back(std::move(attachment));
    call.engine.messages().post(call.caller(), std::move(request),
                                call.answer_by<Message>(write_message));
}

/// A video shows as a file, and so is found among them.
std::vector<MessageType> types_for(std::optional<MessageType> type) {
    if (!type) return {};
    if (*type == MessageType::file) return {MessageType::file, MessageType::video};
    return {*type};
}

void page(const Call& call, Arguments& arguments) {
    PageQuery query{.room = arguments.room(),
                    .types = types_for(arguments.message_type("messageType"))};
    query.page = arguments.integer("page").value_or(query.page);
    const std::int64_t limit = arguments.integer("limit").value_or(query.limit);
    if (query.page < 1 || query.page > id_max) arguments.wrong("page");
    if (limit < 1 || limit > 100) arguments.wrong("limit");
    if (const Status sound = arguments.status(); !sound) return call.fail(sound.error());
    query.limit = static_cast<int>(limit);
    call.engine.messages().page(
        call.caller(), query,
        call.answer_by<HistoryPage>([query](JsonWriter& out, const HistoryPage& found, Form form) {
            write_page(out, found, query, form);
        }));
}

void last(const Call& call, Arguments& arguments) {
    const PageQuery query{.room = arguments.room(), .limit = 1};
    if (const Status sound = arguments.status(); !sound) return call.fail(sound.error());
    call.engine.messages().page(
        call.caller(), query,
        call.answer_by<HistoryPage>([](JsonWriter& out, const HistoryPage& found, Form form) {
            if (found.messages.empty()) {
                out.null();
            } else {
                write_message(out, found.messages.front(), form);
            }
        }));
}

constexpr Method methods[] = {
    {"sendMessage", false, send},
    {"getChatMessagesPaginated", false, page},
    {"getLastMessageByChatRoomId", true, last},
};

}  // namespace

std::span<const Method> message_methods() {
    return methods;
}

}  // namespace chatcore::gateway::marketplace
