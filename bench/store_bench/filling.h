#pragma once
// A database as a busy deployment has it: a person in many rooms, rooms of 1,000 to a million
// messages, rooms of 10 to 100,000 members. Made through the store itself, the same at each run.
// Threads: one.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "chatcore/ports/store.h"

#include "common/dice.h"

namespace bench {

/// Texts of Korean words, each of two to four of 600 syllables.
class Words {
public:
    explicit Words(std::uint64_t seed);

    /// Five to fifteen words, the first ones of the list more often than the last.
    std::string text();
    /// The first two syllables of the word at `place`, 0 the most frequent.
    [[nodiscard]] std::string two_syllables(std::size_t place) const;
    static constexpr std::size_t count = 5'000;

private:
    Dice dice_;
    std::vector<std::string> words_;
};

/// Makes rooms and posts, a batch a transaction. Ends the program where the store refuses.
class Filling {
public:
    explicit Filling(chatcore::Store& store) : store_(store), words_(7) {}

    chatcore::RoomId direct(std::int64_t one, std::int64_t other);
    /// A group of people 1 to `members`.
    chatcore::RoomId group(std::int64_t members);
    /// `count` posts in turn by the people given.
    void post(chatcore::RoomId room, std::int64_t count, const std::vector<std::int64_t>& senders);
    /// One batch of `count` posts by one person; how long it took to apply, in seconds.
    double timed_posts(chatcore::RoomId room, std::int64_t sender, std::size_t count);
    [[nodiscard]] const Words& words() const { return words_; }

private:
    chatcore::Timestamp tick() { return chatcore::Timestamp{std::chrono::milliseconds{++now_ms_}}; }
    void apply(const std::vector<chatcore::Change>& changes);
    chatcore::Change post_of(chatcore::RoomId room, std::int64_t sender);

    chatcore::Store& store_;
    Words words_;
    std::int64_t batch_ = 0;
    std::uint64_t keys_ = 0;
    std::int64_t now_ms_ = 1'750'000'000'000;
};

}  // namespace bench
