#include "sqlite_rows.h"

#include "chatcore/wire.h"

#include "consultation_sql.h"
#include "personal_sql.h"
#include "removal_sql.h"
#include "row_writes.h"
#include "social_sql.h"

namespace chatcore::sqlite {

namespace {

constexpr std::string_view position_counter = "position";
constexpr std::string_view message_counter = "messages";

template <class T>
std::optional<T> kept_if(bool kept, T value) {
    return kept ? std::optional<T>(std::move(value)) : std::nullopt;
}

}  // namespace

SqliteRows::SqliteRows(Connection& connection)
    : counter_(connection, sql::counter),
      set_counter_(connection, sql::set_counter),
      count_(connection, sql::count),
      room_(connection, sql::room),
      direct_room_(connection, sql::direct_room),
      shared_room_(connection, sql::shared_room),
      share_room_(connection, sql::share_room),
      member_(connection, sql::member),
      message_(connection, sql::message),
      post_(connection, sql::post),
      blocked_between_(connection, sql::blocked_between),
      has_blocked_(connection, sql::has_blocked),
      last_message_(connection, sql::last_message),
      deleted_after_(connection, sql::deleted_after),
      successor_(connection, sql::successor),
      batch_(connection, sql::batch),
      set_batch_(connection, sql::set_batch),
      insert_message_(connection, sql::insert_message),
      search_(connection),
      uploads_(connection),
      mentions_(connection),
      forget_bookmarks_(connection, sql::forget_bookmarks),
      is_nickname_(connection, sql::is_nickname),
      named_(connection, sql::named),
      update_message_(connection, sql::update_message),
      insert_room_(connection, sql::insert_room),
      update_room_(connection, sql::update_room),
      delete_room_(connection, sql::delete_room),
      is_removed_(connection, sql::is_removed),
      insert_member_(connection, sql::insert_member),
      update_member_(connection, sql::update_member),
      move_pointer_(connection, sql::move_pointer),
      insert_consultation_(connection, sql::insert_consultation),
      update_consultation_(connection, sql::update_consultation),
      touch_consultation_(connection, sql::touch_consultation),
      delete_consultation_(connection, sql::delete_consultation),
      insert_consultation_request_(connection, sql::insert_consultation_request) {}

void SqliteRows::begin() {
    position_loaded_ = false;
    stored_changes_.clear();
    stored_consultations_.clear();
}

Result<std::int64_t> SqliteRows::position() {
    Cursor row(counter_, position_counter);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::corrupt, "store", "the position counter is gone");
    return row.integer();
}

Status SqliteRows::load(const Needs& needs, WorkingSet& set) {
    // Once a batch: a later load must not take back the positions that the batch has drawn.
    if (!position_loaded_) {
        Result<std::int64_t> last = position();
        if (!last) return unexpected(last.error());
        set.put_position(Position{*last});
        position_loaded_ = true;
    }
    if (Status status = load_rooms(needs.rooms, set); !status) return status;
    if (Status status = load_members(needs.members, set); !status) return status;
    if (Status status = load_messages(needs.messages, set); !status) return status;
    if (Status status = load_posts(needs.posts, set); !status) return status;
    if (Status status = uploads_.load(needs.uploads, set.uploads()); !status) return status;
    if (Status status = load_blocks(needs.said_in, set); !status) return status;
    return load_names(needs.names, set);
}

// One lookup a row by a kept statement: in this process that costs less than any way of handing
// SQLite a list of keys.

Status SqliteRows::load_rooms(const std::vector<RoomId>& rooms, WorkingSet& set) {
    for (RoomId id : rooms) {
        Cursor row(room_, id);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) continue;
        Room room = room_from(row);
        if (room.consultation) stored_consultations_[id] = *room.consultation;
        set.put(std::move(room));
    }
    return {};
}

Status SqliteRows::load_members(const std::vector<MemberKey>& members, WorkingSet& set) {
    for (const MemberKey& key : members) {
        Cursor row(member_, key.room, key.user);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) continue;
        Member member = member_from(row);
        stored_changes_[key] = member.changed_at;
        set.put(std::move(member));
    }
    return {};
}

Status SqliteRows::load_messages(const std::vector<MessageId>& messages, WorkingSet& set) {
    for (MessageId id : messages) {
        Cursor row(message_, id);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (*found) set.put(message_from(row));
    }
    return {};
}

Status SqliteRows::load_posts(const std::vector<PostKey>& posts, WorkingSet& set) {
    for (const PostKey& key : posts) {
        Cursor row(post_, key.sender, key.key);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) continue;
        const auto id = row.id<MessageId>();
        set.put(key, PostMark{id, static_cast<std::uint64_t>(row.integer())});
    }
    return {};
}

