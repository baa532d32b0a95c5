#pragma once
// Posting, editing, deleting and reading messages.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <optional>
#include <string>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/message.h"
#include "chatcore/ports/message_reader.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;
class RateLimiter;

/// What a person wants to say.
struct PostRequest {
    RoomId room;
    std::string content;  ///< UTF-8, 1 to `limits.content_code_points_max` code points, not blank
    MessageType type = MessageType::text;
    std::optional<ClientKey> key;     ///< makes it exactly-once; without one a random key is drawn
    std::optional<MessageId> parent;  ///< the message it replies to
    std::vector<Attachment> attachments;
    std::vector<Mention> mentions;
    std::string metadata;  ///< a JSON object, checked by the front door; empty: none
};

class Messages {
public:
    explicit Messages(Node& node);
    ~Messages();

    /// Posts. Completes once the message is durable; a repeat of (caller, key) with the first
    /// message. Errors: `empty`, `too_long`, `malformed` (UTF-8), `invalid_value` (attachments,
    /// mentions, metadata), `forbidden` (type system), `not_a_member`, `not_found` (room, parent),
    /// `key_reused`, `too_many`, `unavailable`.
    void post(Caller caller, PostRequest request, Completion<Message> done);

    /// Replaces the content. Errors: as post; `forbidden` for another's message; `already_deleted`.
    void edit(Caller caller, MessageId message, std::string content, Completion<Message> done);

    /// Leaves a tombstone. Errors: `not_found`, `forbidden`, `already_deleted`.
    void remove(Caller caller, MessageId message, Completion<Message> done);

    /// `not_found` also for a message that the caller may not read.
    void find(Caller caller, MessageId message, Completion<Message> done);
    /// Errors: `not_a_member`, `malformed` (limit outside 1 to 100, more than one place).
    void history(Caller caller, HistoryQuery query, Completion<History> done);
    /// The states after a position; limit 1 to 500.
    void changes(Caller caller, RoomId room, Position since, int limit, Completion<Changes> done);

private:
    Status check_content(const std::string& content) const;
    Status check(const PostRequest& request) const;
    template <class What>
    void change_named(Caller caller, MessageId message, What what, Completion<Message> done);

    Node& node_;
    std::unique_ptr<RateLimiter> posts_;
};

}  // namespace chatcore
