#include <memory>
#include <vector>

#include <fmt/format.h>

#include "chatbench/control.h"
#include "chatbench/fleet.h"
#include "chatbench/rooms.h"
#include "chatbench/workloads.h"

namespace bench {
namespace {

constexpr std::size_t members_of_a_room = 10;

// Reads what comes, which is pings, and notes who is thrown out.
class IdleWatcher {
public:
    IdleWatcher(Loop& loop, const Door& door) : loop_(loop), door_(door) {}

    void on_open(Client&) {}
    void on_text(Client& client, std::string_view payload, std::int64_t) {
        const std::string_view pong = door_.pong(payload);
        if (!pong.empty()) loop_.send(client, pong);
        if (pong.empty()) ++events;
    }
    void on_read(Client&) {}
    void on_closed(Client&) { ++closed; }

    std::uint64_t events = 0;
    std::uint64_t closed = 0;

private:
    Loop& loop_;
    const Door& door_;
};

JsonObject memory_json(const Memory& memory) {
    JsonObject json;
    json.add("pssKiB", memory.pss_kib)
        .add("anonymousKiB", memory.anonymous_kib)
        .add("rssKiB", memory.rss_kib);
    return json;
}

double per_connection(std::uint64_t before_kib, std::uint64_t after_kib, std::size_t connections) {
    const double grown = static_cast<double>(after_kib) - static_cast<double>(before_kib);
    return grown * 1024 / static_cast<double>(connections);
}

}  // namespace

JsonObject run_idle(const Options& options) {
    const auto everybody = people(options, options.connections);
    if (!options.raw) {
        const auto plans = mixed_rooms(options.connections, options.rooms_each, members_of_a_room);
        const auto name = fmt::format("mixed-{}x{}", options.connections, options.rooms_each);
        open_rooms(options, name, plans, everybody);
    }
    JsonObject json;
    json.add("kind", "idle").add("label", options.label);
    if (options.setup_only) return json;

    const auto before = memory_of(options.server_pid);
    const Door& door = door_named(options.door);
    Loop loop(options.target, door.handshake(to_string(options.target)));
    Control control(loop, door);
    if (!options.quiet) {
        control.progress = [](std::size_t done, std::size_t all) {
            fmt::print(stderr, "\rconnecting: {} of {}   ", done, all);
        };
    }
    std::vector<Client> clients(options.connections);
    const std::int64_t start = now_ns();
    control.connect(clients, everybody, 0, clients.size());
    const double connecting_s = static_cast<double>(now_ns() - start) / 1e9;
    const auto cpu_before = cpu_of(options.server_pid);
    IdleWatcher watcher(loop, door);
    const std::int64_t end = now_ns() + static_cast<std::int64_t>(options.hold_s * 1e9);
    while (now_ns() < end) loop.turn(watcher, 100'000'000);
    const auto after = memory_of(options.server_pid);
    const auto cpu_after = cpu_of(options.server_pid);
    if (!options.quiet) fmt::print(stderr, "\r{:50}\r", "");

    json.add("door", door_label(options))
        .add("connections", std::uint64_t{options.connections})
        .add("roomsEach", std::uint64_t{options.raw ? 0 : options.rooms_each})
        .add("connectSeconds", connecting_s)
        .add("connectsPerSecond", static_cast<double>(clients.size()) / connecting_s)
        .add("helloMicros", latency_json(control.hello_latency()))
        .add("heldSeconds", options.hold_s)
        .add("eventsReceived", watcher.events)
        .add("disconnected", watcher.closed);
    if (before && after) {
        json.add("before", memory_json(*before)).add("after", memory_json(*after));
        json.add("anonymousBytesPerConnection",
                 per_connection(before->anonymous_kib, after->anonymous_kib, clients.size()));
        json.add("pssBytesPerConnection",
                 per_connection(before->pss_kib, after->pss_kib, clients.size()));
    }
    if (cpu_before && cpu_after) {
        JsonObject cpu;
        cpu.add("userSeconds", cpu_after->user_s - cpu_before->user_s)
            .add("systemSeconds", cpu_after->system_s - cpu_before->system_s);
        json.add("serverWhileIdle", cpu);
    }
    return json;
}

}  // namespace bench
