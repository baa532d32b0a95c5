#include "profiles.h"

#include <algorithm>

namespace chatcore {

namespace {

/// Texts to be filled with what is known of a person.
struct Place {
    UserId user;
    std::string* nickname = nullptr;
    std::string* image = nullptr;
    std::optional<Profile>* whole = nullptr;
};

using Places = std::vector<Place>;

void add(Places& places, Message& message) {
    places.push_back({message.sender, &message.sender_nickname, nullptr, nullptr});
}
void add(Places& places, Member& member) {
    places.push_back({member.user, &member.nickname, &member.profile_image_url, nullptr});
}
void add(Places& places, Room& room) {
    if (room.preview)
        places.push_back({room.preview->sender, &room.preview->sender_nickname, nullptr, nullptr});
}
void add(Places& places, RoomView& view) {
    add(places, view.room);
    if (view.peer) places.push_back({*view.peer, nullptr, nullptr, &view.peer_profile});
}
void add(Places& places, Membership& membership) {
    if (membership.preview) {
        places.push_back(
            {membership.preview->sender, &membership.preview->sender_nickname, nullptr, nullptr});
    }
}
void add(Places& places, State& state) {
    std::visit([&](auto& thing) { add(places, thing); }, state);
}
void add(Places& places, State* state) {
    add(places, *state);
}

void add(Places& places, const Profiles::Wanted& wanted) {
    places.push_back({wanted.user, nullptr, nullptr, wanted.profile});
}

template <class Things>
Places places_of(Things things) {
    Places places;
    places.reserve(things.size());
    for (auto& thing : things) add(places, thing);
    return places;
}

}  // namespace

std::vector<Profile> Profiles::ask(Store& store, std::span<const UserId> users, Status& status) {
    std::vector<Profile> all;
    constexpr std::size_t at_once = 1'000;
    for (std::size_t begin = 0; begin < users.size(); begin += at_once) {
        const auto some = users.subspan(begin, std::min(at_once, users.size() - begin));
        Result<std::vector<Profile>> found =
            directory_ != nullptr ? directory_->find(some) : store.people().profiles(some);
        if (!found) {
            status = unexpected(found.error());
            break;
        }
        std::move(found->begin(), found->end(), std::back_inserter(all));
    }
    return all;
}

std::vector<Profile> Profiles::find(Store& store, std::span<const UserId> users, Status& status) {
    std::vector<Profile> known;
    std::vector<UserId> missing;
    const auto now = clock_.steady();
    for (UserId user : users) {
        Stripe& stripe = this->stripe(user);
        const std::lock_guard lock(stripe.mutex);
        const auto it = stripe.entries.find(user);
        if (it != stripe.entries.end() && it->second.until >= now) {
            known.push_back(it->second.profile);
        } else {
            missing.push_back(user);
        }
    }
    if (missing.empty()) return known;
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    for (Profile& profile : ask(store, missing, status)) {
        Stripe& stripe = this->stripe(profile.id);
        const std::lock_guard lock(stripe.mutex);
        if (stripe.entries.size() >= limits_.profile_cache_entries_max / stripe_count)
            stripe.entries.clear();
        stripe.entries[profile.id] = Entry{profile, now + limits_.profile_cache_ttl.value()};
        known.push_back(std::move(profile));
    }
    return known;
}

Result<bool> Profiles::exist(Store& store, std::span<const UserId> users) {
    std::vector<UserId> distinct(users.begin(), users.end());
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    Status status;
    const std::size_t found = ask(store, distinct, status).size();
    if (!status) return unexpected(status.error());
    return found == distinct.size();
}

void Profiles::forget(UserId user) {
    Stripe& stripe = this->stripe(user);
    const std::lock_guard lock(stripe.mutex);
    stripe.entries.erase(user);
}

template <class P>
void Profiles::fill_places(Store& store, P& places) {
    if (places.empty()) return;
    std::vector<UserId> users;
    users.reserve(places.size());
    for (const Place& place : places) users.push_back(place.user);
    std::sort(users.begin(), users.end());
    users.erase(std::unique(users.begin(), users.end()), users.end());
    Status status;  // without nicknames is better than not at all
    std::vector<Profile> profiles = find(store, users, status);
    std::sort(profiles.begin(), profiles.end(),
              [](const Profile& a, const Profile& b) { return a.id < b.id; });
    for (const Place& place : places) {
        const auto it =
            std::lower_bound(profiles.begin(), profiles.end(), place.user,
                             [](const Profile& profile, UserId user) { return profile.id < user; });
        if (it == profiles.end() || it->id != place.user) continue;
        if (place.nickname != nullptr) *place.nickname = it->nickname;
        if (place.image != nullptr) *place.image = it->profile_image_url;
        if (place.whole != nullptr) *place.whole = *it;
    }
}

void Profiles::fill(Store& store, std::span<const Wanted> wanted) {
    Places places = places_of(wanted);
    fill_places(store, places);
}
void Profiles::fill(Store& store, std::span<State> states) {
    Places places = places_of(states);
    fill_places(store, places);
}
void Profiles::fill(Store& store, std::span<State*> states) {
    Places places = places_of(states);
    fill_places(store, places);
}
void Profiles::fill(Store& store, std::span<Message> messages) {
    Places places = places_of(messages);
    fill_places(store, places);
}
void Profiles::fill(Store& store, std::span<Member> members) {
    Places places = places_of(members);
    fill_places(store, places);
}
void Profiles::fill(Store& store, std::span<Room> rooms) {
    Places places = places_of(rooms);
    fill_places(store, places);
}
void Profiles::fill(Store& store, std::span<RoomView> views) {
    Places places = places_of(views);
    fill_places(store, places);
}
void Profiles::fill(Store& store, std::span<Membership> memberships) {
    Places places = places_of(memberships);
    fill_places(store, places);
}

}  // namespace chatcore