Status SqliteRows::load_blocks(const std::vector<RoomId>& said_in, WorkingSet& set) {
    for (const Room* room : set.direct_rooms(said_in)) {
        Cursor row(blocked_between_, room->direct->low, room->direct->high);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        set.put_blocked(room->id, row.flag());
    }
    return {};
}

Status SqliteRows::load_names(const std::vector<NameKey>& names, WorkingSet& set) {
    for (const NameKey& key : names) {
        {
            Cursor row(is_nickname_, key.folded);
            Result<bool> found = row.next();
            if (!found) return unexpected(found.error());
            if (!*found) continue;
        }
        Cursor rows(named_, key.folded, key.room, namesakes_max, members_named_max);
        std::vector<UserId> users;
        Result<bool> more =
            fill_from(rows, members_named_max, users, [](Cursor& row) { return row.id<UserId>(); });
        if (!more) return unexpected(more.error());
        if (!users.empty()) set.put_named(key, std::move(users));
    }
    return {};
}

Result<std::optional<MessageMark>> SqliteRows::last_message(RoomId room, Position at_or_below) {
    Cursor row(last_message_, room, at_or_below);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<MessageMark>{};
    const auto id = row.id<MessageId>();
    return std::optional{MessageMark{id, row.integer()}};
}

Result<std::int64_t> SqliteRows::deleted_after(RoomId room, std::int64_t seq) {
    Cursor row(deleted_after_, room, seq);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return row.integer();
}

Result<std::optional<UserId>> SqliteRows::successor(RoomId room, UserId leaving) {
    Cursor row(successor_, room, leaving, MemberRole::admin);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<UserId>{};
    return std::optional{row.id<UserId>()};
}

Result<bool> SqliteRows::has_blocked(UserId who, UserId other) {
    Cursor row(has_blocked_, who, other);
    return row.next();
}

Result<std::optional<std::string>> SqliteRows::batch_record(std::int64_t worker,
                                                            std::int64_t number) {
    Cursor row(batch_, worker, number);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<std::string>{};
    return std::optional{row.bytes()};
}

Status SqliteRows::save(const WorkingSet& set) {
    std::int64_t fresh = 0;
    for (const Message* message : set.inserted_messages()) {
        if (Status status = insert(*message, set.digest_of(*message)); !status) return status;
        ++fresh;
    }
    if (fresh > 0) {
        if (Status status = count_.run(message_counter, fresh); !status) return status;
    }
    Status status =
        set.for_altered_messages([&](const Message& message, bool) { return update(message); });
    if (!status) return status;
    status = set.for_altered_members([&](const Member& member, bool inserted) {
        return inserted ? insert(member) : update(member);
    });
    if (!status) return status;
    status = set.for_altered_rooms([&](const Room& room, bool) { return update(room); });
    if (!status) return status;
    status = uploads_.save(set.uploads());
    if (!status) return status;
    status = set_counter_.run(position_counter, set.position());
    if (!status || !set.record) return status;
    return set_batch_.run(set.record->worker, set.record->number, Blob::of(set.record->bytes),
                          set.record->at);
}

Status SqliteRows::insert(const Message& message, std::uint64_t digest) {
    Status status = insert_message(insert_message_, message, digest);
    if (status) status = search_.insert(message);
    return status ? mentions_.insert(message) : status;
}

Status SqliteRows::update(const Message& message) {
    Message before;
    {
        Cursor row(message_, message.id);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (*found) before = message_from(row);
    }
    if (Status status = search_.update(before, message); !status) return status;
    if (Status status = mentions_.update(before, message); !status) return status;
    if (message.deleted_at && !before.deleted_at) {
        if (Status status = forget_bookmarks_.run(message.id); !status) return status;
    }
    const bool pinned = message.pin.has_value();
    const Pin pin = message.pin.value_or(Pin{});
    return update_message_.run(
        message.id, message.content, Blob::of(wire::encode(message.attachments)),
        Blob::of(wire::encode(message.mentions)),
        kept_if(!message.metadata.empty(), std::string_view(message.metadata)), message.reply_count,
        message.changed_at, message.edited_at, message.edit_count, message.deleted_at,
        Blob::of(wire::encode(message.forwarded_from)), Blob::of(wire::encode(message.reactions)),
        kept_if(pinned, pin.by), kept_if(pinned, pin.at));
}

