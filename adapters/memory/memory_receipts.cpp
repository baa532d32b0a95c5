#include "memory_receipts.h"

#include <algorithm>
#include <set>

#include "chatcore/rules/concealment.h"

namespace chatcore::memory {

Result<Page<Member>> MemoryReceiptStore::readers(MessageId message, UserId after, int limit,
                                                 std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    const auto found = tables.messages.find(message);
    if (found == tables.messages.end()) return unexpected(ErrorCode::not_found, "message");
    const Message& read = found->second.message;
    if (!tables.may_read(read.room, viewer) || is_hidden(read, tables.hidden_in(read.room, viewer)))
        return unexpected(ErrorCode::not_found, "message");
    Page<Member> page;
    for (auto it = tables.members.upper_bound({read.room, after});
         it != tables.members.end() && it->first.first == read.room; ++it) {
        const Member& member = it->second;
        const bool has_read =
            member.active && member.read_at && member.read_position >= position_of(message);
        if (!has_read || member.user == read.sender) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().user.value);
            break;
        }
        page.items.push_back(member);
    }
    return page;
}

Result<std::vector<ReadPointer>> MemoryReceiptStore::read_pointers(std::span<const RoomId> rooms,
                                                                   UserId viewer, int members_max) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    std::vector<ReadPointer> found;
    for (const RoomId room : rooms) {
        const Room* header = tables.room(room);
        const bool told = header != nullptr && !header->deleted_at &&
                          header->participant_count <= members_max && tables.may_read(room, viewer);
        if (!told) continue;
        for (auto it = tables.members.lower_bound({room, UserId{}});
             it != tables.members.end() && it->first.first == room; ++it) {
            const Member& member = it->second;
            if (!member.active) continue;
            found.push_back(
                {room, member.user, member.read_at ? member.read_position : Position{}});
        }
    }
    return found;
}

Result<std::vector<std::int64_t>> MemoryReceiptStore::unread(std::span<const Readership> readers) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    std::vector<std::int64_t> found;
    for (const Readership& reader : readers) {
        const Room* room = tables.room(reader.room);
        const Member* member = tables.member(reader.room, reader.user);
        const bool counts = room != nullptr && !room->deleted_at && member != nullptr;
        found.push_back(counts ? room->last_seq - member->read_seq -
                                     tables.deleted_after(reader.room, member->read_seq)
                               : 0);
    }
    return found;
}

Status MemoryReceiptStore::raise_delivered(std::span<const DeliveryPointer> pointers) {
    const std::scoped_lock lock(state_.mutex);
    for (const DeliveryPointer& pointer : pointers) {
        if (state_.tables.is_deleted(pointer.room)) continue;
        MessageId& stands = state_.tables.delivered[{pointer.room, pointer.user}];
        stands = std::max(stands, pointer.message);
    }
    return {};
}

Result<MessageId> MemoryReceiptStore::delivered(RoomId room, UserId user) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.delivered.find({room, user});
    return it == state_.tables.delivered.end() ? MessageId{} : it->second;
}

Result<std::vector<UserId>> MemoryReceiptStore::senders(RoomId room, MessageId above,
                                                        MessageId up_to, int among) {
    const std::scoped_lock lock(state_.mutex);
    const std::vector<MessageId>& ids = state_.tables.messages_in(room);
    std::set<UserId> found;
    for (auto it = std::upper_bound(ids.begin(), ids.end(), up_to); it != ids.begin() && among > 0;
         --among) {
        if (*--it <= above) break;
        found.insert(state_.tables.messages.at(*it).message.sender);
    }
    return std::vector<UserId>(found.begin(), found.end());
}

}  // namespace chatcore::memory
