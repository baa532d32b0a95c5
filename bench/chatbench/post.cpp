#include <memory>
#include <random>
#include <vector>

#include <fmt/format.h>

#include "chatbench/control.h"
#include "chatbench/fleet.h"
#include "chatbench/rooms.h"
#include "chatbench/sequence.h"
#include "chatbench/workloads.h"
#include "common/json.h"
#include "common/marker.h"
#include "common/texts.h"

namespace bench {
namespace {

// The ids of posts begin above those of the set-up's requests.
constexpr std::int64_t first_post_id = 1'000'000;
constexpr std::size_t in_flight_max = 4096;

struct Stage {
    const Options& options;
    std::vector<Person> people;
    std::vector<std::int64_t> room_ids;
    std::uint32_t run_key = std::random_device{}();
};

// One of the two in a room. Its partner is the client beside it.
struct Poster {
    std::int64_t room_id = 0;
    std::uint32_t sent = 0;
    std::uint32_t answered = 0;
    std::uint32_t refused = 0;
    std::int64_t position = -1;            // of the room's last event; -1 before the first
    std::vector<std::int64_t> sent_at_ns;  // by number, modulo its size
    Sequence own;
    Sequence partner;
};

class PostWorker final : public Worker {
public:
    PostWorker(Stage& stage, std::size_t number)
        : Worker(stage.options), stage_(stage), options_(stage.options) {
        for (std::size_t room = number; room < stage_.room_ids.size(); room += options_.threads) {
            for (std::size_t place = 0; place < 2; ++place) {
                Poster poster;
                poster.room_id = stage_.room_ids[room];
                poster.sent_at_ns.resize(options_.in_flight);
                posters_.push_back(std::move(poster));
                people_.push_back(stage_.people[room * 2 + place]);
                numbers_.push_back(static_cast<std::uint32_t>(room * 2 + place));
            }
        }
        clients_ = std::vector<Client>(posters_.size());
        const std::size_t pad = std::max(options_.payload_bytes, marker_bytes) - marker_bytes;
        paddings_ = make_texts(texts_in_turn, pad);
        share_ = options_.posts / std::max<std::size_t>(1, stage_.people.size());
    }

    void prepare() override {
        Control control(loop);
        control.connect(clients_, people_, 0, clients_.size());
        hello_latency.merge(control.hello_latency());
        std::vector<Ask> asks(clients_.size());
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            asks[i] = {&clients_[i],
                       fmt::format(R"("type":"attach","roomId":{})", posters_[i].room_id),
                       {}};
        }
        control.ask(asks, 256);
    }

    void run(const Window& window) override {
        window_ = window;
        sending_ = true;
        for (const Client& client : clients_) refill(client.index);
        while (now_ns() < window_.to_ns && !finished()) loop.turn(*this, 10'000'000);
        if (finished()) finished_ns = now_ns();
        sending_ = false;
    }

    void drain(std::int64_t deadline_ns) override {
        while (outstanding() > 0 && now_ns() < deadline_ns) loop.turn(*this, 10'000'000);
        faults.lost = outstanding();
        for (const Poster& poster : posters_) sent += poster.sent;
    }

    void on_open(Client&) {}

    void on_text(Client& client, std::string_view payload, std::int64_t now) {
        if (payload.starts_with(R"({"type":"message",)")) {
            on_message(client, payload, now);
        } else if (payload.starts_with(R"({"id":)")) {
            on_reply(client, payload, now);
        } else {
            on_other(client, payload, now);
        }
    }

    void on_read(Client& client) {
        delivered.store(received_, std::memory_order_relaxed);
        if (sending_) refill(client.index);
    }

    void on_closed(Client& client) {
        ++disconnected;
        if (client.close_code != 0) close_code = client.close_code;
    }

private:
    [[nodiscard]] bool in_window(std::int64_t now) const {
        return now >= window_.from_ns && now < window_.to_ns;
    }

    void on_message(Client& client, std::string_view payload, std::int64_t now) {
        Poster& poster = posters_[client.index];
        follow_position(poster, payload);
        const std::size_t at = payload.find(marker_tag);
        if (at == std::string_view::npos || at + marker_bytes > payload.size()) return;
        const Marker marker = decode_marker(payload.data() + at);
        if (marker.sender == numbers_[client.index]) {
            poster.own.see(marker.sequence, faults);
            return;
        }
        if (marker.sender != numbers_[client.index ^ 1U]) return;
        poster.partner.see(marker.sequence, faults);
        ++received_;
        if (in_window(now)) {
            ++measured;
            latency.record(static_cast<std::uint64_t>(now) - marker.sent_ns);
        }
    }

    // Every durable event of a room names the position before it; the last one this connection saw
    // must be that.
    void follow_position(Poster& poster, std::string_view payload) {
        const auto position = json_integer(payload, {"position"});
        const auto prev = json_integer(payload, {"prev"});
        if (!position || !prev) {
            note_error(payload);
            return;
        }
        if (poster.position >= 0 && *prev != poster.position) ++faults.order_errors;
        if (*position < poster.position) ++faults.order_errors;
        poster.position = *position;
    }

