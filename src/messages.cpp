#include "chatcore/messages.h"

#include "chatcore/attachments.h"
#include "chatcore/domain/attachment.h"
#include "chatcore/search_text.h"
#include "chatcore/text.h"
#include "chatcore/wire.h"

#include "bookmarked.h"
#include "content_rules.h"
#include "content_types.h"
#include "file_name.h"
#include "node.h"
#include "posting.h"
#include "rates.h"
#include "reviews.h"
#include "submit.h"
#include "web_address.h"

namespace chatcore {

namespace {

std::uint64_t digest_of_request(const PostRequest& request) {
    wire::Writer fields;
    fields.i64(request.room.value);
    fields.text(request.content);
    fields.u8(static_cast<std::uint8_t>(request.type));
    fields.i64(request.parent ? request.parent->value : 0);
    fields.text(wire::encode(request.attachments));
    fields.text(wire::encode(request.mentions));
    fields.text(request.metadata);
    return digest_of(std::move(fields).take());
}

/// Whether what lies elsewhere may be shown here, by the type that it is said to be of.
bool is_served(const AttachmentOptions& options, std::string_view declared) {
    const std::string type = content_types::essence_of(declared).value_or(std::string());
    if (content_types::any_matches(options.types_denied, type)) return false;
    return type.empty() || options.types_allowed.empty() ||
           content_types::any_matches(options.types_allowed, type);
}

}  // namespace

Messages::Messages(Node& node) : node_(node) {}
Messages::~Messages() = default;

Status Messages::check_content(const std::string& content) const {
    return chatcore::check_content(content, node_.limits);
}

Status Messages::check(PostRequest& request) const {
    const Limits& limits = node_.limits;
    Status content = check_content_with(request.attachments, request.content, limits);
    if (!content) return content;
    if (request.type == MessageType::system && !request.by_host)
        return unexpected(ErrorCode::forbidden, "type");
    if (request.attachments.size() > static_cast<std::size_t>(limits.attachments_max)) {
        return unexpected(ErrorCode::invalid_value, "attachments");
    }
    for (Attachment& attachment : request.attachments) {
        const bool own = attachment_in(attachment.url).has_value();
        const bool sound = is_web_address(attachment.url) &&
                           attachment.url.size() <= web_address_bytes_max &&
                           attachment.content_type.size() <= 255 && attachment.size_bytes >= 0 &&
                           text::valid(attachment.url) && text::valid(attachment.content_type) &&
                           (own || !may_lead_to_api(attachment.url));
        if (!sound) return unexpected(ErrorCode::invalid_value, "attachments");
        Result<std::string> name = name_of_file(attachment.name, limits, "attachments");
        if (!name && !own) return unexpected(ErrorCode::invalid_value, "attachments");
        attachment.name = name ? std::move(*name) : std::string();
        if (own) continue;  // looked at when it was uploaded, and called what it was called then
        if (attachment.size_bytes > limits.attachment_bytes_max)
            return unexpected(ErrorCode::too_large, "attachments");
        if (!is_served(*node_.attachment_options, attachment.content_type))
            return unexpected(ErrorCode::unsupported_type, "attachments");
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
    if (node_.members.find(request.room, caller.user, node_.clock.steady()) == false &&
        !request.key) {
        // With a key it may be a repeat of a post made before leaving, which the store answers.
        return refuse(Error{ErrorCode::not_a_member});
    }
    if (Status status = node_.rates->take_post(caller.user); !status) return refuse(status.error());
    if (Status status = node_.rates->take_room_post(request.room); !status) {
        node_.rates->give_back_post(caller.user);
        return refuse(status.error());
    }
    const std::uint64_t digest = digest_of_request(request);
    PostMessage what{.key = {},
                     .digest = digest,
                     .type = request.type,
                     .content = std::move(request.content),
                     .parent = request.parent,
                     .attachments = std::move(request.attachments),
                     .mentions = std::move(request.mentions),
                     .metadata = std::move(request.metadata),
                     .forwarded_from = {}};
    what.key = request.key ? *request.key : random_key(node_.random);
    if (node_.reviews->on())
        return review_post(caller, request.room, std::move(what), std::move(done));
    submit_post(caller, request.room, std::move(what), std::move(done));
}

void Messages::review_post(Caller caller, RoomId room, PostMessage what, Completion<Message> done) {
    MessageDraft draft{.kind = MessageDraft::Kind::post,
                       .room = room,
                       .sender = caller.user,
                       .message = {},
                       .parent = what.parent,
                       .type = what.type,
                       .content = what.content,
                       .attachments = what.attachments,
                       .mentions = what.mentions,
                       .metadata = what.metadata,
                       .forwarded_from = {}};
    const ClientKey key = what.key;
    // The digest stays that of the request, so that the request again is the same post.
    auto judged = [this, caller, room, key, what = std::move(what),
                   done = std::move(done)](Result<MessageDraft> said) mutable {
        Status status = said ? put_into(what, room, std::move(*said)) : unexpected(said.error());
        if (!status) {
            if (said) node_.reviews->over(caller.user, key);
            node_.telemetry.add(Counter::changes_refused, 1);
            node_.rates->give_back_room_post(room);
            return done(unexpected(status.error()));
        }
        auto posted = [this, caller, key, done = std::move(done)](Result<Message> message) mutable {
            node_.reviews->over(caller.user, key);
            done(std::move(message));
        };
        submit_post(caller, room, std::move(what), std::move(posted));
    };
    node_.reviews->ask(caller, std::move(draft), key, std::move(judged));
}

Status Messages::put_into(PostMessage& what, RoomId room, MessageDraft&& said) const {
    // Of the hook's own making it may be anything.
    PostRequest request{.room = room,
                        .content = std::move(said.content),
                        .type = what.type,
                        .key = what.key,
                        .parent = what.parent,
                        .attachments = std::move(said.attachments),
                        .mentions = std::move(said.mentions),
                        .metadata = std::move(said.metadata),
                        .by_host = true};  // asked before
    if (Status status = check(request); !status) {
        return unexpected(ErrorCode::internal, "hook",
                          "the message hook gave a wrong " + status.error().detail);
    }
    what.content = std::move(request.content);
    what.attachments = std::move(request.attachments);
    what.mentions = std::move(request.mentions);
    what.metadata = std::move(request.metadata);
    return {};
}

void Messages::submit_post(Caller caller, RoomId room, PostMessage what, Completion<Message> done) {
    node_.telemetry.add(Counter::messages_sent, 1);
    submit(node_, caller, room, std::move(what),
           [this, room, done = std::move(done)](Result<Outcome> outcome) mutable {
               Result<Message> posted = state_of<Message>(std::move(outcome));
               if (!posted) node_.rates->give_back_room_post(room);
               done(std::move(posted));
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
        submit(
            node_, caller, (*found)->room, std::move(what),
            [done = std::move(done), seen = std::move(**found)](Result<Outcome> outcome) mutable {
                Result<Message> changed = state_of<Message>(std::move(outcome));
                if (changed && changed->forwarded_from && seen.forwarded_from) {
                    // As the caller is shown it: what was forwarded never changes.
                    changed->forwarded_from = std::move(seen.forwarded_from);
                    if (seen.attachments.empty()) changed->attachments.clear();
                }
                done(std::move(changed));
            });
    });
}

void Messages::edit(Caller caller, MessageId message, std::string content,
                    Completion<Message> done) {
    Status status = check_content(content);
    if (status) status = node_.rates->take_change(caller.user);
    if (!status) {
        node_.answer<Message>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    if (!node_.reviews->on()) {
        change_named(caller, message, EditMessage{message, std::move(content)}, std::move(done));
        return;
    }
    MessageDraft draft;
    draft.kind = MessageDraft::Kind::edit;
    draft.sender = caller.user;
    draft.message = message;
    draft.content = std::move(content);
    node_.reviews->ask(
        caller, std::move(draft), std::nullopt,
        [this, caller, message, done = std::move(done)](Result<MessageDraft> said) mutable {
            if (!said) return done(unexpected(said.error()));
            change_named(caller, message, EditMessage{message, std::move(said->content)},
                         std::move(done));
        });
}

void Messages::remove(Caller caller, MessageId message, Completion<Message> done) {
    change_named(caller, message, DeleteMessage{message}, std::move(done));
}

void Messages::react(Caller caller, MessageId message, std::string emoji, bool present,
                     Completion<Message> done) {
    if (!text::valid(emoji) || !text::is_emoji(emoji)) {
        const ErrorCode why =
            text::valid(emoji) ? ErrorCode::invalid_reaction : ErrorCode::malformed;
        node_.answer<Message>(caller.home, std::move(done), unexpected(why, "reaction"));
        return;
    }
    if (Status status = node_.rates->take_change(caller.user); !status) {
        node_.answer<Message>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    change_named(caller, message, SetReaction{message, std::move(emoji), present}, std::move(done));
}

void Messages::pin(Caller caller, MessageId message, bool pinned, Completion<Message> done) {
    if (Status status = node_.rates->take_change(caller.user); !status) {
        node_.answer<Message>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    change_named(caller, message, SetPin{message, pinned}, std::move(done));
}

void Messages::show(Store& store, Caller caller, std::span<Message> messages) {
    node_.profiles.fill(store, messages);
    fill_bookmarked(store, caller.user, messages);
}

template <class Question>
void Messages::ask_messages(Caller caller, Question question,
                            Completion<std::vector<Message>> done) {
    node_.ask<std::vector<Message>>(
        caller.home,
        [this, caller,
         question = std::move(question)](Store& store) -> Result<std::vector<Message>> {
            Result<std::vector<Message>> found = question(store);
            if (found) show(store, caller, *found);
            return found;
        },
        std::move(done));
}

void Messages::pins(Caller caller, RoomId room, Completion<std::vector<Message>> done) {
    ask_messages(
        caller, [=](Store& store) { return store.messages().pins(room, caller.user); },
        std::move(done));
}

void Messages::search(Caller caller, SearchQuery query, Completion<Page<Message>> done) {
    const Result<std::string> text = text::search_term(query.text);
    if (!text || query.limit < 1 || query.limit > 100) {
        node_.answer<Page<Message>>(
            caller.home, std::move(done),
            text ? unexpected(ErrorCode::malformed, "limit") : unexpected(text.error()));
        return;
    }
    query.text = *text;
    node_.ask<Page<Message>>(
        caller.home,
        [this, caller, query = std::move(query)](Store& store) -> Result<Page<Message>> {
            Result<Page<Message>> page = store.search().messages(query, caller.user);
            if (page) show(store, caller, page->items);
            return page;
        },
        std::move(done));
}

void Messages::replies(Caller caller, MessageId root, MessageId after, int limit,
                       Completion<Page<Message>> done) {
    if (limit < 1 || limit > 100) {
        node_.answer<Page<Message>>(caller.home, std::move(done),
                                    unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    node_.ask<Page<Message>>(
        caller.home,
        [this, caller, root, after, limit](Store& store) -> Result<Page<Message>> {
            Result<Page<Message>> page = store.messages().replies(root, after, limit, caller.user);
            if (page) show(store, caller, page->items);
            return page;
        },
        std::move(done));
}

void Messages::threads(Caller caller, RoomId room, MessageId before, int limit,
                       Completion<Page<Thread>> done) {
    if (limit < 1 || limit > 100) {
        node_.answer<Page<Thread>>(caller.home, std::move(done),
                                   unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    node_.ask<Page<Thread>>(
        caller.home,
        [this, caller, room, before, limit](Store& store) -> Result<Page<Thread>> {
            Result<Page<Thread>> page = store.messages().threads(room, before, limit, caller.user);
            if (!page) return page;
            std::vector<Message> shown;
            for (Thread& thread : page->items) {
                shown.push_back(std::move(thread.root));
                shown.push_back(std::move(thread.last_reply));
            }
            show(store, caller, shown);
            for (std::size_t i = 0; i < page->items.size(); ++i) {
                page->items[i].root = std::move(shown[2 * i]);
                page->items[i].last_reply = std::move(shown[2 * i + 1]);
            }
            return page;
        },
        std::move(done));
}

void Messages::find(Caller caller, MessageId message, Completion<Message> done) {
    node_.ask<Message>(
        caller.home,
        [this, caller, message](Store& store) -> Result<Message> {
            Result<std::optional<Message>> found = store.messages().find(message, caller.user);
            if (!found) return unexpected(found.error());
            if (!*found) return unexpected(ErrorCode::not_found, "message");
            show(store, caller, {&**found, 1});
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
            if (history) show(store, caller, history->messages);
            return history;
        },
        std::move(done));
}

void Messages::page(Caller caller, PageQuery query, Completion<HistoryPage> done) {
    constexpr std::int64_t page_max = 1'000'000'000;  // times the limit it still is a number
    const bool numbered = query.page >= 1 && query.page <= page_max;
    if (!numbered || query.limit < 1 || query.limit > 100) {
        node_.answer<HistoryPage>(caller.home, std::move(done),
                                  unexpected(ErrorCode::malformed, numbered ? "limit" : "page"));
        return;
    }
    node_.ask<HistoryPage>(
        caller.home,
        [this, caller, query = std::move(query)](Store& store) -> Result<HistoryPage> {
            Result<HistoryPage> page = store.messages().page(query, caller.user);
            if (page) show(store, caller, page->messages);
            return page;
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
