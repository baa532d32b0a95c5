#include "store_bench/filling.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "common/net.h"

namespace bench {

using namespace chatcore;

namespace {

constexpr std::int64_t invited_at_once = 500;
constexpr std::size_t batch_changes = 512;

// In UTF-8, the syllable `number` of the 11,172 from U+AC00.
std::string syllable(std::int64_t number) {
    const auto point = static_cast<unsigned>(0xAC00 + number * 17 % 11'172);
    return {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
            static_cast<char>(0x80 | (point & 0x3F))};
}

constexpr std::size_t syllable_bytes = 3;

}  // namespace

Words::Words(std::uint64_t seed) : dice_(seed) {
    for (std::size_t i = 0; i < count; ++i) {
        std::string word;
        for (std::int64_t n = 2 + dice_.below(3); n > 0; --n) word += syllable(dice_.below(600));
        words_.push_back(std::move(word));
    }
}

std::string Words::text() {
    std::string text;
    for (std::int64_t n = 5 + dice_.below(11); n > 0; --n) {
        // The smaller of three throws: how often a word is said falls with its place.
        const auto sides = static_cast<std::int64_t>(words_.size());
        const std::int64_t place =
            std::min({dice_.below(sides), dice_.below(sides), dice_.below(sides)});
        if (!text.empty()) text += ' ';
        text += words_[static_cast<std::size_t>(place)];
    }
    return text;
}

std::string Words::two_syllables(std::size_t place) const {
    return words_.at(place).substr(0, 2 * syllable_bytes);
}

RoomId Filling::direct(std::int64_t one, std::int64_t other) {
    const auto [low, high] = std::minmax(one, other);
    auto opened = store_.open_direct({UserId{low}, UserId{high}, {}}, UserId{one}, tick());
    if (!opened) die(fmt::format("no room: {}", opened.error().cause));
    return opened->room.id;
}

RoomId Filling::group(std::int64_t members) {
    NewGroup group;
    group.owner = UserId{1};
    group.title = fmt::format("{} people", members);
    std::int64_t next = 2;
    for (; next <= std::min(members, invited_at_once); ++next)
        group.members.push_back(UserId{next});
    auto room = store_.open_group(group, tick());
    if (!room) die(fmt::format("no room: {}", room.error().cause));
    while (next <= members) {
        InviteMembers invited;
        for (std::int64_t i = 0; i < invited_at_once && next <= members; ++i)
            invited.users.push_back(UserId{next++});
        apply({Change{room->id, UserId{1}, tick(), {}, std::move(invited)}});
    }
    return room->id;
}

Change Filling::post_of(RoomId room, std::int64_t sender) {
    PostMessage post;
    ++keys_;
    // The lower half counts, the upper half looks random, as keys do.
    const std::uint64_t mixed = keys_ * 0x9E3779B97F4A7C15ULL;
    std::memcpy(post.key.bytes.data(), &mixed, sizeof mixed);
    std::memcpy(post.key.bytes.data() + sizeof mixed, &keys_, sizeof keys_);
    post.content = words_.text();
    return Change{room, UserId{sender}, tick(), {}, std::move(post)};
}

void Filling::post(RoomId room, std::int64_t count, const std::vector<std::int64_t>& senders) {
    std::vector<Change> changes;
    for (std::int64_t i = 0; i < count; ++i) {
        changes.push_back(post_of(room, senders[static_cast<std::size_t>(i) % senders.size()]));
        if (changes.size() == batch_changes || i + 1 == count) {
            apply(changes);
            changes.clear();
        }
    }
}

double Filling::timed_posts(RoomId room, std::int64_t sender, std::size_t count) {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < count; ++i) changes.push_back(post_of(room, sender));
    const std::int64_t begin = now_ns();
    apply(changes);
    return static_cast<double>(now_ns() - begin) / 1e9;
}

void Filling::apply(const std::vector<Change>& changes) {
    const auto outcomes =
        store_.apply(Batch{.worker = 1, .number = ++batch_, .retry = false, .changes = changes});
    if (!outcomes) die(fmt::format("a batch failed: {}", outcomes.error().cause));
    for (const Outcome& outcome : *outcomes) {
        if (std::holds_alternative<Refused>(outcome)) {
            die(fmt::format("a change was refused: {}",
                            name_of(std::get<Refused>(outcome).why.code)));
        }
    }
}

}  // namespace bench
