#include "chatcore/rules/working_set.h"

#include <algorithm>
#include <unordered_set>

namespace chatcore {

namespace {

/// Names each row once, and leaves out those that are loaded.
struct NeedsBuilder {
    Needs needs;
    std::unordered_set<RoomId> rooms;
    std::unordered_set<MemberKey, MemberKeyHash> members;
    std::unordered_set<MessageId> messages;
    std::unordered_set<PostKey, PostKeyHash> posts;
    std::unordered_set<RoomId> said;
    std::unordered_set<AttachmentId> uploads;
    std::unordered_set<NameKey, NameKeyHash> names;
    std::unordered_map<const Change*, std::vector<NamePlace>> places = {};

    void room(RoomId id) {
        if (rooms.insert(id).second) needs.rooms.push_back(id);
    }
    void member(RoomId id, UserId user) {
        if (members.insert({id, user}).second) needs.members.push_back({id, user});
    }
    void message(MessageId id) {
        if (messages.insert(id).second) needs.messages.push_back(id);
    }

    void said_in(RoomId id) {
        if (said.insert(id).second) needs.said_in.push_back(id);
    }

    void named(const Change& change, const std::string& content) {
        std::vector<NamePlace> found = name_places(content);
        if (found.empty()) return;
        for (const NamePlace& place : found) {
            for (const NameChoice& choice : place.choices) {
                NameKey key{change.room, choice.folded};
                if (names.insert(key).second) needs.names.push_back(std::move(key));
            }
        }
        places.emplace(&change, std::move(found));
    }

