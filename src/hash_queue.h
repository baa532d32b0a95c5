#pragma once
// Passwords that wait to be hashed: a line for each address, served in turn, so that one address
// can keep the workers busy but nobody else waiting. When there are too many, the longest line
// gives up its last; with lines of about the same length, who comes is refused. Threads: any; jobs
// run on the workers.

#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "chatcore/ports/executor.h"
#include "chatcore/task.h"

namespace chatcore {

class HashQueue {
public:
    /// Told whether it may run: on a worker, and then once; or that it must give way to others, at
    /// once, on the thread of who took its place.
    using Job = UniqueFunction<void(bool may)>;

    /// At least one worker.
    HashQueue(std::vector<std::unique_ptr<Executor>> workers, int waiting_max);

    void add(const std::string& address, Job job);
    /// The worker that also keeps time.
    Executor& worker() { return *workers_.front(); }
    void stop();

private:
    struct Line {
        std::string address;
        std::deque<Job> jobs;
    };

    Line& line_of(const std::string& address);
    void run_next();

    const std::vector<std::unique_ptr<Executor>> workers_;
    const std::size_t waiting_max_;
    std::mutex mutex_;       // guards what follows
    std::list<Line> lines_;  ///< none is empty; the first is next. As few as may wait
    std::size_t waiting_ = 0;
    std::size_t next_worker_ = 0;
};

}  // namespace chatcore
