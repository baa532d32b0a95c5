#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `not_a_member` (also for a room that does not exist), `room_deleted`, `unavailable`,
//            `timeout`, `corrupt`.
// Checked by: contract/store_contract.h, contract/store_model.h

#include <optional>
#include <string>

#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// What to search for. Absent members do not choose.
struct SearchQuery {
    std::string text;  ///< folded (`text::fold`), not empty
    std::optional<RoomId> room = {};
    std::optional<UserId> sender = {};
    std::optional<MessageType> type = {};
    std::optional<Timestamp> from = {};   ///< posted then or later
    std::optional<Timestamp> until = {};  ///< posted before
    MessageId before{id_max};             ///< goes on below it
    int limit = 50;
};

/// Finding by text; what is in a text is said in search_text.h.
class SearchReader {
public:
    virtual ~SearchReader() = default;

    /// Messages that have the text in them, newest first: of one room, or of all rooms that the
    /// viewer is in; without what rules/concealment.h hides. What was applied is found at once.
    virtual Result<Page<Message>> messages(const SearchQuery& query,
                                           std::optional<UserId> viewer) = 0;
    /// Groups whose title has the text in it (both folded): those that the viewer is in, and open
    /// ones, which show no last message to who is not in them; by id, above `after`.
    virtual Result<Page<Room>> rooms(UserId viewer, const std::string& folded, RoomId after,
                                     int limit) = 0;
};

}  // namespace chatcore