    void operator()(const Change& change, const PostMessage& what) {
        if (posts.insert({change.actor, what.key}).second)
            needs.posts.push_back({change.actor, what.key});
        said_in(change.room);
        if (what.parent) message(*what.parent);
        for (const Attachment& attachment : what.attachments) {
            const auto id = attachment_in(attachment.url);
            if (id && uploads.insert(*id).second) needs.uploads.push_back(*id);
        }
        for (const Mention& mention : what.mentions) member(change.room, mention.user);
        named(change, what.content);
    }
    void operator()(const Change& change, const EditMessage& what) {
        message(what.message);
        said_in(change.room);
        named(change, what.content);
    }
    void operator()(const Change&, const DeleteMessage& what) { message(what.message); }
    void operator()(const Change& change, const SetReaction& what) {
        message(what.message);
        if (what.present) said_in(change.room);
    }
    void operator()(const Change& change, const SetPin& what) {
        message(what.message);
        if (what.pinned) said_in(change.room);
    }
    void operator()(const Change& change, const SetNotice& what) {
        if (!what.content.empty()) said_in(change.room);
    }
    void operator()(const Change&, const RenameRoom& what) {
        const auto id = attachment_in(what.image_url.value_or(std::string()));
        if (id && uploads.insert(*id).second) needs.uploads.push_back(*id);
    }
    void operator()(const Change& change, const SetRole& what) { member(change.room, what.user); }
    void operator()(const Change& change, const GagMember& what) { member(change.room, what.user); }
    void operator()(const Change& change, const InviteMembers& what) {
        for (UserId user : what.users) member(change.room, user);
    }
    void operator()(const Change& change, const RemoveMember& what) {
        member(change.room, what.user);
    }
    void operator()(const Change&, const MoveReadPointer& what) { message(message_at(what.up_to)); }
    void operator()(const Change&, const auto&) {}
};

}  // namespace

Status WorkingSet::prefetch(std::span<const Change> changes) {
    NeedsBuilder builder;
    for (const Change& change : changes) {
        builder.room(change.room);
        builder.member(change.room, change.actor);
        std::visit([&](const auto& what) { builder(change, what); }, change.what);
    }
    // Room for every row at once: a rehash would cost more than the rows.
    const Needs& needs = builder.needs;
    rooms_.reserve(needs.rooms.size());
    members_.reserve(needs.members.size());
    messages_.reserve(needs.messages.size() + changes.size());
    posts_.reserve(needs.posts.size());
    for (RoomId id : needs.rooms) rooms_.try_emplace(id);
    for (const MemberKey& key : needs.members) members_.try_emplace(key);
    for (MessageId id : needs.messages) messages_.try_emplace(id);
    for (const PostKey& key : needs.posts) posts_.try_emplace(key);
    for (AttachmentId id : needs.uploads) uploads_.ask_for(id);
    for (const NameKey& key : needs.names) names_.try_emplace(key);
    places_ = std::move(builder.places);
    if (Status status = rows_.load(needs, *this); !status) return status;
    // Whom the names belong to is known only now.
    Needs named;
    for (const auto& [key, users] : names_) {
        for (const UserId user : users) {
            const MemberKey member{key.room, user};
            if (members_.try_emplace(member).second) named.members.push_back(member);
        }
    }
    return named.members.empty() ? Status{} : rows_.load(named, *this);
}

Result<const Room*> WorkingSet::room(RoomId id) {
    auto [it, fresh] = rooms_.try_emplace(id);
    if (fresh) {
        if (Status status =
                rows_.load(Needs{.rooms = {id}, .members = {}, .messages = {}, .posts = {}}, *this);
            !status) {
            return unexpected(status.error());
        }
    }
    Slot<Room>& slot = rooms_[id];
    return slot.row ? &*slot.row : nullptr;
}

Result<const Member*> WorkingSet::member(RoomId room, UserId user) {
    auto [it, fresh] = members_.try_emplace({room, user});
    if (fresh) {
        if (Status status = rows_.load(
                Needs{.rooms = {}, .members = {{room, user}}, .messages = {}, .posts = {}}, *this);
            !status) {
            return unexpected(status.error());
        }
    }
    Slot<Member>& slot = members_[{room, user}];
    return slot.row ? &*slot.row : nullptr;
}

Result<const Message*> WorkingSet::message(MessageId id) {
    auto [it, fresh] = messages_.try_emplace(id);
    if (fresh) {
        if (Status status =
                rows_.load(Needs{.rooms = {}, .members = {}, .messages = {id}, .posts = {}}, *this);
            !status) {
            return unexpected(status.error());
        }
    }
    Slot<Message>& slot = messages_[id];
    return slot.row ? &*slot.row : nullptr;
}

Result<std::optional<PostMark>> WorkingSet::post(const PostKey& key) {
    auto [it, fresh] = posts_.try_emplace(key);
    if (fresh) {
        if (Status status = rows_.load(
                Needs{.rooms = {}, .members = {}, .messages = {}, .posts = {key}}, *this);
            !status) {
            return unexpected(status.error());
        }
    }
    return posts_[key];
}

Result<const Upload*> WorkingSet::upload(AttachmentId id) {
    if (!uploads_.knows(id)) {
        uploads_.ask_for(id);
        Needs needs;
        needs.uploads = {id};
        if (Status status = rows_.load(needs, *this); !status) return unexpected(status.error());
    }
    return uploads_.find(id);
}

const std::vector<NamePlace>& WorkingSet::name_places(const Change& change) const {
    static const std::vector<NamePlace> none;
    const auto it = places_.find(&change);
    return it == places_.end() ? none : it->second;
}

Result<std::optional<UserId>> WorkingSet::member_named(RoomId room, const std::string& folded) {
    if (entered_.erase(room) > 0) {
        // Among those whom this batch has brought in may be one of the name: to be seen when they
        // are written.
        if (Status status = save(); !status) return unexpected(status.error());
        std::erase_if(names_, [&](const auto& entry) { return entry.first.room == room; });
    }
    const NameKey key{room, folded};
    auto [it, fresh] = names_.try_emplace(key);
    if (fresh) {
        Needs needs;
        needs.names = {key};
        if (Status status = rows_.load(needs, *this); !status) return unexpected(status.error());
    }
    std::optional<UserId> found;
    for (const UserId user : std::vector<UserId>(names_[key])) {
        Result<const Member*> member = this->member(room, user);
        if (!member) return unexpected(member.error());
        if (*member == nullptr || !(*member)->active) continue;
        if (found) return std::optional<UserId>{};
        found = user;
    }
    return found;
}

Result<bool> WorkingSet::blocked_in(const Room& room) {
    if (!room.direct) return false;
    if (const auto known = blocked_.find(room.id); known != blocked_.end()) return known->second;
    Needs needs;
    needs.said_in = {room.id};
    if (Status status = rows_.load(needs, *this); !status) return unexpected(status.error());
    return blocked_[room.id];
}

std::vector<const Room*> WorkingSet::direct_rooms(const std::vector<RoomId>& said_in) const {
    std::vector<const Room*> direct;
    for (RoomId id : said_in) {
        const auto slot = rooms_.find(id);
        if (slot != rooms_.end() && slot->second.row && slot->second.row->direct)
            direct.push_back(&*slot->second.row);
    }
    return direct;
}

Message& WorkingSet::alter(const Message& message) {
    alterations_unsaved_ = true;
    return mark(messages_[message.id]);
}

Member& WorkingSet::insert(Member member) {
    entered_.insert(member.room);
    Slot<Member>& slot = members_[{member.room, member.user}];
    slot.row = std::move(member);
    slot.inserted = true;
    return mark(slot);
}

Message& WorkingSet::insert(Message message, std::uint64_t digest) {
    posts_[{message.sender, message.key}] = PostMark{message.id, digest};
    Slot<Message>& slot = messages_[message.id];
    slot.row = std::move(message);
    slot.inserted = true;
    inserted_messages_.push_back(&*slot.row);
    return mark(slot);
}

Position WorkingSet::take_position(const Change& change) {
    position_ =
        change.position ? std::max(position_, *change.position) : Position{position_.value + 1};
    return change.position.value_or(position_);
}

Result<MessageMark> WorkingSet::last_message(const Room& room, Position at_or_below) {
    if (!room.preview) return MessageMark{};
    if (position_of(room.preview->id) <= at_or_below)
        return MessageMark{room.preview->id, room.last_seq};
    Result<const Message*> exact = message(message_at(at_or_below));
    if (!exact) return unexpected(exact.error());
    if (*exact != nullptr && (*exact)->room == room.id)
        return MessageMark{(*exact)->id, (*exact)->seq};
    if (!inserted_messages_.empty()) {
        if (Status status = save(); !status) return unexpected(status.error());
    }
    Result<std::optional<MessageMark>> found = rows_.last_message(room.id, at_or_below);
    if (!found) return unexpected(found.error());
    return found->value_or(MessageMark{});
}

Result<std::int64_t> WorkingSet::deleted_after(const Room& room, std::int64_t seq) {
    if (seq >= room.last_seq) return 0;
    if (alterations_unsaved_) {
        if (Status status = save(); !status) return unexpected(status.error());
    }
    return rows_.deleted_after(room.id, seq);
}

Result<std::optional<UserId>> WorkingSet::successor(RoomId room, UserId leaving) {
    if (Status status = save(); !status) return unexpected(status.error());
    return rows_.successor(room, leaving);
}

Status WorkingSet::save() {
    if (Status status = rows_.save(*this); !status) return status;
    const auto settle = [](auto& slots) {
        for (auto& [key, slot] : slots) slot.inserted = slot.altered = false;
    };
    settle(rooms_);
    settle(members_);
    settle(messages_);
    uploads_.settle();
    inserted_messages_.clear();
    alterations_unsaved_ = false;
    return {};
}

std::uint64_t WorkingSet::digest_of(const Message& message) const {
    const auto it = posts_.find({message.sender, message.key});
    return it != posts_.end() && it->second ? it->second->digest : 0;
}

}  // namespace chatcore
