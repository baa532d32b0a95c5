#include "chatcore/rules/import_rules.h"

#include <algorithm>
#include <type_traits>

#include "account_rules.h"

namespace chatcore {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class IdType>
void raise(IdType& used, IdType to) {
    used = std::max(used, to);
}

bool is_id(std::int64_t value) {
    return value > 0 && value <= id_max;
}

}  // namespace

Unexpected refuse_record(ErrorCode code, std::string_view kind, std::string sentence) {
    return unexpected(code, std::string(kind), std::move(sentence));
}

ImportRules::Key ImportRules::key_of(const Record& record) {
    const auto one = [](auto id) { return Key{{}, {}, id.value, 0}; };
    const auto two = [](auto first, auto second) { return Key{{}, {}, first.value, second.value}; };
    return std::visit(
        Overloaded{
            [&](const Account& it) { return one(it.profile.id); },
            [&](const ContextRecord& it) { return Key{it.context.type, it.context.id, 0, 0}; },
            [&](const RoomRecord& it) { return one(it.room.id); },
            [&](const Member& it) { return two(it.room, it.user); },
            [&](const MessageRecord& it) { return one(it.message.id); },
            [&](const Schedule& it) { return one(it.id); },
            [&](const FriendshipRecord& it) { return two(it.low, it.high); },
            [&](const FriendRequest& it) { return one(it.id); },
            [&](const BlockRecord& it) { return two(it.user, it.blocked); },
            [&](const BlockMoves::Move& it) { return one(it.user); },
            [&](const NotificationRecord& it) { return two(it.receiver, it.notification.id); },
            [&](const BookmarkRecord& it) { return two(it.user, it.message); },
            [&](const Upload& it) { return one(it.id); },
            [&](const UploadUseRecord& it) { return two(it.upload, it.message); },
            [&](const DeliveryPointer& it) { return two(it.room, it.user); },
            [&](const Report& it) { return one(it.id); },
            [&](const CountersRecord&) { return Key{}; },
        },
        record);
}

void ImportRules::note(const Record& record) {
    std::visit(
        Overloaded{
            [&](const Account& it) { raise(used_.user, it.profile.id); },
            [&](const ContextRecord& it) { raise(used_.position.value, it.cut.value); },
            [&](const RoomRecord& it) {
                raise(used_.position.value, it.room.id.value);
                raise(used_.position, std::max(it.room.head, it.room.changed_at));
            },
            [&](const Member& it) {
                raise(used_.position, std::max(it.changed_at, it.read_position));
            },
            [&](const MessageRecord& it) {
                raise(used_.position, std::max(position_of(it.message.id), it.message.changed_at));
            },
            [&](const Schedule& it) { raise(used_.schedule, it.id); },
            [&](const FriendRequest& it) { raise(used_.friend_request, it.id); },
            [&](const BlockMoves::Move& it) { raise(used_.block, it.number); },
            [&](const NotificationRecord& it) { raise(used_.notification, it.notification.id); },
            [&](const BookmarkRecord& it) { raise(used_.bookmark, it.id); },
            [&](const Report& it) { raise(used_.report, it.id); },
            [](const auto&) {},
        },
        record);
}

Status ImportRules::check(const CountersRecord& counters) const {
    const bool covers =
        counters.position >= used_.position && counters.user >= used_.user &&
        counters.schedule >= used_.schedule && counters.friend_request >= used_.friend_request &&
        counters.notification >= used_.notification && counters.bookmark >= used_.bookmark &&
        counters.report >= used_.report && counters.block >= used_.block;
    if (covers) return {};
    return refuse_record(ErrorCode::conflict, "counters", "a counter is below what is used");
}

Status ImportRules::take(const Record& record) {
    const std::string_view kind = record_kind_names[record.index()];
    const Key key = key_of(record);
    const bool texts = std::holds_alternative<ContextRecord>(record);
    const bool counters = std::holds_alternative<CountersRecord>(record);
    const bool named = texts ? !key.type.empty() && !key.id.empty() : is_id(key.first);
    const auto* account = std::get_if<Account>(&record);
    if (account != nullptr) {
        const std::string& code = account->profile.external_id;
        if (names_an_id(code))
            return refuse_record(ErrorCode::invalid_value, kind,
                                 "its external id " + code + " is all digits, as ids of users are");
    }
    const auto* friends = std::get_if<FriendshipRecord>(&record);
    if (friends != nullptr && friends->low >= friends->high)
        return refuse_record(ErrorCode::invalid_value, kind,
                             "the first of the two is not the lower");
    if (!counters && (!named || key.second < 0 || key.second > id_max))
        return refuse_record(ErrorCode::invalid_value, kind, "its key is none");
    if (record.index() < kind_)
        return refuse_record(ErrorCode::conflict, kind, "records of its kind were over already");
    if (record.index() > kind_) last_.reset();
    kind_ = record.index();
    if (last_ && *last_ == key)
        return refuse_record(ErrorCode::conflict, kind, "there is a second one of its key");
    if (last_ && key < *last_)
        return refuse_record(ErrorCode::conflict, kind, "it is out of order");
    last_ = key;
    if (!counters) {
        note(record);
        return {};
    }
    counted_ = true;
    return check(std::get<CountersRecord>(record));
}

Status ImportRules::finished() const {
    if (counted_) return {};
    return refuse_record(ErrorCode::conflict, "counters", "there are none");
}

}  // namespace chatcore
