#pragma once
// What comes before a workload: opens connections, says hello on each, and sends requests whose
// replies matter (rooms opened, rooms attached), so many at a time.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chatbench/door.h"
#include "chatbench/loop.h"
#include "chatbench/people.h"
#include "common/histogram.h"

namespace bench {

/// A request: `body` is its members after the id, `"type":"attach","roomId":5`; `reply` is what
/// came back.
struct Ask {
    Client* client = nullptr;
    std::string body;
    std::string reply;
};

class Control {
public:
    explicit Control(Loop& loop, const Door& door = door_named("native"))
        : loop_(loop), door_(door) {}

    /// Opens every client as the person of the same place, in the room of the same place where
    /// there are `rooms`. `first_index` numbers the first among all clients of the run, which
    /// decides the source address; `total` is how many those are. Ends the program if one is
    /// refused.
    void connect(std::span<Client> clients, std::span<const Person> people, std::size_t first_index,
                 std::size_t total, std::span<const std::int64_t> rooms = {});
    /// Of the native door. Sends all, `window` at a time, and waits for the replies. Ends the
    /// program at an error or after 30 s of silence.
    void ask(std::span<Ask> asks, std::size_t window);

    /// Of connect: from the first packet until it was in, a record for each connection.
    [[nodiscard]] const Histogram& hello_latency() const noexcept { return hello_latency_; }
    /// Called now and then with how many of how many are done.
    std::function<void(std::size_t, std::size_t)> progress;

    void on_open(Client& client);
    void on_text(Client& client, std::string_view payload, std::int64_t now);
    void on_read(Client&) {}
    void on_closed(Client& client);

private:
    void open_more();
    void turn_until(const std::function<bool()>& done, std::string_view what);

    Loop& loop_;
    const Door& door_;
    std::span<Client> clients_;
    std::span<const Person> people_;
    std::span<const std::int64_t> rooms_;
    std::vector<Entrance> entrances_;
    std::vector<std::int64_t> opened_ns_;
    std::size_t first_index_ = 0;
    std::size_t total_ = 0;
    std::size_t opened_ = 0;
    std::size_t ready_ = 0;
    std::span<Ask> asks_;
    std::size_t answered_ = 0;
    Histogram hello_latency_;
};

}  // namespace bench
