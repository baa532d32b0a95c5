#include <atomic>
#include <cmath>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "chatbench/control.h"
#include "chatbench/fleet.h"
#include "chatbench/rooms.h"
#include "chatbench/sequence.h"
#include "chatbench/workloads.h"
#include "common/marker.h"

namespace bench {
namespace {

constexpr std::uint32_t no_sender = UINT32_MAX;

// What all threads know: the rooms, and how much each sender has sent once it has stopped.
struct Stage {
    const Options& options;
    std::vector<Person> people;
    std::vector<std::int64_t> room_ids;
    std::vector<std::atomic<std::uint32_t>> sent;  // by room and sender
    std::size_t clients = 0;                       // of the workers made so far

    // Whose the connection at that place is, of all rooms' members in order.
    [[nodiscard]] const Person& person_at(std::size_t at) const {
        if (!options.devices) return people[at];
        return people[at / options.members * 2 + at % options.members % 2];
    }
    [[nodiscard]] std::size_t slot(std::uint32_t room, std::uint32_t sender) const {
        return room * options.senders + sender;
    }
};

// One connection, a member of one room.
struct Member {
    std::uint32_t room = 0;
    std::uint32_t sender = no_sender;  // its number among the room's senders
    std::uint32_t marker_at =
        0;  // where the last message had its marker; the next one most likely has it too
    std::uint32_t sent = 0;
    std::uint32_t echoed = 0;
    std::size_t template_at = 0;  // where in the request the marker goes
    std::string request;          // a whole frame, ready but for its marker
};

class BroadcastWorker final : public Worker {
public:
    BroadcastWorker(Stage& stage, std::size_t number)
        : Worker(stage.options), stage_(stage), options_(stage.options) {
        const std::size_t rooms = options_.rooms;
        for (std::size_t at = 0; at < rooms * options_.members; ++at) {
            // Rooms stay whole where there are enough of them for all threads.
            const std::size_t spread = rooms >= options_.threads ? at / options_.members : at;
            if (spread % options_.threads != number) continue;
            Member member;
            member.room = static_cast<std::uint32_t>(at / options_.members);
            const std::size_t place = at % options_.members;
            if (place < options_.senders) member.sender = static_cast<std::uint32_t>(place);
            members_.push_back(std::move(member));
            people_.push_back(stage_.person_at(at));
        }
        clients_ = std::vector<Client>(members_.size());
        first_ = stage_.clients;
        stage_.clients += clients_.size();
        seen_.resize(members_.size() * options_.senders);
    }

    void prepare() override {
        std::vector<std::int64_t> rooms;
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            rooms.push_back(stage_.room_ids[members_[i].room]);
            if (members_[i].sender != no_sender) {
                make_request(members_[i], rooms.back());
                senders_.push_back(static_cast<std::uint32_t>(i));
            }
        }
        Control control(loop, door_);
        control.connect(clients_, people_, first_, options_.rooms * options_.members, rooms);
        hello_latency.merge(control.hello_latency());
    }

    void run(const Window& window) override {
        window_ = window;
        sending_ = true;
        if (options_.rate > 0) {
            run_open_loop();
        } else {
            for (const std::uint32_t i : senders_) refill(i);
            while (now_ns() < window_.to_ns) loop.turn(*this, 10'000'000);
        }
        sending_ = false;
        for (const std::uint32_t i : senders_) {
            const Member& member = members_[i];
            stage_.sent[stage_.slot(member.room, member.sender)] = member.sent;
            sent += member.sent;
        }
    }

    void drain(std::int64_t deadline_ns) override {
        while (outstanding() > 0 && now_ns() < deadline_ns) loop.turn(*this, 10'000'000);
        faults.lost = outstanding();
    }

    void on_open(Client&) {}

    void on_text(Client& client, std::string_view payload, std::int64_t now) {
        if (posts_ && !door_.is_delivery(payload)) {
            // What else is told, as of the list, may hold the post's text too.
            if (const std::string_view pong = door_.pong(payload); !pong.empty())
                loop.send(client, pong);
            return;
        }
        Member& member = members_[client.index];
        if (payload.size() < member.marker_at + marker_bytes ||
            !is_marker(payload.data() + member.marker_at)) [[unlikely]] {
            if (!find_marker(member, payload)) return;
        }
        const Marker marker = decode_marker(payload.data() + member.marker_at);
        if (marker.sender >= options_.senders) return;
        seen_[client.index * options_.senders + marker.sender].see(marker.sequence, faults);
        ++received_;
        if (now >= window_.from_ns && now < window_.to_ns) {
            ++measured;
            latency.record(static_cast<std::uint64_t>(now) - marker.sent_ns);
        }
        if (marker.sender == member.sender) ++member.echoed;
    }

    void on_read(Client& client) {
        delivered.store(received_, std::memory_order_relaxed);
        if (sending_ && options_.rate <= 0 && members_[client.index].sender != no_sender) {
            refill(client.index);
        }
    }

