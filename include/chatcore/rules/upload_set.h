#pragma once
// The uploads that one batch of changes touches: part of its WorkingSet. Threads: one.

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chatcore/domain/attachment.h"
#include "chatcore/result.h"

namespace chatcore {

/// A message shows an upload from now on, or does not any more.
struct UploadUse {
    AttachmentId upload;
    MessageId message;
    RoomId room;
    bool shown = true;
};

class UploadSet {
public:
    /// Whether it was asked for, and so loaded if it is there.
    bool knows(AttachmentId id) const { return slots_.contains(id); }
    const Upload* find(AttachmentId id) const {
        const auto it = slots_.find(id);
        return it == slots_.end() || !it->second.row ? nullptr : &*it->second.row;
    }
    void ask_for(AttachmentId id) { slots_.try_emplace(id); }

    /// Of one that `find` gives: counts the message that shows it, or shows it no more.
    void move(const UploadUse& use, Timestamp at) {
        Slot& slot = slots_[use.upload];
        slot.altered = true;
        moves_.push_back(use);
        slot.row->uses += use.shown ? 1 : -1;
        slot.row->condemned = slot.row->uses == 0;
        slot.row->unused_until = slot.row->condemned ? std::optional(at) : std::nullopt;
    }

    // For adapters: loading, and saving. The moves are in the order in which they came.
    void put(Upload upload) {
        const AttachmentId id = upload.id;
        slots_[id].row = std::move(upload);
    }
    const std::vector<UploadUse>& moves() const { return moves_; }
    template <class F>
    Status for_altered(F&& save_one) const {
        for (const auto& [id, slot] : slots_) {
            if (!slot.altered) continue;
            if (Status status = save_one(*slot.row); !status) return status;
        }
        return {};
    }
    /// What was altered is written.
    void settle() {
        for (auto& [id, slot] : slots_) slot.altered = false;
        moves_.clear();
    }

private:
    struct Slot {
        std::optional<Upload> row;
        bool altered = false;
    };

    std::unordered_map<AttachmentId, Slot> slots_;
    std::vector<UploadUse> moves_;
};

}  // namespace chatcore
