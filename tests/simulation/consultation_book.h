#pragma once
// How consultations have gone on, by what the store has decided: what is compared with what may be,
// with the archive, and with what people were told.

#include <map>
#include <set>
#include <span>

#include "chatcore/adapters/memory_blobs.h"
#include "chatcore/domain/change.h"
#include "chatcore/domain/outcome.h"

#include "memory_tables.h"
#include "setting.h"

namespace chatcore::simulation {

class ConsultationBook {
public:
    explicit ConsultationBook(Setting& setting) : setting_(setting) {}

    BlobStore& blobs() { return blobs_; }

    void opened(const Room& room);
    /// What became of changes, with the tables as they are then: no step but those that may be, no
    /// message outside of the two states, and the archive before the end.
    void decided(std::span<const Change> changes, const std::vector<Outcome>& outcomes,
                 const memory::Tables& tables);
    /// Somebody was told that it is completed.
    void ended(RoomId room) { ended_.insert(room); }

    /// What was told is so, each archive is whole still, and no snapshot is left of what has ended.
    void check(const memory::Tables& tables);

private:
    void move(RoomId room, ConsultationState to);
    /// `alone`: nothing was decided together with its end.
    void check_archive(RoomId room, const memory::Tables& tables, bool alone);

    Setting& setting_;
    MemoryBlobs blobs_;
    std::map<RoomId, ConsultationState> states_;
    std::set<RoomId> ended_;
};

}  // namespace chatcore::simulation
