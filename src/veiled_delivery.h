#pragma once
// A room's due events for those of the attached who block somebody. Whoever hides the same senders
// of the batch is told the same bytes, so that a person whom everybody blocks costs one encoding
// more, and not one for each.

#include <memory>
#include <vector>

#include "chatcore/hub.h"
#include "chatcore/rules/concealment.h"

namespace chatcore {

/// Lives for one telling. Threads: the shard's.
class VeiledDelivery {
public:
    /// `due` outlives it.
    explicit VeiledDelivery(const std::vector<EventPtr>& due);

    /// What somebody is told who blocks these; nullptr where nothing of it is hidden from them.
    Delivery* to(Blocked blocked);

private:
    struct Version {
        Version(std::vector<UserId> senders, std::vector<EventPtr> of)
            : hidden(std::move(senders)), events(std::move(of)), delivery(events) {}

        const std::vector<UserId> hidden;
        const std::vector<EventPtr> events;
        Delivery delivery;
    };

    const std::vector<EventPtr>& due_;
    std::vector<UserId> senders_;  ///< of what a block can hide, by id
    std::vector<std::unique_ptr<Version>> versions_;
};

}  // namespace chatcore
