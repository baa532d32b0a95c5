// Forwarding: one post a room, each by the way that every post goes.

#include <algorithm>

#include "chatcore/messages.h"
#include "chatcore/text.h"

#include "node.h"
#include "posting.h"

namespace chatcore {

struct Messages::Forwarding {
    Caller caller;
    ForwardRequest request;
    Original original;
    MessageType type = MessageType::text;
    std::vector<Attachment> attachments;
    ClientKey key;
    std::vector<Message> posted;
    Completion<std::vector<Message>> done;
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

}  // namespace

void Messages::forward(Caller caller, ForwardRequest request,
                       Completion<std::vector<Message>> done) {
    Status status = check_rooms(request.rooms, node_.limits.forward_rooms_max);
    if (status && !request.comment.empty()) status = check_content(request.comment);
    if (status) status = take_post(caller.user);
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
        for (RoomId room : forwarding->request.rooms) {
            Result<std::optional<Member>> member = store.rooms().member(room, who.user);
            if (!member) return refuse(member.error());
            if (!*member || !(*member)->active) return refuse(Error{ErrorCode::not_a_member});
        }
        Message& message = **found;
        // What was forwarded before is forwarded as what it first was.
        const bool bare = message.content.empty() && message.forwarded_from;
        forwarding->original =
            bare ? std::move(*message.forwarded_from)
                 : Original{message.id, message.room, message.sender, std::move(message.content)};
        forwarding->type = message.type;
        forwarding->attachments = std::move(message.attachments);
        node_.hub->executor(who.home).post([this, forwarding] { forward_next(forwarding); });
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
    PostMessage what{.key = key_in_room(forwarding->key, room),
                     .digest = digest_of(std::move(digest).take()),
                     .type = forwarding->type,
                     .content = forwarding->request.comment,
                     .parent = {},
                     .attachments = forwarding->attachments,
                     .mentions = {},
                     .metadata = {},
                     .forwarded_from = forwarding->original};
    submit_post(forwarding->caller, room, std::move(what),
                [this, forwarding](Result<Message> posted) {
                    if (!posted) return forwarding->done(unexpected(posted.error()));
                    forwarding->posted.push_back(std::move(*posted));
                    forward_next(forwarding);
                });
}

}  // namespace chatcore
