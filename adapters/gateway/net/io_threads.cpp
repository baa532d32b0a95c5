#include <asio/post.hpp>

#include "chatcore/adapters/gateway.h"

#include "gateway/net/connection.h"
#include "gateway/net/loop.h"

namespace chatcore::gateway {

namespace {

/// The core's way onto an I/O thread.
class LoopExecutor final : public Executor {
public:
    explicit LoopExecutor(Loop& loop) : loop_(loop) {}

    void post(Task task) override {
        asio::post(loop_.io, [task = std::move(task)]() mutable { task(); });
    }

    void post_after(std::chrono::milliseconds delay, Task task) override {
        auto timer = std::make_unique<asio::steady_timer>(loop_.io, delay);
        asio::steady_timer& waiting = *timer;
        waiting.async_wait([timer = std::move(timer),
                            task = std::move(task)](const std::error_code& error) mutable {
            if (!error) task();
        });
    }

    void stop() override {
        loop_.work.reset();
        loop_.io.stop();
        if (loop_.thread.joinable()) loop_.thread.join();
    }

private:
    Loop& loop_;
};

}  // namespace

Loop::Loop(int number)
    : index(number),
      storage(read_bytes + payload_slack_bytes),
      readiness(io, [this](std::uint64_t token, bool readable, bool writable) {
          const std::shared_ptr<Connection> connection = connections.find(token);
          if (connection) connection->ready(readable, writable);
      }) {}

IoThreads::IoThreads(int count) : body_(std::make_unique<Body>()) {
    for (int i = 0; i < count; ++i) {
        body_->loops.push_back(std::make_unique<Loop>(i));
        Loop& loop = *body_->loops.back();
        loop.thread = std::thread([&loop] { loop.io.run(); });
    }
}

IoThreads::~IoThreads() {
    for (auto& loop : body_->loops) LoopExecutor(*loop).stop();
}

int IoThreads::count() const {
    return static_cast<int>(body_->loops.size());
}

std::vector<std::unique_ptr<Executor>> IoThreads::executors() {
    std::vector<std::unique_ptr<Executor>> executors;
    for (auto& loop : body_->loops) executors.push_back(std::make_unique<LoopExecutor>(*loop));
    return executors;
}

}  // namespace chatcore::gateway
