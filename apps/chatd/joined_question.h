#pragma once
// A question that many ask at once, and that is put once.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "chatcore/ports/executor.h"
#include "chatcore/result.h"

namespace chatcore::chatd {

/// Whoever asks while the question is under way is told its answer, each on their own executor.
/// Threads: any. Outlives the question that is under way.
class JoinedQuestion {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Heard = std::function<void(const Result<bool>& answer)>;
    /// Puts the question on behalf of `home`; the answer comes once, on any thread.
    using Put = std::function<void(int home, Heard heard)>;
    using ExecutorOf = std::function<Executor&(int home)>;

    /// A question that is older than `old_after` is joined by nobody any more.
    JoinedQuestion(Put put, ExecutorOf executor_of, std::chrono::milliseconds old_after)
        : put_(std::move(put)), executor_of_(std::move(executor_of)), old_after_(old_after) {}

    /// False where the question under way is old: then `heard` is not called.
    bool ask(int home, Time now, Heard heard) {
        {
            const std::lock_guard lock(mutex_);
            if (since_ && now - *since_ >= old_after_) return false;
            waiting_.push_back({home, std::move(heard)});
            if (since_) return true;
            since_ = now;
        }
        put_(home, [this](const Result<bool>& answer) { tell(answer); });
        return true;
    }

private:
    struct Waiting {
        int home = 0;
        Heard heard;
    };

    void tell(const Result<bool>& answer) {
        std::vector<Waiting> told;
        {
            const std::lock_guard lock(mutex_);
            told.swap(waiting_);
            since_.reset();
        }
        for (Waiting& one : told) {
            executor_of_(one.home).post([heard = std::move(one.heard), answer] { heard(answer); });
        }
    }

    const Put put_;
    const ExecutorOf executor_of_;
    const std::chrono::milliseconds old_after_;
    std::mutex mutex_;
    std::vector<Waiting> waiting_;
    std::optional<Time> since_;  ///< when the one under way was put
};

}  // namespace chatcore::chatd
