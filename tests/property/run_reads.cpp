// What a person reads over all of their rooms, and of people, against the model.

#include <algorithm>

#include "chatcore/text.h"

#include "property/run.h"

namespace chatcore::property {

void Run::compare(UserId user) {
    doing_ =
        fmt::format("{} looks at everything after command {}", user.value, report_.trace.size());
    compare_list(user);
    for (const auto& [id, place] : model_.places) {
        if (!report_.failure.empty()) return;
        compare_rooms(user, place);
        compare_messages(user, place);
        compare_marks(user, place);
        compare_changes(user, place);
    }
    compare_own(user);
    compare_search(user);
}

void Run::compare_list(UserId user) {
    RoomListQuery query;
    query.limit = static_cast<int>(1 + draw(6));
    query.unread_only = once_in(4);
    query.favorites_only = once_in(5);
    if (once_in(5)) query.context = Context{"product", std::to_string(draw(2))};
    std::vector<const Place*> want;
    for (const auto& [id, place] : model_.places) {
        if (!place.lists(user)) continue;
        if (query.unread_only && place.unread(user) == 0) continue;
        if (query.favorites_only && !place.people.at(user).favorite) continue;
        if (query.context && place.context != query.context) continue;
        want.push_back(&place);
    }
    std::sort(want.begin(), want.end(), [](const Place* left, const Place* right) {
        return std::pair{left->active_at, left->id} > std::pair{right->active_at, right->id};
    });
    std::vector<RoomView> got;
    for (int pages = 0; pages < 100; ++pages) {
        const auto page = engine_.ask<Page<RoomView>>(
            [&](auto done) { engine_->rooms().list(caller(user), query, std::move(done)); });
        if (!judge(page, {})) return;
        got.insert(got.end(), page->items.begin(), page->items.end());
        if (!page->has_more()) break;
        query.cursor = page->next_cursor;
    }
    expect(got.size() == want.size(),
           fmt::format("the list has {} rooms, and must have {}", got.size(), want.size()));
    for (std::size_t i = 0; i < std::min(got.size(), want.size()); ++i) {
        expect(got[i].room.id == want[i]->id, "rooms must be listed newest activity first");
        if (got[i].room.id == want[i]->id) compare_view(user, *want[i], got[i]);
    }
}

void Run::compare_own(UserId user) {
    const auto unread = engine_.ask<UnreadTotals>(
        [&](auto done) { engine_->rooms().unread(caller(user), std::move(done)); });
    UnreadTotals want;
    for (const auto& [id, place] : model_.places) {
        const Person* me = place.person(user);
        if (place.deleted || me == nullptr || !me->active) continue;
        const std::int64_t count = place.unread(user);
        want.total += count;
        if (count > 0) want.rooms.emplace_back(id, count);
        for (const Said& said : place.said) {
            const bool names = said.named.contains(user) || said.named.contains(UserId{});
            if (names && said.sender != user && said.seq > me->read_seq) ++want.mentions;
        }
    }
    if (judge(unread, {})) {
        expect(*unread == want,
               fmt::format("unread: {} and {} mentions, not {} and {}", unread->total,
                           unread->mentions, want.total, want.mentions));
    }
    BookmarkQuery query;
    query.limit = 100;
    const auto bookmarks = engine_.ask<Page<Message>>(
        [&](auto done) { engine_->messages().bookmarks(caller(user), query, std::move(done)); });
    std::vector<MessageId> marked;
    for (auto it = model_.bookmarks.rbegin(); it != model_.bookmarks.rend(); ++it) {
        if (it->first == user && model_.shown(user, it->second) != nullptr)
            marked.push_back(it->second);
    }
    if (judge(bookmarks, {})) {
        std::vector<MessageId> got;
        for (const Message& message : bookmarks->items) got.push_back(message.id);
        expect(got == marked, "bookmarks, the newest first");
    }
    auto inbox = engine_.ask<Page<Notification>>(
        [&](auto done) { engine_->inbox().list(caller(user), {}, 100, std::move(done)); });
    if (!judge(inbox, {})) return;
    // What tells of a deleted room goes with it, some time after it.
    const auto is_going = [&](const auto& one) {
        return one.room && model_.places.at(*one.room).deleted;
    };
    std::vector<Model::Note> notes = model_.inboxes[user];
    std::erase_if(notes, is_going);
    std::erase_if(inbox->items, is_going);
    std::reverse(notes.begin(), notes.end());
    if (notes.size() > 100) notes.resize(100);
    std::string wanted;
    for (const Model::Note& note : notes)
        wanted += fmt::format(" {}:{}", static_cast<int>(note.kind), note.cause);
    expect(inbox->items.size() == notes.size(),
           fmt::format("{} has {} notifications, and must have{}", user.value, inbox->items.size(),
                       wanted));
    for (std::size_t i = 0; i < std::min(notes.size(), inbox->items.size()); ++i) {
        const Notification& one = inbox->items[i];
        expect(one.kind == notes[i].kind && one.actor == notes[i].actor &&
                   one.room == notes[i].room && one.message == notes[i].message,
               fmt::format("notification {} of {}", one.id.value, user.value));
    }
}

void Run::compare_search(UserId user) {
    // "세계" stands inside a longer text; the others differ in case only.
    static constexpr const char* texts[] = {"hello",    "세계", "안녕", "Grüße",
                                            "grÜSSE 2", "京都", "X",    "1"};
    SearchQuery query;
    query.text = texts[draw(std::size(texts))];
    query.limit = 100;
    if (once_in(3)) query.sender = anybody();
    if (once_in(4)) query.type = static_cast<MessageType>(draw(4));
    const std::string folded = text::fold(query.text);
    std::vector<std::pair<const Place*, const Said*>> want;
    for (const auto& [id, place] : model_.places) {
        const Person* me = place.person(user);
        if (place.deleted || me == nullptr || !me->active) continue;
        for (const Said* said : visible(user, place)) {
            const bool concealed = said->content.empty() && said->from &&
                                   model_.hides(place, user, said->from->sender);
            const bool wanted = !said->deleted && !concealed &&
                                (!query.sender || said->sender == *query.sender) &&
                                (!query.type || said->type == *query.type) &&
                                text::fold(said->text()).find(folded) != std::string::npos;
            if (wanted) want.emplace_back(&place, said);
        }
    }
    std::sort(want.begin(), want.end(), [](const auto& left, const auto& right) {
        return left.second->id > right.second->id;
    });
    if (want.size() > 100) want.resize(100);
    const auto got = engine_.ask<Page<Message>>(
        [&](auto done) { engine_->messages().search(caller(user), query, std::move(done)); });
    if (judge(got, {})) {
        expect(got->items.size() == want.size(),
               fmt::format("\"{}\" is found {} times, and must be {} times", query.text,
                           got->items.size(), want.size()));
        for (std::size_t i = 0; i < std::min(want.size(), got->items.size()); ++i)
            compare_message(got->items[i], *want[i].first, *want[i].second, user);
    }
    const std::string title = fmt::format("PPE {}", draw(4));
    const auto rooms = engine_.ask<Page<Room>>(
        [&](auto done) { engine_->rooms().search(caller(user), title, {}, 100, std::move(done)); });
    std::vector<RoomId> found;
    for (const auto& [id, place] : model_.places) {
        const Person* me = place.person(user);
        const bool seen = place.open || (me != nullptr && me->active);
        const bool named = text::fold(place.title).find(text::fold(title)) != std::string::npos;
        if (!place.deleted && !place.direct() && seen && named) found.push_back(id);
    }
    if (!judge(rooms, {})) return;
    std::vector<RoomId> told;
    for (const Room& room : rooms->items) told.push_back(room.id);
    expect(told == found, fmt::format("the groups that {} finds by \"{}\"", user.value, title));
}

void Run::compare_people(UserId user) {
    const auto friends = engine_.ask<Page<Friend>>(
        [&](auto done) { engine_->social().friends(caller(user), {}, 100, std::move(done)); });
    const auto blocks = engine_.ask<Page<Block>>(
        [&](auto done) { engine_->social().blocks(caller(user), {}, 100, std::move(done)); });
    if (!judge(friends, {}) || !judge(blocks, {})) return;
    std::vector<UserId> mine;
    std::vector<UserId> theirs;
    for (const UserId other : model_.everybody) {
        if (model_.friends.contains({user, other})) mine.push_back(other);
        if (model_.blocks.contains({user, other})) theirs.push_back(other);
    }
    const auto users = [](const auto& items) {
        std::vector<UserId> found;
        for (const auto& item : items) found.push_back(item.user);
        return found;
    };
    expect(users(friends->items) == mine, fmt::format("the friends of {}", user.value));
    expect(users(blocks->items) == theirs, fmt::format("whom {} blocks", user.value));
    for (const auto direction : {SocialStore::Direction::in, SocialStore::Direction::out}) {
        const auto got = engine_.ask<Page<FriendRequest>>([&](auto done) {
            engine_->social().requests(caller(user), direction, {}, 100, std::move(done));
        });
        if (!judge(got, {})) return;
        std::vector<FriendRequestId> ids;
        for (const FriendRequest& one : got->items) ids.push_back(one.id);
        std::vector<FriendRequestId> want;
        for (auto it = model_.requests.rbegin(); it != model_.requests.rend(); ++it) {
            const UserId whose =
                direction == SocialStore::Direction::in ? it->receiver : it->sender;
            if (whose == user) want.push_back(it->id);
        }
        expect(ids == want, fmt::format("the requests that wait for {}", user.value));
    }
    const auto known = engine_.ask<std::vector<Recommendation>>([&](auto done) {
        engine_->social().recommendations(caller(user), 0, 100, std::move(done));
    });
    if (!judge(known, {})) return;
    const std::vector<Recommendation> want = model_.recommended(user);
    bool same = known->size() == want.size();
    for (std::size_t i = 0; same && i < want.size(); ++i) {
        same = (*known)[i].user == want[i].user && (*known)[i].depth == want[i].depth &&
               (want[i].depth > 2 || (*known)[i].mutual_friends == want[i].mutual_friends);
    }
    expect(same, fmt::format("whom {} may know", user.value));
}

}  // namespace chatcore::property