Status SqliteRows::insert(const Member& member) {
    stored_changes_[{member.room, member.user}] = member.changed_at;
    return insert_member(insert_member_, member);
}

Status SqliteRows::update(const Member& member) {
    Position& stored = stored_changes_[{member.room, member.user}];
    if (stored == member.changed_at) {
        return move_pointer_.run(member.room, member.user, member.read_position, member.read_seq,
                                 member.read_at, member.favorite, member.muted);
    }
    stored = member.changed_at;
    return update_member_.run(member.room, member.user, member.role, member.active, member.removed,
                              member.silent, member.left_at, member.read_position, member.read_seq,
                              member.read_at, member.changed_at, member.banned, member.gagged_until,
                              member.favorite, member.muted, member.read_told_at);
}

Status SqliteRows::update(const Room& room) {
    const bool noticed = room.notice.has_value();
    const Notice notice = room.notice.value_or(Notice{});
    const Preview none;
    const Preview& preview = room.preview ? *room.preview : none;
    const bool shown = room.preview.has_value();
    // Altered after that it never is.
    if (room.deleted_at) {
        if (Status status = delete_room_.run(room.id, *room.deleted_at); !status) return status;
    }
    if (Status status = save_consultation(room); !status) return status;
    return update_room_.run(
        room.id, room.title, room.updated_at, room.changed_at, room.participant_count,
        room.last_seq, room.head, room.last_activity_at, kept_if(shown, preview.id),
        kept_if(shown, preview.sender), kept_if(shown, preview.type),
        kept_if(shown, std::string_view(preview.content)), kept_if(shown, preview.created_at),
        kept_if(noticed, std::string_view(notice.content)), kept_if(noticed, notice.by),
        kept_if(noticed, notice.at), room.pin_count, room.totals.all, room.totals.media,
        room.totals.files, room.image_url);
}

Status SqliteRows::save_consultation(const Room& room) {
    const auto stored = stored_consultations_.find(room.id);
    if (stored == stored_consultations_.end()) return {};  // it is none, and never becomes one
    if (!room.consultation) {
        stored_consultations_.erase(stored);
        return delete_consultation_.run(room.id);
    }
    const Consultation& now = *room.consultation;
    if (stored->second == now) return {};
    const bool moved = stored->second.state != now.state;
    stored->second = now;
    if (!moved) return touch_consultation_.run(room.id, Blob::of(wire::encode(now)));
    return update_consultation_.run(room.id, Blob::of(wire::encode(now)), now.state);
}

Result<std::optional<Room>> SqliteRows::direct_room(const DirectKey& key) {
    const Context none;
    const Context& context = key.context ? *key.context : none;
    Cursor row(direct_room_, key.low, key.high, context.type, context.id);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Room>{};
    return std::optional{room_from(row)};
}

Result<std::optional<Room>> SqliteRows::shared_room(const Context& context) {
    Cursor row(shared_room_, context.type, context.id);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Room>{};
    return std::optional{room_from(row)};
}

Status SqliteRows::share(RoomId room) {
    return share_room_.run(room);
}

Result<bool> SqliteRows::is_removed(const std::optional<Context>& context) {
    if (!context) return false;
    Cursor row(is_removed_, context->type, context->id);
    return row.next();
}

Result<RoomId> SqliteRows::draw_room_id() {
    Result<std::int64_t> last = position();
    if (!last) return unexpected(last.error());
    const RoomId id{*last + 1};
    if (Status status = set_counter_.run(position_counter, id); !status) {
        return unexpected(status.error());
    }
    return id;
}

Status SqliteRows::insert(const NewRoom& made) {
    const Room& room = made.room;
    const Context none;
    const Context& context = room.context ? *room.context : none;
    Status status = insert_room_.run(
        room.id, room.kind, room.open, context.type, context.id,
        room.direct ? std::optional(room.direct->low) : std::nullopt,
        room.direct ? std::optional(room.direct->high) : std::nullopt, room.created_by,
        room.created_at, room.metadata, room.title, room.updated_at, room.changed_at,
        room.participant_count, room.last_seq, room.head, room.last_activity_at, room.image_url);
    for (const Member& member : made.members) {
        if (!status) return status;
        status = insert(member);
    }
    if (!status || !room.consultation) return status;
    return insert_consultation(insert_consultation_, room.id, *room.consultation);
}

Status SqliteRows::note_asked(const NewConsultation& asked, RoomId room) {
    if (!asked.key) return {};
    return insert_consultation_request_.run(asked.requester, *asked.key, room, asked.digest);
}

}  // namespace chatcore::sqlite
