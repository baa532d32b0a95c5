#pragma once
// What the parts that deal with consultations share: how they are told, where they are kept, and
// how messages look in a transcript. Threads: any; it does not change after its making.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chatcore/consultations.h"
#include "chatcore/ports/time_zones.h"

#include "blob_pool.h"
#include "node.h"
#include "transcript.h"

namespace chatcore {

struct ConsultationDesk {
    Node& node;
    ConsultationOptions options;
    TranscriptLayout layout;
    const TimeZones& zones;
    std::string zone;                 ///< one that `zones` knows
    std::shared_ptr<BlobPool> blobs;  ///< may be nullptr; as the uploads'

    /// The options are sound, see `check`.
    ConsultationDesk(Node& of, ConsultationOptions chosen, const TimeZones* known);

    LocalTime local(Timestamp at) const;
    std::string archive_name(RoomId room) const;
    std::string snapshot_name(RoomId room, LocalTime at) const;
    /// What the names of the consultation's snapshots begin with, and no other's.
    std::string snapshot_prefix(RoomId room) const;
    std::string hot_key(RoomId room) const;

    TranscriptHead head(const Room& room) const;
    TranscriptEntry entry(Utterance said) const;
    /// Without tombstones. On a worker.
    std::vector<Utterance> utterances(Store& store, std::span<const Message> messages) const;
    ConsultationView view(Store& store, Room room) const;
    std::vector<ConsultationView> views(Store& store, std::vector<Room> rooms) const;
    /// All that was said, oldest first; `too_large` (messages) beyond the bound.
    Result<std::vector<Utterance>> everything(Store& store, RoomId room, int messages_max) const;
};

/// The room, where it is a consultation: `not_found` (consultation), `room_deleted`.
Result<Room> consultation_in(Store& store, RoomId id);

/// What was written in a message, or forwarded, and below it what was shown.
std::string what_was_said(const Message& message);

/// How many messages are read at once.
inline constexpr int transcript_page = 100;

}  // namespace chatcore
