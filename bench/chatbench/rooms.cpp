#include "chatbench/rooms.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include "chatbench/control.h"
#include "chatbench/http.h"
#include "common/json.h"

namespace bench {
namespace {

// A room begins with at most 500 members, its owner among them; the others are invited, as many at
// a time.
constexpr std::size_t members_at_once = 499;
constexpr std::size_t asks_in_flight = 64;

std::string id_list(const RoomPlan& plan, const std::vector<Person>& people, std::size_t from) {
    const std::size_t to = std::min(plan.size(), from + members_at_once);
    std::string ids;
    for (std::size_t i = from; i < to; ++i) {
        ids += fmt::format("{}{}", ids.empty() ? "" : ",", people[plan[i]].id);
    }
    return ids;
}

// Stores are numbered as the rooms are, from 1.
std::string opening_of(const RoomPlan& plan, const std::vector<Person>& people, std::size_t at,
                       About about) {
    if (about == About::store) {
        return fmt::format(R"("type":"open","userId":{},"context":{{"type":"store","id":"{}"}})",
                           people[plan[1]].id, at + 1);
    }
    if (plan.size() == 2) {
        return fmt::format(R"("type":"open","userId":{})", people[plan[1]].id);
    }
    return fmt::format(R"("type":"create","title":"bench {}","memberIds":[{}])", at,
                       id_list(plan, people, 1));
}

std::string file_of(const Options& options, std::string_view name) {
    if (options.raw || options.state_dir.empty()) return {};
    return fmt::format("{}/rooms-{}.txt", options.state_dir, name);
}

void register_stores(const Options& options, const std::vector<RoomPlan>& plans,
                     const std::vector<Person>& people) {
    if (options.host_key.empty()) die("stores are registered by the host: --host-key is missing");
    HttpClient http(options.target);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const HttpReply reply = http.put_as_host(
            fmt::format("/api/v1/contexts/store/{}", i + 1),
            fmt::format(R"({{"ownerId":{}}})", people[plans[i][1]].id), options.host_key);
        if (reply.status / 100 != 2) {
            die(fmt::format("registering a store was answered {} {}", reply.status, reply.body));
        }
    }
}

// The owners' connections, by person.
class Owners {
public:
    Owners(const Options& options, const std::vector<RoomPlan>& plans,
           const std::vector<Person>& people)
        : loop_(options.target, door_named("native").handshake(to_string(options.target))),
          control_(loop_) {
        std::vector<Person> owners;
        for (const RoomPlan& plan : plans) {
            if (at_.emplace(plan.front(), owners.size()).second)
                owners.push_back(people[plan.front()]);
        }
        clients_ = std::vector<Client>(owners.size());
        if (!options.quiet) {
            control_.progress = [](std::size_t done, std::size_t all) {
                fmt::print(stderr, "\ropening rooms: {} of {}   ", done, all);
            };
        }
        control_.connect(clients_, owners, 0, owners.size());
    }

    Client* of(const RoomPlan& plan) { return &clients_[at_.at(plan.front())]; }
    void ask(std::vector<Ask>& asks) { control_.ask(asks, asks_in_flight); }

private:
    Loop loop_;
    Control control_;
    std::vector<Client> clients_;
    std::unordered_map<std::uint32_t, std::size_t> at_;
};

}  // namespace

std::vector<RoomPlan> separate_rooms(std::size_t rooms, std::size_t members) {
    std::vector<RoomPlan> plans(rooms, RoomPlan(members));
    std::uint32_t next = 0;
    for (RoomPlan& plan : plans) {
        for (std::uint32_t& member : plan) member = next++;
    }
    return plans;
}

std::vector<RoomPlan> mixed_rooms(std::size_t count, std::size_t rooms_each, std::size_t members) {
    std::vector<RoomPlan> plans;
    for (std::size_t layer = 0; layer < rooms_each; ++layer) {
        // People of one room of the first layer are `step` apart in the order of this one, and so
        // in other rooms.
        std::size_t step = layer == 0 ? 1 : layer * members + 1;
        while (std::gcd(step, count) != 1) ++step;
        for (std::size_t at = 0; at < count; at += members) {
            RoomPlan plan;
            for (std::size_t i = at; i < std::min(count, at + members); ++i) {
                plan.push_back(static_cast<std::uint32_t>(i * step % count));
            }
            // Who owns is spread over the people too.
            std::rotate(plan.begin(),
                        plan.begin() + static_cast<std::ptrdiff_t>(layer % plan.size()),
                        plan.end());
            if (plan.size() > 1) plans.push_back(std::move(plan));
        }
    }
    return plans;
}

std::vector<std::int64_t> open_rooms(const Options& options, std::string_view name,
                                     const std::vector<RoomPlan>& plans,
                                     const std::vector<Person>& people, About about) {
    const std::string file = file_of(options, name);
    std::vector<std::int64_t> ids;
    std::ifstream in(file);
    for (std::int64_t id = 0; in >> id;) ids.push_back(id);
    if (ids.size() == plans.size()) return ids;

    if (about == About::store) register_stores(options, plans, people);
    Owners owners(options, plans, people);
    std::vector<Ask> asks(plans.size());
    for (std::size_t i = 0; i < plans.size(); ++i) {
        asks[i] = {owners.of(plans[i]), opening_of(plans[i], people, i, about), {}};
    }
    owners.ask(asks);
    ids.clear();
    for (const Ask& ask : asks) {
        const auto id = json_integer(ask.reply, {"room", "id"});
        if (!id) die(fmt::format("no room id in {}", ask.reply));
        ids.push_back(*id);
    }
    std::vector<Ask> invitations;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        for (std::size_t from = 1 + members_at_once; from < plans[i].size();
             from += members_at_once) {
            invitations.push_back({owners.of(plans[i]),
                                   fmt::format(R"("type":"invite","roomId":{},"userIds":[{}])",
                                               ids[i], id_list(plans[i], people, from)),
                                   {}});
        }
    }
    owners.ask(invitations);
    if (!file.empty()) {
        std::ofstream out(file, std::ios::trunc);
        for (const std::int64_t id : ids) out << id << '\n';
    }
    return ids;
}

}  // namespace bench
