#pragma once
// Posting, editing, deleting and reading messages.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/change.h"
#include "chatcore/domain/message.h"
#include "chatcore/ports/message_reader.h"
#include "chatcore/ports/personal_store.h"
#include "chatcore/ports/search_reader.h"
#include "chatcore/task.h"

namespace chatcore {

struct MessageDraft;
struct Node;
class Store;

/// What a person wants to say.
struct PostRequest {
    RoomId room;
    /// UTF-8, 1 to `limits.content_code_points_max` code points, not blank; empty where there are
    /// attachments, maybe.
    std::string content;
    MessageType type = MessageType::text;
    std::optional<ClientKey> key;     ///< makes it exactly-once; without one a random key is drawn
    std::optional<MessageId> parent;  ///< the message it replies to
    std::vector<Attachment> attachments;
    /// Active members of the room, up to `limits.mentions_max`. Whom else an `@` in the content
    /// names is found when the post is applied: see mention_text.h.
    std::vector<Mention> mentions;
    std::string metadata;  ///< a JSON object, checked by the front door; empty: none
    bool by_host = false;  ///< the host application says it, which alone may post `system`
};

/// A message to be shown in other rooms, with a comment.
struct ForwardRequest {
    MessageId message;
    std::vector<RoomId> rooms;
    std::string comment;           ///< may be empty
    std::optional<ClientKey> key;  ///< of the request; the posts' own are made from it
};

class Messages {
public:
    explicit Messages(Node& node);
    ~Messages();

    /// Posts. Completes once the message is durable; a repeat of (caller, key) with the first
    /// message. Errors: `empty`, `too_long`, `malformed` (UTF-8), `invalid_value` (attachments,
    /// mentions, metadata), `too_large` and `unsupported_type` (attachments: what lies elsewhere,
    /// as it is said to be), `forbidden` (type system, not by the host), `not_a_member`,
    /// `not_found` (room; message, for a parent that is not there or not shown), `key_reused`,
    /// `too_many` (posts, room), `unavailable`; with a MessageHook `refused_by_host` (its reason)
    /// and `timeout` (hook).
    void post(Caller caller, PostRequest request, Completion<Message> done);

    /// Replaces the content, and finds anew whom it names. Errors: as post, `too_many` (changes);
    /// `forbidden` for another's message; `already_deleted`.
    void edit(Caller caller, MessageId message, std::string content, Completion<Message> done);

    /// Leaves a tombstone. Errors: `not_found`, `forbidden`, `already_deleted`.
    void remove(Caller caller, MessageId message, Completion<Message> done);

    /// Puts the caller's emoji to the message or takes it away. Errors: `invalid_reaction` (not one
    /// emoji, or too many different ones), `not_found`, `already_deleted`, `not_a_member`,
    /// `too_many` (changes).
    void react(Caller caller, MessageId message, std::string emoji, bool present,
               Completion<Message> done);
    /// Errors: `forbidden`, `pin_limit`, `not_found`, `already_deleted`, `too_many` (changes).
    void pin(Caller caller, MessageId message, bool pinned, Completion<Message> done);
    /// One new message in each of the rooms, in order; all or none of them, but where the store
    /// fails in between, and then the same request with the same key goes on. Errors: as post;
    /// `not_found` (message), `not_a_member`, `muted`, `blocked` in any of the rooms,
    /// `invalid_value` (targetRoomIds: none, twice the same, or more than `forward_rooms_max`).
    void forward(Caller caller, ForwardRequest request, Completion<std::vector<Message>> done);

    /// Messages that have the text in them, newest first: of a room, or of all the caller's. The
    /// query's text is folded here; 1 to 100 code points. Errors: `empty`, `too_long`, `malformed`
    /// (query, limit), `not_a_member` (room).
    void search(Caller caller, SearchQuery query, Completion<Page<Message>> done);
    /// What is pinned in the room, the newest pin first. `not_a_member`.
    void pins(Caller caller, RoomId room, Completion<std::vector<Message>> done);
    /// The replies to a message, oldest first; limit 1 to 100, else `malformed`.
    void replies(Caller caller, MessageId root, MessageId after, int limit,
                 Completion<Page<Message>> done);
    /// The room's threads by their root, newest first; limit 1 to 100, else `malformed`.
    void threads(Caller caller, RoomId room, MessageId before, int limit,
                 Completion<Page<Thread>> done);

    /// `not_found` also for a message that the caller may not read.
    void find(Caller caller, MessageId message, Completion<Message> done);
    /// Errors: `not_a_member`, `malformed` (limit outside 1 to 100, more than one place).
    void history(Caller caller, HistoryQuery query, Completion<History> done);
    /// A page by its number, from 1, with the room's totals; tombstones are left out. Errors:
    /// `not_a_member`, `malformed` (page, limit).
    void page(Caller caller, PageQuery query, Completion<HistoryPage> done);

    /// Puts the caller's bookmark to a message, or takes it away; `bookmarked` says which. Errors:
    /// `not_found`, `already_deleted`, `too_many` (bookmarks).
    void bookmark(Caller caller, MessageId message, Completion<Message> done);
    /// The caller's bookmarks, the newest first; with a text those messages that have it in them,
    /// as in `search` (it is folded here; empty or blank: all). Errors: `too_long`, `malformed`
    /// (query, limit), `not_a_member` (room).
    void bookmarks(Caller caller, BookmarkQuery query, Completion<Page<Message>> done);

    /// The states after a position; limit 1 to 500.
    void changes(Caller caller, RoomId room, Position since, int limit, Completion<Changes> done);

private:
    Status check_content(const std::string& content) const;
    /// Leaves the names of files as they are to be kept.
    Status check(PostRequest& request) const;
    void review_post(Caller caller, RoomId room, PostMessage what, Completion<Message> done);
    Status put_into(PostMessage& what, RoomId room, MessageDraft&& said) const;
    void submit_post(Caller caller, RoomId room, PostMessage what, Completion<Message> done);
    struct Forwarding;
    /// What the first of its rooms that would refuse it would answer.
    Status may_forward(Store& store, const Forwarding& forwarding) const;
    Status take_forward(UserId user, const std::vector<RoomId>& rooms);
    void review_next(std::shared_ptr<Forwarding> forwarding);
    void forward_next(std::shared_ptr<Forwarding> forwarding);
    /// Fills in what the store has not: nicknames, and the caller's own bookmarks.
    void show(Store& store, Caller caller, std::span<Message> messages);
    template <class Question>
    void ask_messages(Caller caller, Question question, Completion<std::vector<Message>> done);
    template <class What>
    void change_named(Caller caller, MessageId message, What what, Completion<Message> done);

    Node& node_;
};

}  // namespace chatcore
