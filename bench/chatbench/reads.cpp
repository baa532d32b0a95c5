#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "chatbench/fleet.h"
#include "chatbench/http.h"
#include "chatbench/people.h"
#include "chatbench/rooms.h"
#include "chatbench/workloads.h"
#include "common/frame.h"
#include "common/texts.h"

namespace bench {
namespace {

constexpr std::size_t members_of_a_room = 10;
constexpr std::size_t content_bytes = 60;

// Each room gets its messages once; a file in the state folder says so to later runs.
void fill(const Options& options, const std::string& name, const std::vector<RoomPlan>& plans,
          const std::vector<std::int64_t>& rooms, const std::vector<Person>& everybody) {
    const std::string mark =
        options.state_dir.empty()
            ? std::string()
            : fmt::format("{}/filled-{}-{}", options.state_dir, name, options.history);
    if (!mark.empty() && std::filesystem::exists(mark)) return;
    const std::vector<std::string> texts = make_texts(texts_in_turn, content_bytes);
    std::atomic<std::size_t> next = 0;
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t < options.sign_up_threads; ++t) {
            threads.emplace_back([&] {
                HttpClient http(options.target);
                for (std::size_t at = next++; at < rooms.size(); at = next++) {
                    for (std::size_t i = 0; i < options.history; ++i) {
                        const RoomPlan& plan = plans[at];
                        const HttpReply reply = http.post(
                            fmt::format("/api/v1/messages/{}", rooms[at]),
                            fmt::format(R"({{"content":"{}"}})", texts[(at + i) % texts.size()]),
                            everybody[plan[i % plan.size()]].token);
                        if (reply.status / 100 != 2) {
                            die(fmt::format("a post was answered {} {}", reply.status, reply.body));
                        }
                    }
                }
            });
        }
    }
    if (!mark.empty()) std::ofstream(mark) << options.history << "\n";
}

// One person's browser: a connection, and what it asks in turn.
struct Reader {
    Fd fd;
    std::array<std::string, 4> requests;
    std::size_t turn = 0;
    std::string in;
    std::size_t wanted = 0;  ///< bytes of the answer under way; 0: its head is not whole
    std::int64_t asked_at = 0;
};

