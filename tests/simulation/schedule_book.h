#pragma once
// What was claimed, refused and cancelled of scheduled messages: the book that what was posted is
// compared with at the end.

#include <map>
#include <set>

#include "chatcore/domain/outcome.h"
#include "chatcore/ports/schedule_store.h"

#include "memory_tables.h"
#include "setting.h"

namespace chatcore::simulation {

class ScheduleBook {
public:
    explicit ScheduleBook(Setting& setting) : setting_(setting) {}

    /// An occurrence as it is from now on: it was due, and the same whenever it is claimed.
    void claimed(const Schedule& schedule, Timestamp now);
    /// Whether the post was applied before, under this key.
    bool knows(const ClientKey& key) const { return applied_.contains(key); }
    /// What became of changes, as the store decided it.
    void decided(std::span<const Change> changes, const std::vector<Outcome>& outcomes);
    void cancel_asked(ScheduleId schedule) { cancels_asked_.insert(schedule); }
    void cancelled(const Schedule& schedule);

    /// Each occurrence that is over was posted exactly once, as it was claimed and not before its
    /// time, or its sender was no longer in the room, or stood behind a block; and nothing else
    /// was.
    void check(const memory::Tables& tables, Timestamp now);

private:
    void check(const Schedule& schedule, Timestamp now, bool room_deleted);
    void check(const Message& message, const memory::Tables& tables);

    Setting& setting_;
    std::map<ClientKey, Schedule> claimed_;
    std::set<ClientKey> applied_;
    std::set<ClientKey> refused_;
    /// Of those that were refused: where the room does not take messages any more, too.
    std::set<ClientKey> blocked_;
    std::set<ScheduleId> cancels_asked_;
    std::set<ScheduleId> cancelled_;
    std::map<ClientKey, int> posted_;
};

}  // namespace chatcore::simulation
