#pragma once
// A message as it stands now. Its id is the position of its posting; `changed_at` that of its last
// change.

#include <optional>
#include <string>
#include <vector>

#include "chatcore/domain/ids.h"

namespace chatcore {

enum class MessageType : std::uint8_t { text, image, video, file, system };

/// Something a message points at. The bytes are elsewhere.
struct Attachment {
    std::string url;
    std::string name;
    std::int64_t size_bytes = 0;
    std::string content_type;

    bool operator==(const Attachment&) const = default;
};

/// A person named in the content: `length` code points from code point `start`.
struct Mention {
    UserId user;  ///< 0: everybody in the room, by an `@all` of one who leads it
    std::int32_t start = 0;
    std::int32_t length = 0;

    bool names_all() const { return user == UserId{}; }
    bool operator==(const Mention&) const = default;
};

/// An emoji, and who put it there, in the order they came.
struct Reaction {
    std::string emoji;
    std::vector<UserId> users;

    bool operator==(const Reaction&) const = default;
};

struct Pin {
    UserId by;
    Timestamp at;

    bool operator==(const Pin&) const = default;
};

/// What a forwarded message was when it was forwarded.
struct Original {
    MessageId id;
    RoomId room;
    UserId sender;
    std::string content;

    bool operator==(const Original&) const = default;
};

struct Message {
    MessageId id;
    RoomId room;
    UserId sender;
    MessageType type = MessageType::text;
    std::string content;  ///< UTF-8; empty once deleted, and may be in what is forwarded
    ClientKey key;
    std::optional<MessageId> parent;  ///< root of the thread it answers
    std::vector<Attachment> attachments;
    std::vector<Mention> mentions;
    std::string metadata;  ///< a JSON object of the client's own; empty: none
    std::optional<Original> forwarded_from;
    std::vector<Reaction> reactions;  ///< in the order they first came
    std::optional<Pin> pin;
    std::int64_t seq = 0;  ///< 1, 2, 3 … in its room; for counting only
    std::int64_t reply_count = 0;
    Position changed_at;
    Timestamp created_at;
    std::optional<Timestamp> edited_at;
    std::int32_t edit_count = 0;
    std::optional<Timestamp> deleted_at;
    /// Whether its posting moved the sender's read pointer to it, as receivers infer. False for
    /// what was posted without the sender being there: a schedule's.
    bool moves_pointer = true;

    /// The sender's nickname now. Stores leave it empty; the engine fills it in from the
    /// UserDirectory.
    std::string sender_nickname;
    /// Whether the reader has it among their bookmarks. Personal: filled in by the engine where a
    /// person reads for themself, and nowhere else.
    std::optional<bool> bookmarked = {};

    bool operator==(const Message&) const = default;
};

}  // namespace chatcore
