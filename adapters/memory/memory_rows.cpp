#include "memory_rows.h"

#include <algorithm>
#include <tuple>

namespace chatcore::memory {

const Account* Tables::account_by_external_id(const std::string& code) const {
    if (code.empty()) return nullptr;
    const auto it = std::find_if(accounts.begin(), accounts.end(), [&](const auto& entry) {
        return entry.second.profile.external_id == code;
    });
    return it == accounts.end() ? nullptr : &it->second;
}

std::int64_t Tables::deleted_after(RoomId id, std::int64_t seq) const {
    const std::vector<MessageId>& ids = messages_in(id);
    std::int64_t deleted = 0;
    for (auto it = ids.rbegin(); it != ids.rend(); ++it) {
        const Message& message = messages.at(*it).message;
        if (message.seq <= seq) break;
        if (message.deleted_at) ++deleted;
    }
    return deleted;
}

Status MemoryRows::load(const Needs& needs, WorkingSet& set) {
    // Once a batch: a later load must not take back the positions that the batch has drawn.
    if (!std::exchange(position_loaded_, true)) set.put_position(tables_.position);
    for (RoomId id : needs.rooms) {
        if (const Room* room = tables_.room(id)) set.put(*room);
    }
    for (const MemberKey& key : needs.members) {
        if (const Member* member = tables_.member(key.room, key.user)) set.put(*member);
    }
    for (MessageId id : needs.messages) {
        if (const auto it = tables_.messages.find(id); it != tables_.messages.end()) {
            set.put(it->second.message);
        }
    }
    for (const PostKey& key : needs.posts) {
        if (const auto it = tables_.posts.find({key.sender, key.key}); it != tables_.posts.end()) {
            set.put(key, PostMark{it->second, tables_.messages.at(it->second).digest});
        }
    }
    for (AttachmentId id : needs.uploads) load_upload(id, set.uploads());
    for (const Room* room : set.direct_rooms(needs.said_in)) {
        set.put_blocked(room->id, tables_.blocked_between(room->direct->low, room->direct->high));
    }
    for (const NameKey& key : needs.names) set.put_named(key, named(key));
    return {};
}

void MemoryRows::load_upload(AttachmentId id, UploadSet& set) const {
    const auto it = tables_.uploads.find(id);
    if (it != tables_.uploads.end()) set.put(it->second);
}

void MemoryRows::load_picture(std::string_view url, UploadSet& set) const {
    if (const auto id = attachment_in(url)) load_upload(*id, set);
}

std::vector<UserId> MemoryRows::named(const NameKey& key) const {
    const auto namesakes = tables_.namesakes.find(key.folded);
    if (namesakes == tables_.namesakes.end() || namesakes->second.size() > namesakes_max) return {};
    std::vector<UserId> found;
    for (const bool active : {true, false}) {
        for (const UserId user : namesakes->second) {
            const Member* member = tables_.member(key.room, user);
            if (member != nullptr && member->active == active) found.push_back(user);
        }
    }
    if (found.size() > members_named_max) found.resize(members_named_max);
    return found;
}

Result<std::optional<MessageMark>> MemoryRows::last_message(RoomId room, Position at_or_below) {
    const std::vector<MessageId>& ids = tables_.messages_in(room);
    const auto above = std::upper_bound(ids.begin(), ids.end(), message_at(at_or_below));
    if (above == ids.begin()) return std::optional<MessageMark>{};
    const Message& message = tables_.messages.at(*std::prev(above)).message;
    return std::optional{MessageMark{message.id, message.seq}};
}

Result<std::int64_t> MemoryRows::deleted_after(RoomId room, std::int64_t seq) {
    return tables_.deleted_after(room, seq);
}

Result<std::optional<UserId>> MemoryRows::successor(RoomId room, UserId leaving) {
    const auto standing = [](const Member& member) {
        return std::tuple{member.role != MemberRole::admin, member.joined_at, member.user};
    };
    const Member* heir = nullptr;
    for (auto it = tables_.members.lower_bound({room, UserId{}});
         it != tables_.members.end() && it->first.first == room; ++it) {
        const Member& member = it->second;
        if (!member.active || member.user == leaving) continue;
        if (heir == nullptr || standing(member) < standing(*heir)) heir = &member;
    }
    return heir == nullptr ? std::optional<UserId>{} : std::optional{heir->user};
}

Result<bool> MemoryRows::has_blocked(UserId who, UserId other) {
    return tables_.has_blocked(who, other);
}

Result<std::optional<std::string>> MemoryRows::batch_record(std::int64_t worker,
                                                            std::int64_t number) {
    const auto it = tables_.batches.find(worker);
    if (it == tables_.batches.end() || it->second.number != number) {
        return std::optional<std::string>{};
    }
    return std::optional{it->second.record};
}

Status MemoryRows::save(const WorkingSet& set) {
    tables_.position = set.position();
    for (const Message* message : set.inserted_messages()) {
        tables_.messages[message->id] = {*message, set.digest_of(*message)};
        tables_.messages_of[message->room].push_back(message->id);
        tables_.posts[{message->sender, message->key}] = message->id;
    }
    Status status = set.for_altered_messages([&](const Message& message, bool) -> Status {
        tables_.messages[message.id].message = message;
        if (message.deleted_at) {
            for (auto& [user, bookmarks] : tables_.bookmarks) bookmarks.erase(message.id);
        }
        return {};
    });
    if (!status) return status;
    status = set.for_altered_members([&](const Member& member, bool) -> Status {
        Member& stored = tables_.members[{member.room, member.user}];
        stored = member;
        stored.deleted_after_read = 0;  // counted where it is asked for, never stored
        tables_.rooms_of[member.user].insert(member.room);
        return {};
    });
    if (!status) return status;
    status = set.for_altered_rooms([&](const Room& room, bool) -> Status {
        Room& stored = tables_.rooms[room.id];
        if (room.deleted_at && !stored.deleted_at) {
            if (stored.direct) tables_.direct_rooms.erase(*stored.direct);
            tables_.to_clear.insert(room.id);
        }
        stored = room;
        return {};
    });
    if (!status) return status;
    save_uploads(set.uploads());
    if (set.record) {
        tables_.batches[set.record->worker] = {set.record->number, set.record->bytes};
    }
    return {};
}

void MemoryRows::save_uploads(const UploadSet& uploads) {
    static_cast<void>(uploads.for_altered([&](const Upload& upload) -> Status {
        tables_.uploads[upload.id] = upload;
        return {};
    }));
    for (const UploadUse& use : uploads.moves()) {
        auto& uses = tables_.upload_uses[use.upload];
        if (use.shown) {
            uses[use.message] = use.room;
        } else {
            uses.erase(use.message);
        }
    }
    for (const PictureUse& use : uploads.pictures()) {
        auto& pictures = tables_.upload_pictures[use.upload];
        if (use.shown) {
            pictures.insert({use.room, use.user});
        } else {
            pictures.erase({use.room, use.user});
        }
    }
}

}  // namespace chatcore::memory