    void on_closed(Client& client) {
        ++disconnected;
        if (client.close_code != 0) close_code = client.close_code;
    }

private:
    void make_request(Member& member, std::int64_t room) const {
        // The payload is a JSON string; its quotes are of the bytes it is to have.
        const std::string payload(std::max(options_.payload_bytes, marker_bytes + 2) - 2, 'x');
        const std::string message =
            posts_ ? door_.post(room, payload)
                   : fmt::format(R"({{"type":"broadcast","roomId":{},"payload":"{}"}})", room,
                                 payload);
        append_client_frame(member.request, Opcode::text, message);
        member.template_at = member.request.find(payload);
    }

    static bool find_marker(Member& member, std::string_view payload) {
        const std::size_t at = payload.find(marker_tag);
        if (at == std::string_view::npos || at + marker_bytes > payload.size()) return false;
        member.marker_at = static_cast<std::uint32_t>(at);
        return true;
    }

    void send_one(std::uint32_t index, std::int64_t sent_ns) {
        Member& member = members_[index];
        std::string& out = loop.output(clients_[index]);
        const std::size_t at = out.size() + member.template_at;
        out += member.request;
        encode_marker(out.data() + at,
                      {member.sender, member.sent++, static_cast<std::uint64_t>(sent_ns)});
    }

    void refill(std::uint32_t index) {
        if (clients_[index].state != ClientState::open) return;
        const Member& member = members_[index];
        const std::int64_t now = now_ns();
        while (member.sent - member.echoed < options_.in_flight) send_one(index, now);
    }

    // Each message has its time, and counts from that even when it was sent late: what a client
    // feels who does not wait for anybody.
    void run_open_loop() {
        const double all = static_cast<double>(options_.rooms * options_.senders);
        const double share = static_cast<double>(senders_.size()) / all;
        const double per_ns = options_.rate / static_cast<double>(options_.members) * share / 1e9;
        std::uint64_t done = 0;
        for (std::int64_t now = now_ns(); now < window_.to_ns; now = now_ns()) {
            const double due = static_cast<double>(now - window_.start_ns) * per_ns;
            while (!senders_.empty() && static_cast<double>(done) < due) {
                const std::int64_t when =
                    window_.start_ns + std::llround(static_cast<double>(done) / per_ns);
                const std::uint32_t index = senders_[done % senders_.size()];
                if (clients_[index].state == ClientState::open) send_one(index, when);
                ++done;
            }
            const auto next = window_.start_ns +
                              std::llround(static_cast<double>(done) / std::max(per_ns, 1e-12));
            loop.turn(*this, std::clamp<std::int64_t>(next - now_ns(), 0, 10'000'000));
        }
    }

    [[nodiscard]] std::uint64_t outstanding() const {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (clients_[i].state != ClientState::open) continue;
            for (std::uint32_t s = 0; s < options_.senders; ++s) {
                sum += seen_[i * options_.senders + s].outstanding(
                    stage_.sent[stage_.slot(members_[i].room, s)]);
            }
        }
        return sum;
    }

    Stage& stage_;
    const Options& options_;
    const Door& door_ = door_named(options_.door);
    const bool posts_ = !options_.door.empty();
    std::size_t first_ = 0;  // the number of the first client among all
    std::vector<Member> members_;
    std::vector<Person> people_;
    std::vector<Client> clients_;
    std::vector<Sequence> seen_;  // by member and sender
    std::vector<std::uint32_t> senders_;
    Window window_;
    bool sending_ = false;
    std::uint64_t received_ = 0;
};

}  // namespace

JsonObject run_broadcast(const Options& options) {
    const std::size_t people_each = options.devices ? 2 : options.members;
    const auto plans = separate_rooms(options.rooms, people_each);
    Stage stage{options, people(options, options.rooms * people_each), {}, {}};
    const std::string name = options.devices
                                 ? fmt::format("stores-{}", options.rooms)
                                 : fmt::format("separate-{}x{}", options.rooms, options.members);
    stage.room_ids = open_rooms(options, name, plans, stage.people,
                                options.devices ? About::store : About::nothing);
    stage.sent = std::vector<std::atomic<std::uint32_t>>(options.rooms * options.senders);
    JsonObject json;
    json.add("kind", "broadcast").add("label", options.label);
    if (options.setup_only) return json;

    std::vector<std::unique_ptr<Worker>> workers;
    for (std::size_t i = 0; i < options.threads; ++i) {
        workers.push_back(std::make_unique<BroadcastWorker>(stage, i));
    }
    const FleetResult result = run_fleet(options, workers);
    json.add("door", door_label(options))
        .add("stored", !options.door.empty())
        .add("rooms", std::uint64_t{options.rooms})
        .add("members", std::uint64_t{options.members})
        .add("people", std::uint64_t{stage.people.size()})
        .add("senders", std::uint64_t{options.senders})
        .add("payloadBytes", std::uint64_t{options.payload_bytes})
        .add("loop", options.rate > 0 ? "open" : "closed");
    if (options.rate > 0) json.add("offeredPerSecond", options.rate);
    if (options.rate <= 0) json.add("inFlight", std::uint64_t{options.in_flight});
    json.add("deliveriesPerSecond", static_cast<double>(result.measured) / result.seconds);
    add_result(json, result);
    return json;
}

}  // namespace bench