class Readers {
public:
    Readers(const Options& options, std::vector<Reader>& readers)
        : readers_(readers), epoll_(::epoll_create1(EPOLL_CLOEXEC)), buffer_(256 * 1024) {
        for (Reader& reader : readers_) {
            reader.fd = connect_blocking(options.target);
            if (!reader.fd) die("cannot connect");
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = &reader;
            ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, reader.fd.get(), &event);
        }
    }

    void run_until(std::int64_t end_ns) {
        if (!begun_) {
            begun_ = true;
            for (Reader& reader : readers_) ask(reader);
        }
        std::array<epoll_event, 256> events;
        while (now_ns() < end_ns) {
            const int ready = ::epoll_wait(epoll_.get(), events.data(), events.size(), 100);
            for (int i = 0; i < ready; ++i)
                receive(*static_cast<Reader*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
    }

    Histogram latency;
    std::uint64_t answered = 0;
    std::uint64_t errors = 0;
    std::uint64_t bytes = 0;
    std::string first_error;

private:
    void ask(Reader& reader) {
        const std::string& request = reader.requests[reader.turn++ % reader.requests.size()];
        reader.asked_at = now_ns();
        // Smaller than a socket's buffer, which is empty.
        if (::send(reader.fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
            die("the server closed a connection");
    }

    void receive(Reader& reader) {
        const ssize_t got = ::recv(reader.fd.get(), buffer_.data(), buffer_.size(), 0);
        if (got <= 0) die("the server closed a connection");
        bytes += static_cast<std::uint64_t>(got);
        reader.in.append(buffer_.data(), static_cast<std::size_t>(got));
        if (reader.wanted == 0) {
            const std::size_t end = reader.in.find("\r\n\r\n");
            if (end == std::string::npos) return;
            const std::string_view length =
                header_value(std::string_view(reader.in).substr(0, end + 2), "Content-Length");
            std::size_t body = 0;
            std::from_chars(length.data(), length.data() + length.size(), body);
            reader.wanted = end + 4 + body;
        }
        if (reader.in.size() < reader.wanted) return;
        latency.record(static_cast<std::uint64_t>(now_ns() - reader.asked_at));
        ++answered;
        if (!reader.in.starts_with("HTTP/1.1 200")) {
            ++errors;
            if (first_error.empty()) first_error = reader.in.substr(0, 300);
        }
        reader.in.clear();
        reader.wanted = 0;
        ask(reader);
    }

    std::vector<Reader>& readers_;
    Fd epoll_;
    std::vector<char> buffer_;
    bool begun_ = false;
};

}  // namespace

JsonObject run_reads(const Options& options) {
    const auto everybody = people(options, options.users);
    const auto plans = mixed_rooms(options.users, options.rooms_each, members_of_a_room);
    const std::string name = fmt::format("mixed-{}x{}", options.users, options.rooms_each);
    const auto rooms = open_rooms(options, name, plans, everybody);
    fill(options, name, plans, rooms, everybody);
    JsonObject json;
    json.add("kind", "reads").add("label", options.label);
    if (options.setup_only) return json;

    std::vector<std::int64_t> room_of(everybody.size(), 0);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        for (const std::uint32_t person : plans[i]) room_of[person] = rooms[i];
    }
    std::vector<Reader> readers(everybody.size());
    for (std::size_t i = 0; i < readers.size(); ++i) {
        const auto get = [&](std::string_view path) {
            return fmt::format(
                "GET /api/v1/{} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}"
                "\r\n\r\n",
                path, to_string(options.target), everybody[i].token);
        };
        readers[i].requests = {get("chatrooms"),
                               get(fmt::format("messages/{}?limit=20", room_of[i])),
                               get(fmt::format("chatrooms/{}", room_of[i])), get("unread")};
        readers[i].turn = i;  // not all the same at once
    }
    Readers load(options, readers);
    load.run_until(now_ns() + static_cast<std::int64_t>(options.warmup_s * 1e9));
    load.latency = {};
    load.answered = load.errors = load.bytes = 0;
    const auto server = cpu_of(options.server_pid);
    const CpuTime self = cpu_of_self();
    const auto machine = cpu_of_machine();
    const std::int64_t start = now_ns();
    load.run_until(start + static_cast<std::int64_t>(options.seconds * 1e9));
    const double seconds = static_cast<double>(now_ns() - start) / 1e9;
    const auto server_after = cpu_of(options.server_pid);
    const CpuTime self_after = cpu_of_self();
    const auto machine_after = cpu_of_machine();

    json.add("users", std::uint64_t{options.users})
        .add("roomsEach", std::uint64_t{options.rooms_each})
        .add("requestsPerSecond", static_cast<double>(load.answered) / seconds)
        .add("bytesPerAnswer", static_cast<double>(load.bytes) /
                                   static_cast<double>(std::max<std::uint64_t>(load.answered, 1)))
        .add("errors", load.errors);
    if (!load.first_error.empty()) json.add("firstError", load.first_error);
    json.add("latencyMicros", latency_json(load.latency));
    const double own = self_after.user_s + self_after.system_s - self.user_s - self.system_s;
    json.add("generatorSeconds", own);
    if (server && server_after) {
        const double user = server_after->user_s - server->user_s;
        const double system = server_after->system_s - server->system_s;
        json.add("serverUserSeconds", user).add("serverSystemSeconds", system);
        if (machine && machine_after) {
            const double busy = machine_after->busy_s - machine->busy_s;
            json.add("othersBusySeconds", std::max(0.0, busy - own - user - system));
        }
    }
    return json;
}

}  // namespace bench
