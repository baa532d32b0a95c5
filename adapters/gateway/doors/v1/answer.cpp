#include "gateway/doors/v1/answer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

namespace chatcore::gateway::v1 {

namespace {

/// In the manner of FNV-1a, but eight bytes at a time, so that a tag costs a small part of writing
/// the answer: it need only tell one state of an answer from its next ones.
std::string tag_of(std::string_view body) {
    std::uint64_t hash = 14695981039346656037ULL ^ body.size();
    const auto mix = [&](std::uint64_t word) {
        hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 32;
    };
    for (; body.size() >= sizeof(std::uint64_t); body.remove_prefix(sizeof(std::uint64_t))) {
        std::uint64_t word = 0;
        std::memcpy(&word, body.data(), sizeof word);
        mix(word);
    }
    for (const char byte : body) mix(static_cast<std::uint8_t>(byte));
    return fmt::format("W/\"{:016x}\"", hash);
}

}  // namespace

void write_answer(JsonWriter& out, const UnreadTotals& totals) {
    out.begin_object().member("total", totals.total).member("mentions", totals.mentions);
    out.key("rooms").begin_array();
    for (const auto& [room, unread] : totals.rooms) {
        out.begin_object().member("roomId", room).member("unreadCount", unread).end_object();
    }
    out.end_array().end_object();
}

void write_cursor(JsonWriter& out, const std::string& cursor) {
    const bool number = std::ranges::all_of(cursor, [](char c) { return c >= '0' && c <= '9'; });
    if (out.marks() != nullptr && number && !cursor.empty()) {
        out.raw(cursor);
    } else {
        out.value(cursor);
    }
}

void write_answer(JsonWriter& out, const LogIn& log_in) {
    out.begin_object()
        .member("accessToken", log_in.access_token)
        .member("refreshToken", log_in.refresh_token)
        .member("expiresIn", std::int64_t{log_in.expires_in.count()})
        .key("user");
    write_account(out, log_in.account);
    out.end_object();
}

std::vector<RoomId> rooms_of(const Message& message) {
    return {message.room};
}

std::vector<RoomId> rooms_of(const std::vector<Message>& messages) {
    std::vector<RoomId> rooms;
    for (const Message& message : messages) rooms.push_back(message.room);
    return rooms;
}

std::vector<RoomId> rooms_of(const Page<Thread>& page) {
    std::vector<RoomId> rooms;
    for (const Thread& thread : page.items) rooms.push_back(thread.root.room);
    return rooms;
}

std::vector<RoomId> rooms_of(const Changes& changes) {
    // All are of one room.
    for (const State& state : changes.items) {
        if (const auto* message = std::get_if<Message>(&state)) return {message->room};
    }
    return {};
}

void respond_tagged(Exchange& exchange, std::string body) {
    body = exchange.formed(std::move(body));
    const std::string tag = tag_of(body);
    Response response;
    response.headers.add("ETag", tag);
    // Kept by the client, and asked for again each time; by nobody in between.
    response.headers.add("Cache-Control", "private, no-cache");
    response.headers.add("Vary", "Authorization, X-Chatd-Form");
    // Weak comparison looks at what stands between the quotes alone (RFC 9110 section 8.8.3.2).
    const std::string_view opaque = std::string_view(tag).substr(2);
    const Request& request = exchange.request;
    if (request.header_has_token("If-None-Match", tag) ||
        request.header_has_token("If-None-Match", opaque) ||
        request.header_has_token("If-None-Match", "*")) {
        response.status = 304;
    } else {
        response.headers.add("Content-Type", "application/json; charset=utf-8");
        response.body = std::move(body);
    }
    exchange.respond(std::move(response));
}

}  // namespace chatcore::gateway::v1
