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

/// An upload is the picture of a room, or of a person, from now on, or not any more.
struct PictureUse {
    AttachmentId upload;
    RoomId room;  ///< 0: of the person
    UserId user;  ///< 0: of the room
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
        moves_.push_back(use);
        count(use.upload, use.shown, at);
    }
    /// The same, of the room or the person whose picture it is.
    void move(const PictureUse& use, Timestamp at) {
        pictures_.push_back(use);
        count(use.upload, use.shown, at);
    }

    // For adapters: loading, and saving. The moves are in the order in which they came.
    void put(Upload upload) {
        const AttachmentId id = upload.id;
        slots_[id].row = std::move(upload);
    }
    const std::vector<UploadUse>& moves() const { return moves_; }
    const std::vector<PictureUse>& pictures() const { return pictures_; }
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
        pictures_.clear();
    }

private:
    struct Slot {
        std::optional<Upload> row;
        bool altered = false;
    };

    void count(AttachmentId id, bool shown, Timestamp at) {
        Slot& slot = slots_[id];
        slot.altered = true;
        slot.row->uses += shown ? 1 : -1;
        slot.row->condemned = slot.row->uses == 0;
        slot.row->unused_until = slot.row->condemned ? std::optional(at) : std::nullopt;
    }

    std::unordered_map<AttachmentId, Slot> slots_;
    std::vector<UploadUse> moves_;
    std::vector<PictureUse> pictures_;
};

}  // namespace chatcore
