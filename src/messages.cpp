#include "chatcore/messages.h"

#include "chatcore/text.h"
#include "chatcore/wire.h"

#include "node.h"
#include "rate_limiter.h"
#include "submit.h"

namespace chatcore {

namespace {

/// FNV-1a, 64 bits: tells one request from another under the same key. Nobody gains from a
/// collision with themself.
std::uint64_t digest_of(const PostRequest& request) {
    wire::Writer fields;
    fields.i64(request.room.value);
    fields.text(request.content);
    fields.u8(static_cast<std::uint8_t>(request.type));
    fields.i64(request.parent ? request.parent->value : 0);
    fields.text(wire::encode(request.attachments));
    fields.text(wire::encode(request.mentions));
    fields.text(request.metadata);
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char byte : std::move(fields).take()) {
        hash = (hash ^ static_cast<std::uint8_t>(byte)) * 1099511628211ULL;
    }
    return hash;
}

}  // namespace

Messages::Messages(Node& node) : node_(node), posts_(std::make_unique<RateLimiter>()) {}
Messages::~Messages() = default;

Status Messages::check_content(const std::string& content) const {
    if (!text::valid(content)) return unexpected(ErrorCode::malformed, "content");
    if (text::blank(content)) return unexpected(ErrorCode::empty, "content");
    const auto max = static_cast<std::size_t>(node_.limits.content_code_points_max);
    if (content.size() > max && text::code_points(content) > max)
        return unexpected(ErrorCode::too_long, "content");
    return {};
}

Status Messages::check(const PostRequest& request) const {
    if (Status content = check_content(request.content); !content) return content;
    const Limits& limits = node_.limits;
    if (request.type == MessageType::system) return unexpected(ErrorCode::forbidden, "type");
    if (request.attachments.size() > static_cast<std::size_t>(limits.attachments_max)) {
        return unexpected(ErrorCode::invalid_value, "attachments");
    }
    for (const Attachment& attachment : request.attachments) {
        const bool sound = !attachment.url.empty() && attachment.url.size() <= 2'048 &&
                           attachment.name.size() <= 1'024 &&
                           attachment.content_type.size() <= 255 && attachment.size_bytes >= 0 &&
                           text::valid(attachment.url) && text::valid(attachment.name) &&
                           text::valid(attachment.content_type);
        if (!sound) return unexpected(ErrorCode::invalid_value, "attachments");
    }
    if (request.mentions.size() > static_cast<std::size_t>(limits.mentions_max)) {
        return unexpected(ErrorCode::invalid_value, "mentions");
    }
    const auto length = static_cast<std::int64_t>(text::code_points(request.content));
    for (const Mention& mention : request.mentions) {
        const std::int64_t end = std::int64_t{mention.start} + mention.length;
        if (mention.start < 0 || mention.length <= 0 || end > length || mention.user.value <= 0) {
            return unexpected(ErrorCode::invalid_value, "mentions");
        }
    }
    if (request.metadata.size() > limits.metadata_bytes_max)
        return unexpected(ErrorCode::too_long, "metadata");
    return {};
}

void Messages::post(Caller caller, PostRequest request, Completion<Message> done) {
    const auto refuse = [&](const Error& why) {
        node_.telemetry.add(Counter::changes_refused, 1);
        node_.answer<Message>(caller.home, std::move(done), unexpected(why));
    };
    if (Status status = check(request); !status) return refuse(status.error());
    const auto now = node_.clock.steady();
    if (node_.members.find(request.room, caller.user, now) == false && !request.key) {
        // With a key it may be a repeat of a post made before leaving, which the store answers.
        return refuse(Error{ErrorCode::not_a_member});
    }
    if (const auto wait = posts_->take(caller.user, node_.limits.person_posts_per_s, now);
        wait.count() > 0) {
        return refuse(Error{
            .code = ErrorCode::too_many, .detail = "posts", .cause = {}, .retry_after = wait});
    }
    const std::uint64_t digest = digest_of(request);
    PostMessage what{.key = {},
                     .digest = digest,
                     .type = request.type,
                     .content = std::move(request.content),
                     .parent = request.parent,
                     .attachments = std::move(request.attachments),
                     .mentions = std::move(request.mentions),
                     .metadata = std::move(request.metadata)};
    if (request.key) {
        what.key = *request.key;
    } else {
        node_.random.fill(what.key.bytes);
        what.key.bytes[6] =
            static_cast<std::uint8_t>((what.key.bytes[6] & 0x0F) | 0x40);  // RFC 9562, version 4
        what.key.bytes[8] = static_cast<std::uint8_t>((what.key.bytes[8] & 0x3F) | 0x80);
    }
    node_.telemetry.add(Counter::messages_sent, 1);
    submit(node_, caller, request.room, std::move(what),
           [done = std::move(done)](Result<Outcome> outcome) mutable {
               done(state_of<Message>(std::move(outcome)));
           });
}

