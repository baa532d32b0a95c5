#include "hash_queue.h"

#include <algorithm>

namespace chatcore {

HashQueue::HashQueue(std::vector<std::unique_ptr<Executor>> workers, int waiting_max)
    : workers_(std::move(workers)),
      waiting_max_(static_cast<std::size_t>(std::max(waiting_max, 1))) {}

void HashQueue::stop() {
    for (const auto& worker : workers_) worker->stop();
}

HashQueue::Line& HashQueue::line_of(const std::string& address) {
    const auto found = std::find_if(lines_.begin(), lines_.end(),
                                    [&](const Line& line) { return line.address == address; });
    return found != lines_.end() ? *found : lines_.emplace_back(Line{address, {}});
}

void HashQueue::add(const std::string& address, Job job) {
    Job given_up;
    std::size_t worker = 0;
    {
        const std::lock_guard lock(mutex_);
        Line& own = line_of(address);
        const bool full = waiting_ >= waiting_max_;
        if (full) {
            const auto longest = std::max_element(
                lines_.begin(), lines_.end(),
                [](const Line& l, const Line& r) { return l.jobs.size() < r.jobs.size(); });
            if (longest->jobs.size() > own.jobs.size() + 1) {
                given_up = std::move(longest->jobs.back());
                longest->jobs.pop_back();
                own.jobs.push_back(std::move(job));
            } else {
                given_up = std::move(job);
                if (own.jobs.empty())
                    lines_.remove_if([](const Line& l) { return l.jobs.empty(); });
            }
        } else {
            own.jobs.push_back(std::move(job));
            ++waiting_;
            worker = next_worker_++ % workers_.size();
        }
        if (!full) workers_[worker]->post([this] { run_next(); });
    }
    if (given_up) given_up(false);
}

void HashQueue::run_next() {
    Job job;
    {
        const std::lock_guard lock(mutex_);
        if (lines_.empty()) return;
        Line& first = lines_.front();
        job = std::move(first.jobs.front());
        first.jobs.pop_front();
        --waiting_;
        if (first.jobs.empty()) {
            lines_.pop_front();
        } else {
            lines_.splice(lines_.end(), lines_, lines_.begin());
        }
    }
    job(true);
}

}  // namespace chatcore
