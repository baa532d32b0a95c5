#include "chatbench/control.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "common/json.h"

namespace bench {
namespace {

constexpr std::size_t connecting_max = 256;
constexpr std::int64_t silence_ns_max = 30'000'000'000;
constexpr std::int64_t first_ask_id = 3;  // behind those of the way in
// An address has 28,000 ports towards one target; from here on the next loopback address is taken.
constexpr std::size_t connections_per_source = 20'000;

}  // namespace

void Control::connect(std::span<Client> clients, std::span<const Person> people,
                      std::size_t first_index, std::size_t total,
                      std::span<const std::int64_t> rooms) {
    clients_ = clients;
    people_ = people;
    rooms_ = rooms;
    entrances_.assign(clients.size(), {});
    first_index_ = first_index;
    total_ = total;
    opened_ = 0;
    ready_ = 0;
    opened_ns_.assign(clients.size(), 0);
    for (std::size_t i = 0; i < clients.size(); ++i) {
        clients[i].index = static_cast<std::uint32_t>(i);
        entrances_[i].number = first_index + i;
    }
    open_more();
    turn_until([this] { return ready_ == clients_.size(); }, "anybody coming in");
}

void Control::open_more() {
    while (opened_ < clients_.size() && opened_ - ready_ < connecting_max) {
        const std::size_t number = first_index_ + opened_;
        const std::uint32_t source =
            total_ <= connections_per_source
                ? 0
                : 0x7f000002U + static_cast<std::uint32_t>(number / connections_per_source);
        opened_ns_[opened_] = now_ns();
        if (!loop_.open(clients_[opened_], source)) {
            die(fmt::format("connection {}: {}", number + 1, std::strerror(errno)));
        }
        ++opened_;
    }
}

void Control::ask(std::span<Ask> asks, std::size_t window) {
    asks_ = asks;
    answered_ = 0;
    std::size_t sent = 0;
    const auto send_more = [&] {
        while (sent < asks.size() && sent - answered_ < window) {
            const std::int64_t id = first_ask_id + static_cast<std::int64_t>(sent);
            loop_.send(*asks[sent].client, fmt::format("{{\"id\":{},{}}}", id, asks[sent].body));
            ++sent;
        }
        return answered_ == asks.size();
    };
    turn_until(send_more, "a reply");
    asks_ = {};
}

void Control::turn_until(const std::function<bool()>& done, std::string_view what) {
    std::int64_t last_change = now_ns();
    std::int64_t last_told = last_change;
    std::size_t before = 0;
    while (!done()) {
        loop_.turn(*this, 100'000'000);
        const std::int64_t now = now_ns();
        if (ready_ + answered_ != before) {
            before = ready_ + answered_;
            last_change = now;
        }
        if (now - last_change > silence_ns_max) die(fmt::format("30 s without {}", what));
        if (progress && now - last_told > 500'000'000) {
            last_told = now;
            if (asks_.empty()) progress(ready_, clients_.size());
            if (!asks_.empty()) progress(answered_, asks_.size());
        }
    }
}

void Control::on_open(Client& client) {
    const std::string greeting = door_.greeting(people_[client.index]);
    if (!greeting.empty()) loop_.send(client, greeting);
}

void Control::on_text(Client& client, std::string_view payload, std::int64_t now) {
    if (const std::string_view pong = door_.pong(payload); !pong.empty()) {
        loop_.send(client, pong);
        return;
    }
    if (Entrance& entrance = entrances_[client.index]; !entrance.in) {
        const std::int64_t room = rooms_.empty() ? 0 : rooms_[client.index];
        const std::string said = door_.answer(entrance, payload, people_[client.index], room);
        if (!said.empty()) loop_.send(client, said);
        if (!entrance.in) return;
        hello_latency_.record(static_cast<std::uint64_t>(now - opened_ns_[client.index]));
        ++ready_;
        open_more();
        return;
    }
    if (asks_.empty()) return;
    const auto id = json_integer(payload, {"id"});
    if (!id) return;
    if (json_find(payload, {"type"}) == "\"error\"") {
        die(fmt::format("a request was answered {}", payload));
    }
    const auto at = static_cast<std::size_t>(*id - first_ask_id);
    if (at >= asks_.size() || !asks_[at].reply.empty()) return;
    asks_[at].reply.assign(payload);
    ++answered_;
}

void Control::on_closed(Client& client) {
    die(fmt::format("connection {} was closed while it was set up (code {})",
                    first_index_ + client.index + 1, client.close_code));
}

}  // namespace bench
