// store_bench: what reading and posting cost in a large SQLite store. Prints figures and writes
// them down, judges nothing.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "chatcore/adapters/sqlite_store.h"
#include "chatcore/text.h"

#include "common/json.h"
#include "common/net.h"
#include "store_bench/filling.h"

using namespace chatcore;

namespace {

struct Plan {
    std::int64_t rooms = 1'000;
    std::int64_t messages = 1'000'000;
    std::int64_t members = 100'000;
    int rounds = 200;
    std::string folder = "/tmp";
    std::string json_file;
};

double median(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

class Figures {
public:
    /// Calls each of the works in turn, so many rounds, so that they meet the same machine; prints
    /// the median of each, in milliseconds, and compares the others with the first.
    using Work = std::function<double()>;
    void measure(const std::string& key, const std::vector<std::pair<std::string, Work>>& works,
                 int rounds) {
        std::vector<std::vector<double>> times(works.size());
        for (int round = 0; round < rounds; ++round) {
            // Who begins is drawn, since the store has work of its own at every fourth commit.
            const auto shift =
                static_cast<std::size_t>(dice_.below(static_cast<std::int64_t>(works.size())));
            for (std::size_t n = 0; n < works.size(); ++n) {
                const std::size_t i = (n + shift) % works.size();
                times[i].push_back(works[i].second() * 1e3);
            }
        }
        double first = 0;
        double worst = 1;
        for (std::size_t i = 0; i < works.size(); ++i) {
            const double middle = median(times[i]);
            if (i == 0) first = middle;
            worst = std::max(worst, middle / first);
            fmt::print("{:28} {:24} median {:8.3f} ms, slowest {:8.3f} ms, {:5.2f} of the first\n",
                       key, works[i].first, middle, times[i].back(), middle / first);
            std::fflush(stdout);
            json.add(key + (works.size() > 1 ? " " + works[i].first : ""), middle);
        }
        if (works.size() > 1) json.add(key + " greatest ratio", worst);
    }
    bench::JsonObject json;

private:
    bench::Dice dice_{11};
};

/// How long a read takes; ends the program where it fails or finds nothing.
template <class Read>
Figures::Work timed(Read read) {
    return [read = std::move(read)] {
        const std::int64_t begin = bench::now_ns();
        const std::size_t found = read();
        const double took = static_cast<double>(bench::now_ns() - begin) / 1e9;
        if (found == 0) bench::die("a read found nothing");
        return took;
    };
}

template <class T>
T& value(Result<T>& result) {
    if (!result) bench::die(fmt::format("a read failed: {}", result.error().cause));
    return *result;
}

Figures::Work history(Store& store, RoomId room) {
    return timed([&store, room] {
        auto page = store.messages().history({.room = room, .limit = 50}, UserId{1});
        return value(page).messages.size();
    });
}

Figures::Work unread(Store& store, RoomId room) {
    return timed([&store, room] {
        auto view = store.rooms().view(room, UserId{1});
        return value(view) ? std::size_t{1} : 0;
    });
}

Figures::Work search(Store& store, std::string words, std::optional<RoomId> room) {
    SearchQuery query;
    query.text = text::fold(words);
    query.room = room;
    return timed([&store, query] {
        auto page = store.search().messages(query, UserId{1});
        return value(page).items.size();
    });
}

struct Named {
    std::string name;
    RoomId room;
};

void measure(Store& store, bench::Filling& filling, const std::vector<Named>& by_messages,
             const std::vector<Named>& by_members, const Plan& plan, Figures& figures) {
    figures.measure("room list", {{fmt::format("{} rooms", plan.rooms), timed([&store] {
                                       auto page = store.rooms().list(UserId{1}, {.limit = 50});
                                       return value(page).items.size();
                                   })}},
                    plan.rounds);
    const auto each = [&](const std::vector<Named>& rooms, auto make) {
        std::vector<std::pair<std::string, Figures::Work>> works;
        for (const Named& named : rooms) works.emplace_back(named.name, make(named.room));
        return works;
    };
    const auto post = [&](RoomId room) {
        constexpr std::size_t posts = 64;
        return [&filling, room] { return filling.timed_posts(room, 2, posts) / posts; };
    };
    figures.measure("history page",
                    each(by_messages, [&](RoomId room) { return history(store, room); }),
                    plan.rounds);
    figures.measure("unread of a room",
                    each(by_messages, [&](RoomId room) { return unread(store, room); }),
                    plan.rounds);
    const RoomId largest = by_messages.back().room;
    for (const std::size_t place : {std::size_t{0}, std::size_t{500}, bench::Words::count / 2}) {
        const std::string words = filling.words().two_syllables(place);
        figures.measure(fmt::format("search, word {}", place),
                        {{"in its room", search(store, words, largest)},
                         {"in all rooms", search(store, words, {})}},
                        std::max(plan.rounds / 4, 1));
    }
    figures.measure("a post by messages", each(by_messages, post), std::max(plan.rounds / 4, 1));
    figures.measure("a post by members", each(by_members, post), std::max(plan.rounds / 4, 1));
}

}  // namespace

int main(int argc, char** argv) {
    Plan plan;
    CLI::App app("Times reads and posts in a large SQLite store");
    app.add_option("--rooms", plan.rooms, "of the person who asks")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--messages", plan.messages, "of the largest room")
        ->check(CLI::Range(1'000, 100'000'000))
        ->capture_default_str();
    app.add_option("--members", plan.members, "of the largest room")
        ->check(CLI::Range(10, 1'000'000))
        ->capture_default_str();
    app.add_option("--rounds", plan.rounds)->check(CLI::Range(1, 10'000))->capture_default_str();
    app.add_option("--folder", plan.folder, "where the file is made, and removed");
    app.add_option("--json", plan.json_file);
    CLI11_PARSE(app, argc, argv);

    const std::string file = plan.folder + "/chatcore-store-bench.db";
    const auto remove_file = [&file] {
        for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
    };
    remove_file();
    Figures figures;
    {
        SqliteOptions options;
        options.path = file;
        options.synchronous = SqliteOptions::Synchronous::normal;
        SqliteStoreFactory factory(options);
        auto store = factory.open();
        if (!store) bench::die(store.error().cause);
        bench::Filling filling(**store);
        for (std::int64_t i = 0; i < plan.rooms; ++i)
            filling.post(filling.direct(1, 1'000 + i), 20, {1'000 + i, 1});
        std::vector<Named> by_members;
        for (std::int64_t members = 10; members < plan.members; members *= 100)
            by_members.push_back({fmt::format("{} members", members), filling.group(members)});
        by_members.push_back(
            {fmt::format("{} members", plan.members), filling.group(plan.members)});
        std::vector<Named> by_messages;
        for (std::int64_t count = 1'000; count <= plan.messages; count *= 10) {
            by_messages.push_back({fmt::format("{} messages", count), filling.group(5)});
            fmt::print(stderr, "filling a room with {} messages\n", count);
            filling.post(by_messages.back().room, count, {2, 3, 4, 5});
        }
        measure(**store, filling, by_messages, by_members, plan, figures);
    }
    remove_file();
    if (!plan.json_file.empty()) std::ofstream(plan.json_file) << figures.json.text();
    return 0;
}
