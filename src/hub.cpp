#include "chatcore/hub.h"

#include <atomic>

#include <fmt/format.h>

#include "chatcore/hub_shard.h"

#include "node.h"

namespace chatcore {

std::int64_t Node::random_id() {
    std::uint64_t bits = 0;
    random.fill({reinterpret_cast<std::uint8_t*>(&bits), sizeof bits});
    return static_cast<std::int64_t>(bits & static_cast<std::uint64_t>(id_max));
}

std::string Node::lease_owner() {
    return sole_node ? "sole node" : fmt::format("{:x}", random_id());
}

namespace {

/// The events in that format, in memory of just their size.
SharedBytes encode(std::span<const EventPtr> events, const WireFormat& format) {
    constexpr std::size_t bytes_kept = 256 * 1024;
    thread_local std::string written;
    written.clear();
    for (const EventPtr& event : events) format.append(*event, written);
    SharedBytes bytes = std::make_shared<const std::string>(written);
    if (written.capacity() > bytes_kept) std::string().swap(written);
    return bytes;
}

}  // namespace

const SharedBytes& Delivery::bytes(const WireFormat& format) {
    if (first_.first == nullptr) first_ = {&format, encode(events_, format)};
    if (first_.first == &format) return first_.second;
    for (const auto& [known, bytes] : others_) {
        if (known == &format) return bytes;
    }
    return others_.emplace_back(&format, encode(events_, format)).second;
}

Hub::Hub(Node& node, std::vector<std::unique_ptr<Executor>> executors)
    : executors_(std::move(executors)) {
    for (std::size_t i = 0; i < executors_.size(); ++i) {
        shards_.push_back(std::make_unique<HubShard>(node, *executors_[i], static_cast<int>(i)));
    }
}

Hub::~Hub() = default;

void Hub::publish(std::vector<EventPtr> events, std::vector<std::vector<Task>> tasks_by_shard) {
    const auto shared = std::make_shared<const std::vector<EventPtr>>(std::move(events));
    for (std::size_t i = 0; i < executors_.size(); ++i) {
        std::vector<Task> tasks;
        if (i < tasks_by_shard.size()) tasks = std::move(tasks_by_shard[i]);
        if (tasks.empty() && shared->empty()) continue;
        executors_[i]->post([shard = shards_[i].get(), shared, tasks = std::move(tasks)]() mutable {
            for (Task& task : tasks) task();
            shard->receive(*shared);
        });
    }
}

void Hub::look_again(bool at_rooms) {
    for (std::size_t i = 0; i < executors_.size(); ++i) {
        executors_[i]->post([shard = shards_[i].get(), at_rooms] { shard->look_again(at_rooms); });
    }
}

void Hub::once_taken(int home, Task task) {
    struct Waiting {
        std::atomic<std::size_t> shards;
        Task task;
    };
    const auto waiting = std::make_shared<Waiting>(executors_.size(), std::move(task));
    for (const auto& executor : executors_) {
        executor->post([this, home, waiting] {
            if (--waiting->shards == 0) this->executor(home).post(std::move(waiting->task));
        });
    }
}

void Hub::pass_on(int from, std::vector<EventPtr> events) {
    const auto shared = std::make_shared<const std::vector<EventPtr>>(std::move(events));
    for (std::size_t i = 0; i < executors_.size(); ++i) {
        if (static_cast<int>(i) == from) continue;
        executors_[i]->post([shard = shards_[i].get(), shared] { shard->receive(*shared); });
    }
}

void Hub::stop() {
    for (auto& executor : executors_) executor->stop();
}

}  // namespace chatcore
