#pragma once
// Consultations with one thing wrong at a time.

#include <algorithm>
#include <map>

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenConsultations final : public ConsultationReader {
public:
    BrokenConsultations(ConsultationReader& real, Hands hands) : real_(real), hands_(hands) {}

    Result<Page<Room>> of_person(UserId user, const ConsultationQuery& query) override {
        ConsultationQuery asked = query;
        if (hands_.is(StoreFault::lists_any_state)) asked.state.reset();
        auto page = real_.of_person(user, asked);
        if (page && hands_.is(StoreFault::forgets_the_recipient)) {
            std::erase_if(page->items,
                          [&](const Room& room) { return room.consultation->recipient == user; });
        }
        return page;
    }
    Result<std::optional<Room>> find(const DirectKey& key) override { return real_.find(key); }
    Result<std::optional<Room>> asked_before(UserId requester, const ClientKey& key,
                                             std::uint64_t digest) override {
        return real_.asked_before(requester, key, digest);
    }
    Result<std::vector<Room>> active(RoomId after, int limit) override {
        auto found = real_.active(after, limit);
        if (found && hands_.is(StoreFault::keeps_the_ended_active)) {
            for (const auto& [id, room] : hands_.tables().rooms) {
                const bool ended = room.consultation && room.consultation->ended_at;
                if (ended && id > after) found->push_back(room);
            }
        }
        return found;
    }

private:
    ConsultationReader& real_;
    Hands hands_;
};

/// Spoils what happens to consultations in a batch.
class ConsultationSpoiler {
public:
    explicit ConsultationSpoiler(Hands hands) : hands_(hands) {}

    void before(std::vector<Change>& changes) {
        memory::Tables& tables = hands_.tables();
        for (Change& change : changes) {
            const auto room = tables.rooms.find(change.room);
            if (room == tables.rooms.end() || !room->second.consultation) continue;
            const Consultation& now = *room->second.consultation;
            if (auto* done = std::get_if<CompleteConsultation>(&change.what);
                done != nullptr && hands_.is(StoreFault::completes_over_what_was_said))
                done->said_at = now.said_at;
            if (const auto* step = std::get_if<StepConsultation>(&change.what);
                step != nullptr && hands_.is(StoreFault::anybody_moves_a_consultation))
                change.actor =
                    step->step == ConsultationStep::cancel ? now.requester : now.recipient;
        }
        const bool marks = hands_.is(StoreFault::marks_what_is_over) &&
                           std::any_of(changes.begin(), changes.end(), [](const Change& change) {
                               return std::holds_alternative<SetReaction>(change.what);
                           });
        if (!marks && !hands_.is(StoreFault::posts_into_the_ended)) return;
        for (auto& [id, room] : tables.rooms) {
            if (!room.consultation || is_active(*room.consultation)) continue;
            hidden_[id] = *room.consultation;
            room.consultation.reset();
        }
    }
    void after() {
        memory::Tables& tables = hands_.tables();
        for (const auto& [id, consultation] : hidden_) tables.rooms[id].consultation = consultation;
        hidden_.clear();
        if (!hands_.is(StoreFault::never_begins)) return;
        for (auto& [id, room] : tables.rooms) {
            if (room.consultation && room.consultation->state == ConsultationState::in_progress)
                room.consultation->state = ConsultationState::scheduled;
        }
    }

private:
    Hands hands_;
    std::map<RoomId, Consultation> hidden_;
};

}  // namespace chatcore::contract