    void on_reply(Client& client, std::string_view payload, std::int64_t now) {
        Poster& poster = posters_[client.index];
        const auto id = json_integer(payload, {"id"});
        if (!id || *id < first_post_id) return;
        const auto number = static_cast<std::size_t>(*id - first_post_id);
        ++poster.answered;
        if (json_find(payload, {"type"}) != R"("ok")") {
            ++poster.refused;
            note_error(payload);
        } else if (in_window(now)) {
            const std::int64_t sent_at = poster.sent_at_ns[number % options_.in_flight];
            reply_latency.record(static_cast<std::uint64_t>(now - sent_at));
        }
    }

    // Whatever order a server writes its members in.
    void on_other(Client& client, std::string_view payload, std::int64_t now) {
        const std::string_view type = json_find(payload, {"type"});
        if (!json_find(payload, {"id"}).empty()) {
            on_reply(client, payload, now);
        } else if (type == R"("message")") {
            on_message(client, payload, now);
        } else if (!json_find(payload, {"prev"}).empty()) {
            follow_position(posters_[client.index], payload);
        }
    }

    void note_error(std::string_view payload) {
        ++errors;
        if (first_error.empty()) first_error = payload.substr(0, 300);
    }

    void refill(std::uint32_t index) {
        Poster& poster = posters_[index];
        Client& client = clients_[index];
        if (client.state != ClientState::open) return;
        const std::int64_t now = now_ns();
        while (poster.sent - poster.answered < options_.in_flight &&
               (share_ == 0 || poster.sent < share_)) {
            const std::uint32_t number = poster.sent++;
            char marker[marker_bytes];
            encode_marker(marker, {numbers_[index], number, static_cast<std::uint64_t>(now)});
            poster.sent_at_ns[number % options_.in_flight] = now;
            request_.clear();
            fmt::format_to(
                std::back_inserter(request_),
                R"({{"id":{},"type":"post","roomId":{},"content":"{}{}",)"
                R"("clientKey":"{:08x}-0000-4000-8000-{:04x}{:08x}"}})",
                first_post_id + number, poster.room_id, std::string_view(marker, marker_bytes),
                paddings_[number % paddings_.size()], stage_.run_key, numbers_[index], number);
            loop.send(client, request_);
        }
    }

    [[nodiscard]] bool finished() const {
        if (share_ == 0) return false;
        for (std::size_t i = 0; i < posters_.size(); ++i) {
            if (clients_[i].state != ClientState::open) continue;
            if (posters_[i].answered < share_) return false;
        }
        return outstanding() == 0;
    }

    // What was accepted and has not come yet, at the partner or back at the sender.
    [[nodiscard]] std::uint64_t outstanding() const {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < posters_.size(); ++i) {
            if (clients_[i].state != ClientState::open) continue;
            sum += missing(posters_[i].own, posters_[i]);
            if (clients_[i ^ 1U].state == ClientState::open) {
                sum += missing(posters_[i].partner, posters_[i ^ 1U]);
            }
        }
        return sum;
    }
    static std::uint64_t missing(const Sequence& seen, const Poster& sender) {
        const std::uint64_t out = seen.outstanding(sender.sent);
        return out > sender.refused ? out - sender.refused : 0;
    }

    Stage& stage_;
    const Options& options_;
    std::vector<Poster> posters_;
    std::vector<Person> people_;
    std::vector<std::uint32_t> numbers_;  // by poster: its number in the run
    std::vector<Client> clients_;
    std::vector<std::string> paddings_;
    std::string request_;
    std::uint64_t share_ = 0;  // posts for each sender; 0 is until the time is over
    Window window_;
    bool sending_ = false;
    std::uint64_t received_ = 0;
};

}  // namespace

JsonObject run_post(const Options& given) {
    Options options = given;
    options.in_flight = std::clamp<std::size_t>(options.in_flight, 1, in_flight_max);
    // Rooms of two in which both post.
    options.rooms = std::max<std::size_t>(1, options.senders / 2);
    if (options.posts > 0) {
        options.warmup_s = 0;
        options.seconds = 600;
    }
    const auto plans = separate_rooms(options.rooms, 2);
    Stage stage{options, people(options, options.rooms * 2), {}};
    stage.room_ids =
        open_rooms(options, fmt::format("separate-{}x2", options.rooms), plans, stage.people);
    JsonObject json;
    json.add("kind", "post").add("label", options.label);
    if (options.setup_only) return json;

    std::vector<std::unique_ptr<Worker>> workers;
    for (std::size_t i = 0; i < options.threads; ++i) {
        workers.push_back(std::make_unique<PostWorker>(stage, i));
    }
    const FleetResult result = run_fleet(options, workers);
    json.add("senders", std::uint64_t{options.rooms * 2})
        .add("rooms", std::uint64_t{options.rooms})
        .add("inFlight", std::uint64_t{options.in_flight})
        .add("payloadBytes", std::uint64_t{options.payload_bytes})
        .add("postsPerSecond", static_cast<double>(result.measured) / result.seconds);
    add_result(json, result);
    return json;
}

}  // namespace bench