template <class What>
void Messages::change_named(Caller caller, MessageId message, What what, Completion<Message> done) {
    // A change is journaled under its room, which the request does not name.
    node_.pool.read([this, caller, message, what = std::move(what),
                     done = std::move(done)](Store& store) mutable {
        Result<std::optional<Message>> found = store.messages().find(message, caller.user);
        if (!found || !*found) {
            Unexpected why =
                found ? unexpected(ErrorCode::not_found, "message") : unexpected(found.error());
            node_.answer<Message>(caller.home, std::move(done), std::move(why));
            return;
        }
        submit(node_, caller, (*found)->room, std::move(what),
               [done = std::move(done)](Result<Outcome> outcome) mutable {
                   done(state_of<Message>(std::move(outcome)));
               });
    });
}

void Messages::edit(Caller caller, MessageId message, std::string content,
                    Completion<Message> done) {
    if (Status status = check_content(content); !status) {
        node_.answer<Message>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    change_named(caller, message, EditMessage{message, std::move(content)}, std::move(done));
}

void Messages::remove(Caller caller, MessageId message, Completion<Message> done) {
    change_named(caller, message, DeleteMessage{message}, std::move(done));
}

void Messages::find(Caller caller, MessageId message, Completion<Message> done) {
    node_.ask<Message>(
        caller.home,
        [this, caller, message](Store& store) -> Result<Message> {
            Result<std::optional<Message>> found = store.messages().find(message, caller.user);
            if (!found) return unexpected(found.error());
            if (!*found) return unexpected(ErrorCode::not_found, "message");
            node_.profiles.fill(store, std::span<Message>(&**found, 1));
            return std::move(**found);
        },
        std::move(done));
}

void Messages::history(Caller caller, HistoryQuery query, Completion<History> done) {
    const int places = int{query.before.has_value()} + int{query.after.has_value()} +
                       int{query.around.has_value()};
    if (query.limit < 1 || query.limit > 100 || places > 1) {
        node_.answer<History>(caller.home, std::move(done),
                              unexpected(ErrorCode::malformed, places > 1 ? "before" : "limit"));
        return;
    }
    node_.ask<History>(
        caller.home,
        [this, caller, query](Store& store) -> Result<History> {
            Result<History> history = store.messages().history(query, caller.user);
            if (history) node_.profiles.fill(store, std::span<Message>(history->messages));
            return history;
        },
        std::move(done));
}

void Messages::changes(Caller caller, RoomId room, Position since, int limit,
                       Completion<Changes> done) {
    if (limit < 1 || limit > 500 || since.value < 0) {
        node_.answer<Changes>(
            caller.home, std::move(done),
            unexpected(ErrorCode::malformed, since.value < 0 ? "since" : "limit"));
        return;
    }
    node_.ask<Changes>(
        caller.home,
        [this, caller, room, since, limit](Store& store) -> Result<Changes> {
            Result<Changes> changes = store.messages().changes(room, since, limit, caller.user);
            if (changes) node_.profiles.fill(store, std::span<State>(changes->items));
            return changes;
        },
        std::move(done));
}

}  // namespace chatcore
