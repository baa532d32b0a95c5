#pragma once
// Nicknames and pictures, filled into what is about to be shown. One question for all people of a
// batch, and none for those known for less than a minute. Threads: workers; striped locks.

#include <array>
#include <chrono>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "chatcore/domain/state.h"
#include "chatcore/limits.h"
#include "chatcore/ports/clock.h"
#include "chatcore/ports/store.h"
#include "chatcore/ports/user_directory.h"

namespace chatcore {

class Profiles {
public:
    /// Asks `directory`, or the accounts of the store at hand where that is nullptr.
    Profiles(UserDirectory* directory, Clock& clock, const Limits& limits)
        : directory_(directory), clock_(clock), limits_(limits) {}

    /// The profiles of those that exist. `status` tells of an error, which leaves out who was not
    /// known already.
    std::vector<Profile> find(Store& store, std::span<const UserId> users, Status& status);
    /// True where all of them exist.
    Result<bool> exist(Store& store, std::span<const UserId> users);
    void forget(UserId user);

    /// A place for a person's whole profile.
    struct Wanted {
        UserId user;
        std::optional<Profile>* profile = nullptr;
    };

    void fill(Store& store, std::span<const Wanted> wanted);
    void fill(Store& store, std::span<State> states);
    void fill(Store& store, std::span<State*> states);
    void fill(Store& store, std::span<Message> messages);
    void fill(Store& store, std::span<Member> members);
    void fill(Store& store, std::span<Room> rooms);
    void fill(Store& store, std::span<RoomView> views);
    void fill(Store& store, std::span<Membership> memberships);

private:
    struct Entry {
        Profile profile;
        std::chrono::nanoseconds until{};
    };
    struct Stripe {
        std::mutex mutex;
        std::unordered_map<UserId, Entry> entries;
    };
    static constexpr std::size_t stripe_count = 16;
    Stripe& stripe(UserId user) {
        return stripes_[static_cast<std::size_t>(user.value) % stripe_count];
    }

    /// Looks people up and calls `set(index, profile)` for each place that names one.
    template <class Places>
    void fill_places(Store& store, Places& places);
    std::vector<Profile> ask(Store& store, std::span<const UserId> users, Status& status);

    UserDirectory* directory_;
    Clock& clock_;
    const Limits& limits_;
    std::array<Stripe, stripe_count> stripes_;
};

}  // namespace chatcore
