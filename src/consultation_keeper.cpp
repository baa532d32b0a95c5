#include "consultation_keeper.h"

#include <algorithm>
#include <charconv>

namespace chatcore {

namespace {

constexpr const char* lease_name = "consultations";
/// Consultations, and snapshots, that are read at once.
constexpr int page_size = 100;

}  // namespace

ConsultationKeeper::ConsultationKeeper(ConsultationDesk& desk, ConsultationCloser& closer,
                                       Executor& timer)
    : desk_(desk),
      closer_(closer),
      timer_(timer),
      writer_(desk),
      owner_(desk.node.lease_owner()),
      fence_{lease_name, 0} {}

std::chrono::milliseconds ConsultationKeeper::interval(Work work) const {
    const Limits& limits = desk_.node.limits;
    return work == Work::snapshots ? limits.consultation_snapshot_interval
                                   : limits.consultation_clean_interval;
}

void ConsultationKeeper::start() {
    if (desk_.blobs) schedule(Work::snapshots);
    schedule(Work::cleaning);
}

void ConsultationKeeper::stop() {
    if (fence_.token == 0) return;
    // Else it ends by itself.
    static_cast<void>(desk_.node.pool.writer_store(0).leases().release(fence_));
}

void ConsultationKeeper::schedule(Work work) {
    if (interval(work).count() <= 0) return;
    timer_.post_after(interval(work), [this, work] {
        if (working_.insert(work).second) begin(work);
        schedule(work);
    });
}

Status ConsultationKeeper::hold_lease(Store& store) {
    // Until two turns were missed.
    std::chrono::milliseconds ttl = interval(Work::cleaning);
    if (interval(Work::snapshots) > ttl || ttl.count() <= 0) ttl = interval(Work::snapshots);
    ttl *= 2;
    const Timestamp now = desk_.node.clock.now();
    if (fence_.token != 0) {
        Result<bool> renewed = store.leases().renew(fence_, owner_, now, ttl);
        if (!renewed) return unexpected(renewed.error());
        if (*renewed) return {};
        fence_.token = 0;
    }
    Result<std::optional<std::int64_t>> token =
        store.leases().acquire(lease_name, owner_, now, ttl);
    if (!token) return unexpected(token.error());
    if (!*token) return unexpected(ErrorCode::conflict, "lease");
    fence_.token = **token;
    return {};
}

void ConsultationKeeper::begin(Work work) {
    auto round = std::make_shared<Round>();
    round->work = work;
    desk_.node.pool.write([this, round](Store& store) {
        const bool held = hold_lease(store).has_value();
        timer_.post([this, round, held] {
            if (held) return read_page(round);
            working_.erase(round->work);
        });
    });
}

void ConsultationKeeper::read_page(RoundPtr round) {
    desk_.node.pool.read([this, round = std::move(round)](Store& store) {
        Result<std::vector<Room>> page = store.consultations().active(round->after, page_size);
        timer_.post([this, round, page = std::move(page)]() mutable {
            // What is left out is found by the next round.
            if (!page) return end(round);
            round->page = std::move(*page);
            round->next = 0;
            round->last = std::ssize(round->page) < page_size;
            for (const Room& room : round->page) {
                round->seen.insert(room.id);
                round->after = room.id;
            }
            go_on(round);
        });
    });
}

void ConsultationKeeper::later(RoundPtr round) {
    timer_.post([this, round = std::move(round)]() mutable { go_on(std::move(round)); });
}

void ConsultationKeeper::go_on(RoundPtr round) {
    while (round->next < round->page.size()) {
        const Room& room = round->page[round->next++];
        if (round->work == Work::snapshots && wants_snapshot(room))
            return snapshot(std::move(round), room);
        if (round->work == Work::cleaning && is_idle(room)) {
            return closer_.close_idle(room.id, room.consultation->said_at,
                                      [this, round](const Result<Room>&) { later(round); });
        }
    }
    if (!round->last) return read_page(std::move(round));
    if (round->work == Work::cleaning && desk_.blobs) return sweep(std::move(round));
    if (round->work == Work::snapshots)
        std::erase_if(snapped_, [&](const auto& one) { return !round->seen.contains(one.first); });
    end(round);
}

void ConsultationKeeper::end(const RoundPtr& round) {
    working_.erase(round->work);
}

bool ConsultationKeeper::wants_snapshot(const Room& room) const {
    const Consultation& consultation = *room.consultation;
    if (consultation.state != ConsultationState::in_progress || room.totals.all == 0) return false;
    const auto before = snapped_.find(room.id);
    return before == snapped_.end() || before->second != consultation.said_at;
}

bool ConsultationKeeper::is_idle(const Room& room) const {
    const Consultation& consultation = *room.consultation;
    Timestamp since = std::max(room.last_activity_at, consultation.moved_at);
    if (consultation.state == ConsultationState::scheduled && consultation.scheduled_at)
        since = std::max(since, *consultation.scheduled_at);
    return desk_.node.clock.now() - since >= desk_.node.limits.consultation_idle.value();
}

void ConsultationKeeper::snapshot(RoundPtr round, const Room& room) {
    writer_.write(room.id, desk_.snapshot_name(room.id, desk_.local(desk_.node.clock.now())), {},
                  [this, round = std::move(round),
                   id = room.id](const Result<TranscriptWriter::Written>& written) mutable {
                      snapped(std::move(round), id, written);
                  });
}

void ConsultationKeeper::snapped(RoundPtr round, RoomId room,
                                 const Result<TranscriptWriter::Written>& written) {
    // What is not written, or not cleared away, is so by the next round.
    if (!written || !written->any) return later(std::move(round));
    desk_.node.pool.read(
        [this, round = std::move(round), room, said_at = written->said_at](Store& store) mutable {
            const Result<Room> now = consultation_in(store, room);
            const bool ended = now && !is_active(*now->consultation);
            desk_.blobs->next_worker().post([this, round = std::move(round), room, said_at, ended] {
                // Whoever ended it meanwhile may have looked for snapshots before this one was
                // there.
                static_cast<void>(ended ? remove_snapshots(desk_, room) : prune(room));
                timer_.post([this, round, room, said_at] {
                    snapped_[room] = said_at;
                    go_on(round);
                });
            });
        });
}

Status ConsultationKeeper::prune(RoomId room) const {
    BlobStore& blobs = desk_.blobs->store();
    Result<BlobPage> page = blobs.list(desk_.snapshot_prefix(room), "", page_size);
    if (!page) return unexpected(page.error());
    const auto kept = std::max<std::ptrdiff_t>(desk_.node.limits.consultation_snapshots_kept, 1);
    for (std::ptrdiff_t i = 0; i + kept < std::ssize(page->items); ++i) {
        const std::string& name = page->items[static_cast<std::size_t>(i)].name;
        if (Status status = blobs.remove(name); !status) return status;
    }
    return {};
}

std::string ConsultationKeeper::snapshots_prefix() const {
    // Nobody's number is empty, so what is before it is what is before everybody's.
    const std::string name = desk_.snapshot_prefix(RoomId{1});
    const std::string other = desk_.snapshot_prefix(RoomId{2});
    const auto apart = std::mismatch(name.begin(), name.end(), other.begin(), other.end());
    return {name.begin(), apart.first};
}

// Snapshots of what was deleted, or ended by a node that died: few, if any.
void ConsultationKeeper::sweep(RoundPtr round) {
    desk_.blobs->next_worker().post([this, round = std::move(round)] {
        const std::string prefix = snapshots_prefix();
        Result<BlobPage> page = desk_.blobs->store().list(prefix, round->swept, page_size);
        std::vector<RoomId> rooms;
        bool more = false;
        if (page) {
            more = page->has_more && !page->items.empty();
            for (const BlobInfo& snapshot : page->items) {
                const char* first = snapshot.name.data() + prefix.size();
                RoomId room;
                std::from_chars(first, snapshot.name.data() + snapshot.name.size(), room.value);
                const bool known =
                    round->seen.contains(room) || (!rooms.empty() && rooms.back() == room);
                if (room.value > 0 && !known) rooms.push_back(room);
                round->swept = snapshot.name;
            }
        }
        timer_.post([this, round, more, rooms = std::move(rooms)]() mutable {
            remove_ended(round, std::move(rooms), more);
        });
    });
}

void ConsultationKeeper::remove_ended(RoundPtr round, std::vector<RoomId> rooms, bool more) {
    if (rooms.empty()) return more ? sweep(std::move(round)) : end(round);
    desk_.node.pool.read(
        [this, round = std::move(round), rooms = std::move(rooms), more](Store& store) mutable {
            std::erase_if(rooms, [&](RoomId id) {
                const Result<std::optional<Room>> room = store.rooms().find(id);
                if (!room) return true;  // looked at again by the next round
                return *room && (*room)->consultation && is_active(*(*room)->consultation);
            });
            desk_.blobs->next_worker().post([this, round, rooms = std::move(rooms), more] {
                for (const RoomId room : rooms) static_cast<void>(remove_snapshots(desk_, room));
                timer_.post([this, round, more] { more ? sweep(round) : end(round); });
            });
        });
}

}  // namespace chatcore
