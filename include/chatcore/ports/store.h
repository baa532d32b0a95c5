#pragma once
// Threads:   one call at a time per Store object; the engine opens one for each worker, see
//            store_factory.h.
// Blocking:  yes; called on a worker, never on an I/O thread.
// Lifetime:  what it returns owns its bytes; stores go before their factory.
// Errors:    `unavailable` and `timeout` may be retried with the same batch, and then nothing of
//            it was applied, or all of it; `corrupt` and `newer_schema` may not.
// Checked by: contract/store_contract.h, contract/store_model.h

#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/change.h"
#include "chatcore/domain/outcome.h"
#include "chatcore/limits.h"
#include "chatcore/ports/attachment_store.h"
#include "chatcore/ports/consultation_reader.h"
#include "chatcore/ports/context_store.h"
#include "chatcore/ports/inbox_store.h"
#include "chatcore/ports/lease_store.h"
#include "chatcore/ports/message_reader.h"
#include "chatcore/ports/oversight_store.h"
#include "chatcore/ports/people_store.h"
#include "chatcore/ports/personal_store.h"
#include "chatcore/ports/receipt_store.h"
#include "chatcore/ports/removal_store.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/ports/schedule_store.h"
#include "chatcore/ports/search_reader.h"
#include "chatcore/ports/session_store.h"
#include "chatcore/ports/social_store.h"
#include "chatcore/ports/transfer_store.h"
#include "chatcore/result.h"

namespace chatcore {

/// The bounds that are decided with a change, as they are when its batch is handed over.
struct RuleLimits {
    int receipts_told_members_max = Limits{}.receipts_told_members_max;
    int pins_max = Limits{}.pins_max;
    int reactions_max = Limits{}.reactions_max;

    static RuleLimits of(const Limits& limits) {
        return {limits.receipts_told_members_max, limits.pins_max, limits.reactions_max};
    }
};

/// Changes to be applied together. `worker` and `number` name the batch for ever: the number rises
/// by one for each new batch of a worker, and the try after an unknown commit carries the same.
struct Batch {
    std::int64_t worker{};  ///< drawn at random when a journal shard starts; 53 bits
    std::int64_t number{};
    bool retry = false;  ///< this number was tried before
    std::span<const Change> changes;
    RuleLimits limits = {};
};

/// A new group with its first members, all at position 0.
struct NewGroup {
    UserId owner;
    std::string title;
    bool open = false;
    std::optional<Context> context;
    std::string metadata;
    std::string image_url;
    std::vector<UserId> members;  ///< without the owner, without repeats, at most 499
};

/// Somebody asks another for a consultation.
struct NewConsultation {
    UserId requester;
    UserId recipient;
    std::string title;
    std::optional<Timestamp> scheduled_at;
    std::optional<ClientKey> key = {};  ///< names the request, of this requester
    std::uint64_t digest = 0;           ///< of the request as it was made; where there is a key
};

struct Opened {
    Room room;
    bool created = false;

    bool operator==(const Opened&) const = default;
};

/// Durable state. The one place where conflicts are decided.
class Store {
public:
    /// What a store is made of besides its writes; members of the adapter's class.
    struct Parts {
        RoomReader& rooms;
        MessageReader& messages;
        SearchReader& search;
        PeopleStore& people;
        SessionStore& sessions;
        ScheduleStore& schedules;
        LeaseStore& leases;
        SocialStore& social;
        InboxStore& inbox;
        AttachmentStore& attachments;
        OversightStore& oversight;
        ContextStore& contexts;
        RemovalStore& removals;
        PersonalStore& personal;
        ReceiptStore& receipts;
        TransferStore& transfer;
        ConsultationReader& consultations;
    };

    virtual ~Store() = default;

    /// Applies a batch in one transaction and answers each change in order. When it returns, the
    /// batch is durable. A change that was applied before is answered `replayed` (by batch) or
    /// `duplicate_of` (by actor and client key) and changes nothing. A refused change leaves the
    /// others alone. Positions: within a room they rise in the order of commits. An empty batch is
    /// an empty answer.
    virtual Result<std::vector<Outcome>> apply(const Batch& batch) = 0;

    /// Gives the direct room of two people and a context, made at `now` if there was none. Two
    /// callers at once get the same room. A room that was there is given as it is, whoever has left
    /// it. `room_deleted` where there was none and its context was removed.
    virtual Result<Opened> open_direct(const DirectKey& key, UserId opener, Timestamp now) = 0;
    /// Makes all of them, in this order, or none. `not_found` (attachment) or `invalid_value`
    /// (imageUrl) where the picture of one is an upload that is not its owner's, or no image;
    /// `room_deleted` where the context of one was removed.
    virtual Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups,
                                                  Timestamp now) = 0;
    /// Gives the one shared group about `group.context`, which it must have; made of `group` if
    /// there was none, or the one that there was is deleted. Two callers at once get the same room.
    /// Other groups about the context are no shared one. `room_deleted` as for open_direct.
    virtual Result<Opened> open_shared(const NewGroup& group, Timestamp now) = 0;
    /// Opens a direct room about itself: a pending consultation, another one at each call, but one
    /// for each key of a requester: a repeat is given the first as it is now. `key_reused` where
    /// its digest was another; `room_deleted` where the first was deleted since.
    virtual Result<Opened> open_consultation(const NewConsultation& asked, Timestamp now) = 0;
    Result<Room> open_group(const NewGroup& group, Timestamp now) {
        Result<std::vector<Room>> made = open_groups({&group, 1}, now);
        if (!made) return unexpected(made.error());
        return std::move(made->front());
    }

    RoomReader& rooms() { return parts_.rooms; }
    MessageReader& messages() { return parts_.messages; }
    SearchReader& search() { return parts_.search; }
    PeopleStore& people() { return parts_.people; }
    SessionStore& sessions() { return parts_.sessions; }
    ScheduleStore& schedules() { return parts_.schedules; }
    LeaseStore& leases() { return parts_.leases; }
    SocialStore& social() { return parts_.social; }
    InboxStore& inbox() { return parts_.inbox; }
    AttachmentStore& attachments() { return parts_.attachments; }
    OversightStore& oversight() { return parts_.oversight; }
    ContextStore& contexts() { return parts_.contexts; }
    RemovalStore& removals() { return parts_.removals; }
    PersonalStore& personal() { return parts_.personal; }
    ReceiptStore& receipts() { return parts_.receipts; }
    TransferStore& transfer() { return parts_.transfer; }
    ConsultationReader& consultations() { return parts_.consultations; }
    /// All of them, for a store that wraps another.
    const Parts& parts() const { return parts_; }

protected:
    explicit Store(const Parts& parts) : parts_(parts) {}

private:
    Parts parts_;
};

}  // namespace chatcore
