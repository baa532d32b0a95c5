#include "consultation_book.h"

namespace chatcore::simulation {

namespace {

std::string archive_of(RoomId room) {
    return fmt::format("archive/chat_{}_final.txt", room.value);
}

bool leads(ConsultationState from, ConsultationState to) {
    using State = ConsultationState;
    switch (to) {
        case State::scheduled:
        case State::rejected:
            return from == State::pending;
        case State::cancelled:
            return from == State::pending || from == State::scheduled;
        case State::in_progress:
            return from == State::scheduled;
        case State::completed:
            return from == State::scheduled || from == State::in_progress;
        default:
            return false;
    }
}

}  // namespace

void ConsultationBook::opened(const Room& room) {
    if (room.consultation) states_.try_emplace(room.id, room.consultation->state);
}

void ConsultationBook::move(RoomId room, ConsultationState to) {
    ConsultationState& now = states_[room];
    if (!leads(now, to))
        setting_.violated("consultation {} went from state {} to {}", room.value,
                          static_cast<int>(now), static_cast<int>(to));
    now = to;
}

void ConsultationBook::decided(std::span<const Change> changes,
                               const std::vector<Outcome>& outcomes, const memory::Tables& tables) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto* applied = std::get_if<Applied>(&outcomes[i]);
        const RoomId id = changes[i].room;
        const auto held = states_.find(id);
        if (applied == nullptr || held == states_.end()) continue;
        const bool posted = std::holds_alternative<PostMessage>(changes[i].what);
        if (const auto* room = std::get_if<Room>(&applied->states.back());
            room != nullptr && room->consultation && room->consultation->state != held->second)
            move(id, room->consultation->state);
        const bool active = held->second == ConsultationState::in_progress;
        if (posted && !active)
            setting_.violated("a message was taken in consultation {}, which is in state {}",
                              id.value, static_cast<int>(held->second));
        if (!std::holds_alternative<CompleteConsultation>(changes[i].what)) continue;
        ++setting_.tally.consultations;
        setting_.trace("  consultation {} is completed", id.value);
        check_archive(id, tables, changes.size() == 1);
    }
}

void ConsultationBook::check_archive(RoomId room, const memory::Tables& tables, bool alone) {
    const auto archive = blobs_.read(archive_of(room), 0, std::size_t{1} << 30);
    std::int64_t said = 0;
    for (const MessageId id : tables.messages_in(room)) {
        const Message& message = tables.messages.at(id).message;
        if (message.deleted_at) continue;
        ++said;
        const std::string line = "내용: " + message.content + "\n";
        if (!archive || archive->find(line) == std::string::npos)
            setting_.violated("consultation {} is completed, and its archive is without '{}'",
                              room.value, message.content);
    }
    if (said == 0 && archive && alone)
        setting_.violated("consultation {} is archived, and nothing was said", room.value);
}

void ConsultationBook::check(const memory::Tables& tables) {
    for (const RoomId id : ended_) {
        const Room* room = tables.room(id);
        const bool completed = room != nullptr && room->consultation &&
                               room->consultation->state == ConsultationState::completed;
        if (!completed && (room == nullptr || !room->deleted_at))
            setting_.violated("consultation {} was told to be completed, and is not", id.value);
    }
    for (const auto& [id, state] : states_) {
        const Room* room = tables.room(id);
        if (room == nullptr) {
            setting_.violated("consultation {} is lost", id.value);
            continue;
        }
        if (!room->deleted_at && (!room->consultation || room->consultation->state != state))
            setting_.violated("consultation {} is not in state {}", id.value,
                              static_cast<int>(state));
        if (!room->deleted_at && state == ConsultationState::completed)
            check_archive(id, tables, false);
        const bool goes_on =
            !room->deleted_at && room->consultation && is_active(*room->consultation);
        const auto snapshots =
            blobs_.list(fmt::format("temp/chat_{}_snapshot_", id.value), "", 100);
        if (!goes_on && !snapshots->items.empty())
            setting_.violated("snapshots are left of consultation {}", id.value);
    }
}

}  // namespace chatcore::simulation
