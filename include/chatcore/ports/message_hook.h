#pragma once
// Threads:   `review` on one of the engine's workers, several at once; its completion any thread,
//            at once inside the call, or later.
// Blocking:  should not: a worker that waits answers nobody else. Posts wait for it, I/O threads
//            never do.
// Lifetime:  outlives the Engine; what it answers after that is not heard.
// Errors:    any; the message is then refused with `unavailable`, or let through if so configured
//            (`limits.hook_lets_through`), as where it does not answer in time.
// Checked by: unit/message_hook_test.cpp

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chatcore/domain/message.h"
#include "chatcore/result.h"
#include "chatcore/task.h"

namespace chatcore {

/// A message that somebody wants to have said. Limits have been checked.
struct MessageDraft {
    enum class Kind : std::uint8_t { post, edit, forward, schedule };
    Kind kind = Kind::post;
    RoomId room;
    UserId sender;
    std::optional<MessageId> message;  ///< the one that is edited
    std::optional<MessageId> parent;
    MessageType type = MessageType::text;
    std::string content;  ///< of a forward the comment, which may be empty
    std::vector<Attachment> attachments;
    std::vector<Mention> mentions;
    std::string metadata;
    std::optional<Original> forwarded_from;
};

/// What the host thinks of what is said, before it is accepted.
class MessageHook {
public:
    struct Accept {};
    /// To be said instead. The same limits hold as for the sender's own. Of an edit, a forward and
    /// a schedule only the content counts. Mentions that lie outside of the content are left out.
    struct Rewrite {
        std::string content;
        std::vector<Attachment> attachments = {};
        std::vector<Mention> mentions = {};
        std::string metadata = {};  ///< a JSON object, which nobody looks at again; empty: none
    };
    struct Refuse {
        std::string reason;  ///< told to the sender: UTF-8; 200 code points of it
    };
    using Verdict = std::variant<Accept, Rewrite, Refuse>;

    virtual ~MessageHook() = default;

    /// Called once for each message that is posted, edited, forwarded or due, by who may, and not
    /// again for a repeat of a post (the same sender and client key) that was accepted. Who is no
    /// member is refused without it. The draft lasts as long as the call. `done` is called once;
    /// what comes after `limits.hook_timeout`
    /// is not heard.
    virtual void review(const MessageDraft& draft, Completion<Verdict> done) = 0;
};

}  // namespace chatcore
