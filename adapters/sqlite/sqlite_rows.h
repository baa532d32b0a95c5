#pragma once
// Loads and saves the rows of a batch, and of a room that is opened.

#include <unordered_map>

#include "chatcore/rules/apply_batch.h"
#include "chatcore/rules/working_set.h"

#include "connection.h"
#include "mention_index.h"
#include "search_index.h"
#include "sqlite_attachments.h"
#include "write_sql.h"

namespace chatcore::sqlite {

/// Kept as long as its connection, for its statements; `begin` starts each batch. To be used
/// inside a write transaction. Threads: one.
class SqliteRows final : public Rows {
public:
    explicit SqliteRows(Connection& connection);

    void begin();

    Status load(const Needs& needs, WorkingSet& set) override;
    Result<std::optional<MessageMark>> last_message(RoomId room, Position at_or_below) override;
    Result<std::int64_t> deleted_after(RoomId room, std::int64_t seq) override;
    Result<std::optional<UserId>> successor(RoomId room, UserId leaving) override;
    Result<bool> has_blocked(UserId who, UserId other) override;
    Result<std::optional<std::string>> batch_record(std::int64_t worker,
                                                    std::int64_t number) override;
    Status save(const WorkingSet& set) override;

    Result<std::optional<Room>> direct_room(const DirectKey& key);
    /// The shared group about the context, if there is one.
    Result<std::optional<Room>> shared_room(const Context& context);
    Status share(RoomId room);
    /// Whether the context was removed.
    Result<bool> is_removed(const std::optional<Context>& context);
    /// The next room id, drawn from the counter of positions.
    Result<RoomId> draw_room_id();
    Status insert(const NewRoom& made);
    /// Keeps which room was made for the request, where it has a key.
    Status note_asked(const NewConsultation& asked, RoomId room);
    UploadRows& uploads() { return uploads_; }

private:
    Result<std::int64_t> position();
    Status load_rooms(const std::vector<RoomId>& rooms, WorkingSet& set);
    Status load_members(const std::vector<MemberKey>& members, WorkingSet& set);
    Status load_messages(const std::vector<MessageId>& messages, WorkingSet& set);
    Status load_posts(const std::vector<PostKey>& posts, WorkingSet& set);
    Status load_names(const std::vector<NameKey>& names, WorkingSet& set);
    Status load_blocks(const std::vector<RoomId>& said_in, WorkingSet& set);
    Status insert(const Message& message, std::uint64_t digest);
    Status update(const Message& message);
    Status insert(const Member& member);
    Status update(const Member& member);
    Status update(const Room& room);
    Status save_consultation(const Room& room);

    Statement counter_;
    Statement set_counter_;
    Statement count_;
    Statement room_;
    Statement direct_room_;
    Statement shared_room_;
    Statement share_room_;
    Statement member_;
    Statement message_;
    Statement post_;
    Statement blocked_between_;
    Statement has_blocked_;
    Statement last_message_;
    Statement deleted_after_;
    Statement successor_;
    Statement batch_;
    Statement set_batch_;
    Statement insert_message_;
    SearchIndex search_;
    UploadRows uploads_;
    MentionIndex mentions_;
    Statement forget_bookmarks_;
    Statement is_nickname_;
    Statement named_;
    Statement update_message_;
    Statement insert_room_;
    Statement update_room_;
    Statement delete_room_;
    Statement is_removed_;
    Statement insert_member_;
    Statement update_member_;
    Statement move_pointer_;
    Statement insert_consultation_;
    Statement update_consultation_;
    Statement touch_consultation_;
    Statement delete_consultation_;
    Statement insert_consultation_request_;

    bool position_loaded_ = false;
    /// Where each loaded member's last change stands in the file, to tell a mere move of the
    /// pointer from a change of the membership.
    std::unordered_map<MemberKey, Position, MemberKeyHash> stored_changes_;
    /// The consultations of loaded rooms as they stand in the file.
    std::unordered_map<RoomId, Consultation> stored_consultations_;
};

}  // namespace chatcore::sqlite
