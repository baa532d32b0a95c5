// Forwarding: one post a room, each by the way that every post goes.

#include <algorithm>

#include "chatcore/messages.h"
#include "chatcore/text.h"

#include "content_rules.h"
#include "may_post.h"
#include "node.h"
#include "posting.h"
#include "rates.h"
#include "reviews.h"

namespace chatcore {

struct Messages::Forwarding {
    Caller caller;
    ForwardRequest request;
    Original original;
    MessageType type = MessageType::text;
    std::vector<Attachment> attachments;
    ClientKey key;
    std::vector<std::string> comments;  ///< of each room, as the host lets it be; until all are
    std::vector<Message> posted;
    Completion<std::vector<Message>> done;

    ClientKey key_in(std::size_t room) const { return key_in_room(key, request.rooms[room]); }
};

namespace {

Status check_rooms(const std::vector<RoomId>& rooms, int max) {
    std::vector<RoomId> sorted = rooms;
    std::sort(sorted.begin(), sorted.end());
    const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
    if (rooms.empty() || twice || rooms.size() > static_cast<std::size_t>(max))
        return unexpected(ErrorCode::invalid_value, "targetRoomIds");
    return {};
}

/// What is said with it is content under another name.
Status check_comment(const std::string& comment, const Limits& limits) {
    const Status status = check_content(comment, limits);
    return status ? status : unexpected(status.error().code, "additionalContent");
}

}  // namespace

Status Messages::may_forward(Store& store, const Forwarding& forwarding) const {
    const std::vector<RoomId>& rooms = forwarding.request.rooms;
    std::vector<ClientKey> keys;
    for (std::size_t i = 0; forwarding.request.key && i < rooms.size(); ++i)
        keys.push_back(forwarding.key_in(i));
    return may_post(store, forwarding.caller.user, rooms, keys, node_.clock.now());
}

Status Messages::take_forward(UserId user, const std::vector<RoomId>& rooms) {
    Status status = node_.rates->take_post(user);
    for (std::size_t i = 0; status && i < rooms.size(); ++i) {
        status = node_.rates->take_room_post(rooms[i]);
        if (status) continue;
        for (std::size_t taken = 0; taken < i; ++taken)
            node_.rates->give_back_room_post(rooms[taken]);
        node_.rates->give_back_post(user);
    }
    return status;
}

void Messages::forward(Caller caller, ForwardRequest request,
                       Completion<std::vector<Message>> done) {
    Status status = check_rooms(request.rooms, node_.limits.forward_rooms_max);
    if (status && !request.comment.empty()) status = check_comment(request.comment, node_.limits);
    if (status) status = take_forward(caller.user, request.rooms);
    if (!status) {
        node_.answer<std::vector<Message>>(caller.home, std::move(done),
                                           unexpected(status.error()));
        return;
    }
    auto forwarding = std::make_shared<Forwarding>();
    forwarding->caller = caller;
    forwarding->key = request.key ? *request.key : random_key(node_.random);
    forwarding->request = std::move(request);
    forwarding->done = std::move(done);
    node_.pool.read([this, forwarding](Store& store) {
        const Caller& who = forwarding->caller;
        const auto refuse = [&](const Error& why) {
            for (RoomId room : forwarding->request.rooms) node_.rates->give_back_room_post(room);
            node_.answer<std::vector<Message>>(who.home, std::move(forwarding->done),
                                               unexpected(why));
        };
        Result<std::optional<Message>> found =
            store.messages().find(forwarding->request.message, who.user);
        if (!found) return refuse(found.error());
        if (!*found) return refuse(Error{ErrorCode::not_found, "message"});
        if ((*found)->deleted_at) return refuse(Error{ErrorCode::already_deleted});
        // All are asked first, so that a room which cannot take it does not leave the others with
        // it.
        if (Status may = may_forward(store, *forwarding); !may) return refuse(may.error());
        Message& message = **found;
        // What was forwarded before is forwarded as what it first was.
        const bool bare = message.content.empty() && message.forwarded_from;
        const bool concealed =
            bare && message.forwarded_from->content.empty() && message.attachments.empty();
        if (concealed) return refuse(Error{ErrorCode::not_found, "message"});
        forwarding->original =
            bare ? std::move(*message.forwarded_from)
                 : Original{message.id, message.room, message.sender, std::move(message.content)};
        // What the host has said is shown, not said again.
        forwarding->type = message.type == MessageType::system ? MessageType::text : message.type;
        forwarding->attachments = std::move(message.attachments);
        node_.rates->charge_posts(who.user, static_cast<int>(forwarding->request.rooms.size()) - 1);
        node_.hub->executor(who.home).post([this, forwarding] {
            if (node_.reviews->on()) {
                review_next(forwarding);
            } else {
                forward_next(forwarding);
            }
        });
    });
}

void Messages::review_next(std::shared_ptr<Forwarding> forwarding) {
    const std::size_t next = forwarding->comments.size();
    const std::vector<RoomId>& rooms = forwarding->request.rooms;
    if (next == rooms.size()) return forward_next(forwarding);
    const UserId user = forwarding->caller.user;
    MessageDraft draft{.kind = MessageDraft::Kind::forward,
                       .room = rooms[next],
                       .sender = user,
                       .message = {},
                       .parent = {},
                       .type = forwarding->type,
                       .content = forwarding->request.comment,
                       .attachments = forwarding->attachments,
                       .mentions = {},
                       .metadata = {},
                       .forwarded_from = forwarding->original};
    node_.reviews->ask(forwarding->caller, std::move(draft), forwarding->key_in(next),
                       [this, forwarding, user, next](Result<MessageDraft> said) {
                           if (said) {
                               forwarding->comments.push_back(std::move(said->content));
                               return review_next(forwarding);
                           }
                           // All of them or none.
                           for (std::size_t i = 0; i < next; ++i)
                               node_.reviews->over(user, forwarding->key_in(i));
                           for (RoomId room : forwarding->request.rooms)
                               node_.rates->give_back_room_post(room);
                           forwarding->done(unexpected(said.error()));
                       });
}

void Messages::forward_next(std::shared_ptr<Forwarding> forwarding) {
    const std::size_t next = forwarding->posted.size();
    if (next == forwarding->request.rooms.size()) {
        forwarding->done(std::move(forwarding->posted));
        return;
    }
    const RoomId room = forwarding->request.rooms[next];
    wire::Writer digest;
    digest.i64(room.value);
    digest.i64(forwarding->original.id.value);
    digest.text(forwarding->request.comment);
    const bool reviewed = !forwarding->comments.empty();
    PostMessage what{.key = forwarding->key_in(next),
                     .digest = digest_of(std::move(digest).take()),
                     .type = forwarding->type,
                     .content = reviewed ? forwarding->comments[next] : forwarding->request.comment,
                     .parent = {},
                     .attachments = forwarding->attachments,
                     .mentions = {},
                     .metadata = {},
                     .forwarded_from = forwarding->original};
    submit_post(forwarding->caller, room, std::move(what),
                [this, forwarding, next, reviewed](Result<Message> posted) {
                    // Where one fails, the rest is not tried.
                    const std::size_t end = posted ? next + 1 : forwarding->request.rooms.size();
                    for (std::size_t i = next; reviewed && i < end; ++i)
                        node_.reviews->over(forwarding->caller.user, forwarding->key_in(i));
                    if (!posted) return forwarding->done(unexpected(posted.error()));
                    forwarding->posted.push_back(std::move(*posted));
                    forward_next(forwarding);
                });
}

}  // namespace chatcore
