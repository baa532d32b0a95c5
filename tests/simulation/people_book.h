#pragma once
// Whom people block, as they asked and were answered, and which messages must have told somebody:
// what is compared with what they are told.

#include <map>
#include <set>
#include <span>
#include <vector>

#include "chatcore/domain/change.h"
#include "chatcore/domain/outcome.h"

#include "memory_tables.h"
#include "setting.h"

namespace chatcore::simulation {

class PeopleBook {
public:
    explicit PeopleBook(Setting& setting) : setting_(setting) {}

    /// A node, in one of its lives.
    using Where = std::pair<int, int>;

    /// What was asked, to be given back with the answer.
    struct Asked {
        UserId actor;
        UserId other;
        bool present = false;
        int unblocks = 0;  ///< asked before
    };
    Asked block_asked(UserId actor, UserId other, bool present);
    void block_answered(const Asked& asked, Where where, bool done);
    /// Whether the viewer has been answered, at this node, that they block the sender, and nobody
    /// has asked for the contrary since.
    bool surely_blocks(UserId viewer, UserId sender, Where where) const;
    bool ever_blocked(UserId viewer, UserId sender) const {
        return pairs_.contains({viewer, sender});
    }
    bool ever_blocked(UserId viewer) const { return blockers_.contains(viewer); }

    /// What became of changes, whoever hears of it.
    void applied(std::span<const Change> changes, const std::vector<Outcome>& outcomes);
    /// The same, once this life of a node has heard of it.
    void heard(const Life* by, const std::vector<Outcome>& outcomes);
    /// The life is over: what it was about to tell may be lost.
    void ended(const Life* life) { waiting_.erase(life); }
    /// Notifications were given up, as the engine says: none is missed.
    void gave_up() { gave_up_ = true; }

    /// Each notification is there once and says what is so, and none is missing.
    void check_inboxes(const memory::Tables& tables);

private:
    struct Pair {
        int unblocks = 0;
        int unblocks_under_way = 0;
        std::set<Where> answered;
    };
    void check_inbox(const memory::Tables& tables, UserId user);
    void check_told(const memory::Tables& tables, MessageId id);
    void expect(const memory::Tables& tables, const Message& message, UserId receiver,
                NotificationKind kind);

    Setting& setting_;
    std::map<std::pair<UserId, UserId>, Pair> pairs_;
    std::set<UserId> blockers_;
    std::map<const Life*, std::vector<MessageId>> waiting_;  ///< posted by lives that go on
    std::set<std::pair<RoomId, UserId>> left_;               ///< at any time
    std::map<std::pair<RoomId, UserId>, Position> came_;     ///< after the room was opened
    bool gave_up_ = false;
};

}  // namespace chatcore::simulation
