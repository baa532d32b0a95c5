#pragma once
// Consultations: one person asks another for a talk; it is approved, held, and ended with a
// transcript in the archive.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/change.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/ports/consultation_reader.h"
#include "chatcore/task.h"

namespace chatcore {

struct ConsultationDesk;
class ConsultationCloser;

/// How consultations are told and kept; the times and bounds are in limits.h. Of names,
/// `{requestIdx}` stands for the consultation's number, and `{time}` for the moment
/// (`yyyyMMddHHmmss`).
struct ConsultationOptions {
    /// Whose clock transcripts and hot copies show; UTC where no TimeZones know it.
    std::string time_zone = "Asia/Seoul";
    /// The layout of transcripts, see docs/consultations.md; empty: the Korean one.
    std::string transcript_template;
    std::string archive_name = "archive/chat_{requestIdx}_final.txt";
    std::string snapshot_name = "temp/chat_{requestIdx}_snapshot_{time}.txt";
    std::string hot_key = "chat:room:{requestIdx}";
};

/// `invalid_value` where they cannot be used, with the name of the field; the cause says why.
Status check(const ConsultationOptions& options);

struct ConsultationRequest {
    UserId recipient;                       ///< 0: whom the code below names
    std::string title;                      ///< as a room's; empty: none
    std::optional<Timestamp> scheduled_at;  ///< the time that is asked for
    std::string recipient_code = {};        ///< an external id, else a user id in decimal
    /// A repeat under the same key, by the same person, is answered with the first. Without one
    /// each request is another.
    std::optional<ClientKey> key = {};
};

/// A consultation with what its two people are called. Its number is the room's id.
struct ConsultationView {
    Room room;                   ///< `room.consultation` is set
    std::string requester_code;  ///< the external id, or the user id in decimal
    std::string recipient_code;

    bool operator==(const ConsultationView&) const = default;
};

/// One message as transcripts and hot copies show it.
struct Utterance {
    std::string sender_code;  ///< the external id, or the user id in decimal
    std::string sender_name;  ///< the nickname; the code where it is not known
    std::string content;      ///< what was written or forwarded; below it the names of files
    Timestamp sent_at;

    bool operator==(const Utterance&) const = default;
};

/// Errors, of all that name a consultation: `not_found` (consultation), `room_deleted`,
/// `not_a_member` for who is neither of the two people; those that read take admins as well.
class Consultations {
public:
    Consultations(ConsultationDesk& desk, ConsultationCloser& closer)
        : desk_(desk), closer_(closer) {}

    /// Asks for one: a direct room about itself, pending. Errors: `not_found` (user), `self_room`,
    /// `blocked`, `in_the_past`, `too_long`, `malformed`, `invalid_value` (title), `too_many`;
    /// `key_reused`, `room_deleted` (of a key whose consultation was deleted since).
    void request(Caller caller, ConsultationRequest request, Completion<ConsultationView> done);
    /// The recipient agrees, to the time asked for or another, or does not; the requester takes it
    /// back. Each is answered with what it led to, also where others have gone on from there.
    /// Errors: `forbidden`, `wrong_state`, `in_the_past`, `not_a_member` also for who has
    /// left.
    void approve(Caller caller, RoomId room, std::optional<Timestamp> scheduled_at,
                 Completion<ConsultationView> done);
    void reject(Caller caller, RoomId room, Completion<ConsultationView> done);
    void cancel(Caller caller, RoomId room, Completion<ConsultationView> done);
    /// Either of the two ends it, also who has left. First the transcript is written into the
    /// archive (nothing where nothing was said), then the hot copy and the snapshots go, then it is
    /// completed. Whatever is cut off in between is done again by the next call, or by the cleaner.
    /// Errors: `wrong_state`; `unavailable` (blob): the archive cannot be written, nothing was
    /// deleted, and it goes on; `conflict`: somebody else is ending it, or too much is being said.
    void end(Caller caller, RoomId room, Completion<ConsultationView> done);

    void find(Caller caller, RoomId room, Completion<ConsultationView> done);
    /// One's own, the newest first. `malformed` (limit).
    void list(Caller caller, ConsultationQuery query, Completion<Page<ConsultationView>> done);
    /// All that was said, oldest first; `too_large` (messages) beyond
    /// `limits.consultation_messages_max`.
    void messages(Caller caller, RoomId room, Completion<std::vector<Utterance>> done);
    /// The transcript as it would be archived now. `too_large` as above.
    void transcript(Caller caller, RoomId room, Completion<std::string> done);
    /// How many bytes the archived transcript of a completed one has. `not_found` (archive) where
    /// there is none. Admins have it of one that was deleted as well.
    void archive(Caller caller, RoomId room, Completion<std::int64_t> done);
    /// Up to `size_max` bytes of it from `offset` on, fewer only at its end; who may have it was
    /// asked before.
    void read_archive(int home, RoomId room, std::int64_t offset, std::size_t size_max,
                      Completion<std::string> done);

    /// A message of that consultation as transcripts show it.
    static Utterance utterance(const ConsultationView& view, const Message& message);
    /// What one of its people is called by: their code.
    static std::string code_of(const ConsultationView& view, UserId user);

    /// A time as the configured zone's clock shows it, `yyyy-MM-dd HH:mm:ss`.
    std::string local_text(Timestamp at) const;
    /// And back; nullopt for what is none.
    std::optional<Timestamp> from_local_text(std::string_view text) const;

private:
    void step(Caller caller, RoomId room, StepConsultation what, Completion<ConsultationView> done);
    /// What a step has made of it, whatever others have made of it since.
    void show(Caller caller, Result<Room> moved, Completion<ConsultationView> done);

    ConsultationDesk& desk_;
    ConsultationCloser& closer_;
};

}  // namespace chatcore
