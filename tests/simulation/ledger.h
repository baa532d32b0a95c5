#pragma once
// What was promised to somebody, and what anybody has seen: the book that the end is compared with.

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "chatcore/adapters/memory_store.h"
#include "chatcore/domain/event.h"
#include "chatcore/ports/store.h"

#include "consultation_book.h"
#include "memory_tables.h"
#include "people_book.h"
#include "schedule_book.h"
#include "setting.h"

namespace chatcore::simulation {

/// A call of a use case, and how often it was answered.
struct Call {
    std::string what;
    int node = 0;
    int life = 0;           ///< which incarnation of the node was asked
    bool may_drop = false;  ///< answers of a connection that has gone are dropped
    int answers = 0;
};

/// A removal of a context as it was asked for: how often it had been registered then, and which
/// rooms were open about it.
struct ContextRemoval {
    int puts = 0;  ///< -1: one of them was not answered, and may be done later than the removal
    std::vector<RoomId> rooms;
};

class Ledger {
public:
    Ledger(Setting& setting, std::shared_ptr<MemoryDatabase> database, ScheduleBook& schedules,
           PeopleBook& people, ConsultationBook& consultations);

    /// The store without faults: the truth.
    Store& truth() { return *truth_; }
    ScheduleBook& schedules() { return schedules_; }
    PeopleBook& people() { return people_; }
    ConsultationBook& consultations() { return consultations_; }

    // Calls.
    std::size_t called(Call call);
    void answered(std::size_t call);
    /// Every call that was made of an incarnation that still lives must have been answered.
    void check_calls(const std::vector<int>& lives);
    /// The connection of these calls has gone.
    void may_drop(std::size_t call) { calls_[call].may_drop = true; }

    // What was acknowledged.
    void posted(UserId user, const ClientKey& key, const std::string& text, const Message& message);
    void edited(UserId user, const std::string& text, const Message& message);
    void deletion_asked(MessageId message) { ++deletions_asked_[message]; }
    void deleted(const Message& message);
    void deletion_refused(MessageId message, ErrorCode code);
    void opened(const DirectKey& key, RoomId room);
    /// The room was given as the shared group of the context.
    void shared(const Context& context, RoomId room) { shared_[context].insert(room); }
    void room_deleted(RoomId room);
    bool is_deleted(RoomId room);
    void context_put(const Context& context) { ++puts_[context]; }
    void context_put_answered(const Context& context) { ++puts_answered_[context]; }
    ContextRemoval removal_asked(const Context& context);
    void removed(const Context& context, const ContextRemoval& removal);
    /// How often it had been registered when it was removed, where that was answered and nobody has
    /// registered it again.
    std::optional<int> removal_of(const Context& context);
    /// A room was opened, by who asked for it after the context was removed.
    void opened_after(const Context& context, int puts, RoomId room);

    // What was told.
    /// Nothing is told before it is durable, and the same change looks the same to everybody.
    void told(const RoomEvent& event, UserId viewer);
    /// What leaves a node for a person shows nobody whom they block there.
    void check_shown(const RoomEvent& event, UserId viewer, PeopleBook::Where where);
    void check_shown(RoomId room, const Preview& preview, UserId viewer, PeopleBook::Where where);
    void told(RoomId room, const State& state);

    /// The store at the end: everything acknowledged is there, once.
    void check_store(const std::vector<UserId>& people);
    /// All rooms of the people, whoever is still in them.
    std::vector<RoomId> rooms_of(const std::vector<UserId>& people);

private:
    void check_room(RoomId room);
    void check_deleted(const memory::Tables& tables);
    void check_messages(RoomId room, const std::vector<Message>& messages, const Room& header);

    Setting& setting_;
    ScheduleBook& schedules_;
    std::shared_ptr<MemoryDatabase> database_;
    PeopleBook& people_;
    ConsultationBook& consultations_;
    std::unique_ptr<Store> truth_;
    std::vector<Call> calls_;

    struct Posted {
        UserId user;
        std::string text;
        RoomId room;
    };
    std::map<MessageId, Posted> posted_;
    std::map<std::pair<UserId, ClientKey>, MessageId> keys_;
    std::map<MessageId, std::pair<std::int32_t, std::string>> edited_;  ///< count and text
    std::set<MessageId> deleted_;
    std::map<MessageId, int> deletions_asked_;
    std::map<DirectKey, RoomId> direct_;
    std::map<Context, std::set<RoomId>> shared_;
    std::map<Context, int> puts_;  ///< asked for
    std::map<Context, int> puts_answered_;
    std::map<Context, int> removed_;  ///< and how often it had been registered then
    std::set<RoomId> seen_rooms_;
    std::unordered_map<std::string, std::size_t> looks_;
    std::set<std::string> stored_texts_;
};

}  // namespace chatcore::simulation
