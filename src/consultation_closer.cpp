#include "consultation_closer.h"

#include <fmt/format.h>

#include "submit.h"

namespace chatcore {

namespace {

/// So long the others wait for a node that died while it ended a consultation.
constexpr std::chrono::milliseconds lease_ttl{15'000};
/// How often it is archived anew because something was said meanwhile.
constexpr int tries_max = 5;

}  // namespace

Status remove_snapshots(const ConsultationDesk& desk, RoomId room) {
    BlobStore& blobs = desk.blobs->store();
    for (;;) {
        Result<BlobPage> page = blobs.list(desk.snapshot_prefix(room), "", 100);
        if (!page) return unexpected(page.error());
        for (const BlobInfo& snapshot : page->items) {
            if (Status status = blobs.remove(snapshot.name); !status) return status;
        }
        if (!page->has_more) return {};
    }
}

ConsultationCloser::ConsultationCloser(ConsultationDesk& desk, HotCopies& copies)
    : desk_(desk), copies_(copies), writer_(desk), owner_(desk.node.lease_owner()) {}

void ConsultationCloser::close(Caller caller, RoomId room, Completion<Room> done) {
    auto closing = std::make_shared<Closing>();
    closing->caller = caller;
    closing->room = room;
    closing->done = std::move(done);
    begin(std::move(closing));
}

void ConsultationCloser::close_idle(RoomId room, Position said_at, Completion<Room> done) {
    auto closing = std::make_shared<Closing>();
    closing->caller = Caller{.user = {}, .home = 0};
    closing->room = room;
    closing->idle_since = said_at;
    closing->done = std::move(done);
    begin(std::move(closing));
}

void ConsultationCloser::begin(ClosingPtr closing) {
    desk_.node.pool.write([this, closing = std::move(closing)](Store& store) {
        Status held = hold(store, *closing);
        if (held) return archive(closing);
        desk_.node.answer<Room>(closing->caller.home, std::move(closing->done),
                                unexpected(held.error()));
    });
}

Status ConsultationCloser::hold(Store& store, Closing& closing) {
    Result<Room> room = consultation_in(store, closing.room);
    if (!room) return unexpected(room.error());
    if (!closing.idle_since && !room->consultation->is_party(closing.caller.user))
        return unexpected(ErrorCode::not_a_member);
    if (!is_active(*room->consultation)) return unexpected(ErrorCode::wrong_state, "consultation");
    if (closing.idle_since && room->consultation->said_at != *closing.idle_since)
        return unexpected(ErrorCode::conflict, "consultation");
    {
        const std::lock_guard lock(mutex_);
        if (!closing_.insert(closing.room).second)
            return unexpected(ErrorCode::conflict, "consultation");
    }
    closing.fence.lease = fmt::format("consultation:{}", closing.room.value);
    const Timestamp now = desk_.node.clock.now();
    Result<std::optional<std::int64_t>> token =
        store.leases().acquire(closing.fence.lease, owner_, now, lease_ttl);
    if (token && *token) {
        closing.fence.token = **token;
        closing.held_until = (now + lease_ttl).time_since_epoch().count();
        return {};
    }
    const std::lock_guard lock(mutex_);
    closing_.erase(closing.room);
    return token ? unexpected(ErrorCode::conflict, "consultation") : unexpected(token.error());
}

bool ConsultationCloser::goes(const ClosingPtr& closing) {
    const std::int64_t left =
        closing->held_until - desk_.node.clock.now().time_since_epoch().count();
    if (left < lease_ttl.count() / 2) {
        desk_.node.pool.write([this, closing](Store& store) {
            const Timestamp now = desk_.node.clock.now();
            const Result<bool> renewed =
                store.leases().renew(closing->fence, owner_, now, lease_ttl);
            if (renewed && *renewed)
                closing->held_until = (now + lease_ttl).time_since_epoch().count();
        });
    }
    return left > lease_ttl.count() / 10;
}

void ConsultationCloser::archive(ClosingPtr closing) {
    desk_.node.pool.read([this, closing = std::move(closing)](Store& store) mutable {
        Result<Room> room = consultation_in(store, closing->room);
        if (!room) return finish(std::move(closing), unexpected(room.error()));
        if (room->totals.all == 0) {
            closing->written = {room->consultation->said_at, false};
            return clear(std::move(closing));
        }
        if (!desk_.blobs)
            return finish(std::move(closing), unexpected(ErrorCode::unavailable, "blob"));
        writer_.write(
            closing->room, desk_.archive_name(closing->room),
            [this, closing] { return goes(closing); },
            [this, closing](const Result<TranscriptWriter::Written>& written) {
                archived(closing, written);
            });
    });
}

void ConsultationCloser::archived(const ClosingPtr& closing,
                                  const Result<TranscriptWriter::Written>& written) {
    if (!written) {
        // Whatever is wrong with the store of blobs, it is not what was asked.
        const bool away = written.error().detail == "blob";
        return finish(closing, away ? unexpected(ErrorCode::unavailable, "blob")
                                    : unexpected(written.error()));
    }
    closing->written = *written;
    clear(closing);
}

void ConsultationCloser::clear(ClosingPtr closing) {
    copies_.drop(closing->room, [this, closing] {
        if (!desk_.blobs) return complete(closing);
        desk_.blobs->next_worker().post([this, closing] {
            Status cleared = clear_blobs(*closing);
            if (!cleared) return finish(closing, unexpected(cleared.error()));
            complete(closing);
        });
    });
}

Status ConsultationCloser::clear_blobs(const Closing& closing) {
    if (Status status = remove_snapshots(desk_, closing.room); !status) return status;
    // An ending that did not come to its end may have archived what is deleted now.
    return closing.written.any ? Status{}
                               : desk_.blobs->store().remove(desk_.archive_name(closing.room));
}

void ConsultationCloser::complete(ClosingPtr closing) {
    submit(desk_.node, closing->caller, closing->room,
           CompleteConsultation{closing->written.said_at, closing->idle_since.has_value()},
           [this, closing](Result<Outcome> outcome) { completed(closing, std::move(outcome)); });
}

void ConsultationCloser::completed(const ClosingPtr& closing, Result<Outcome> outcome) {
    Result<Room> room = state_of<Room>(std::move(outcome));
    if (room) return finish(closing, std::move(room));
    const Error why = room.error();
    const bool again = why.code == ErrorCode::conflict && !closing->idle_since;
    if (again && ++closing->tries < tries_max) return archive(closing);
    if (why.code != ErrorCode::wrong_state || !closing->written.any)
        return finish(closing, unexpected(why));
    // Somebody whose lease had followed on ours was quicker. Our archive may have replaced theirs,
    // and may be the older one; nothing is said any more, so now it is made of everything.
    writer_.write(closing->room, desk_.archive_name(closing->room), {},
                  [this, closing, why](const Result<TranscriptWriter::Written>&) {
                      finish(closing, unexpected(why));
                  });
}

void ConsultationCloser::finish(ClosingPtr closing, Result<Room> result) {
    desk_.node.pool.write([this, closing = std::move(closing),
                           result = std::move(result)](Store& store) mutable {
        // Else it ends by itself.
        static_cast<void>(store.leases().release(closing->fence));
        {
            const std::lock_guard lock(mutex_);
            closing_.erase(closing->room);
        }
        desk_.node.answer<Room>(closing->caller.home, std::move(closing->done), std::move(result));
    });
}

}  // namespace chatcore
