#pragma once
// Messages at the host's hook. Each is asked about on a worker, with a limit of time; who waits for
// the answer is a completion. Posts under one key are asked about one after the other, so that a
// repeat that comes meanwhile finds what became of the first, and the host is asked once for it.
// Threads: any; one lock, held for a look-up.

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "chatcore/caller.h"
#include "chatcore/ports/message_hook.h"
#include "chatcore/ports/store.h"

#include "node.h"

namespace chatcore {

class Reviews {
public:
    /// `hook`: nullptr where the host has none.
    Reviews(Node& node, MessageHook* hook);
    ~Reviews();

    bool on() const { return hook_ != nullptr; }

    /// Completes on the caller's shard with the draft as it is to be submitted. That is as it came
    /// where the store will refuse it anyway, or has it already by its key. Errors:
    /// `refused_by_host` (its reason), `timeout` and `unavailable` (hook), those of the content
    /// that the hook gave as `internal`, and what the store gives. After a success, `over` must
    /// follow when the key's outcome is known.
    void ask(Caller caller, MessageDraft draft, std::optional<ClientKey> key,
             Completion<MessageDraft> done);
    void over(UserId sender, const ClientKey& key);

    /// From now on no answer of the hook is heard.
    void stop();

private:
    struct Asked;
    using AskedPtr = std::shared_ptr<Asked>;  // of the hook, of the timer, and of those who wait
    using Key = std::pair<UserId, ClientKey>;
    /// What completions of the hook hold, which may be called when the engine has gone.
    struct Gate {
        std::mutex mutex;
        Reviews* reviews = nullptr;
    };

    void look(const AskedPtr& asked);
    /// Whether the hook is to be asked.
    Result<bool> concerns_hook(Store& store, MessageDraft& draft,
                               const std::optional<ClientKey>& key) const;
    void settle(const AskedPtr& asked, Result<MessageHook::Verdict> verdict);
    void answer(const AskedPtr& asked, Result<MessageDraft> result);
    Result<MessageDraft> judged(MessageDraft draft, Result<MessageHook::Verdict> verdict) const;
    Result<MessageDraft> rewritten(MessageDraft draft, MessageHook::Rewrite by) const;

    Node& node_;
    MessageHook* const hook_;
    std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
    std::atomic<std::size_t> waiting_{0};
    std::mutex mutex_;
    std::map<Key, std::deque<AskedPtr>> in_hand_;  ///< and who waits behind
};

}  // namespace chatcore
