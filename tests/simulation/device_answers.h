#pragma once
// How answers reach a device: counted where the engine gives them, and then as a frame in order
// with everything else that the connection brings.

#include "device.h"

namespace chatcore::simulation {

template <class T, class F>
Completion<T> Device::answer(std::string what, bool may_drop, F then) {
    SimNode& node = connection_->node();
    const std::size_t call =
        ledger_.called({fmt::format("{} of {}", what, name_), node.index(), node.life(), false, 0});
    if (may_drop) droppable_.push_back(call);
    return [this, call, connection = connection_, what = std::move(what),
            then = std::move(then)](Result<T> result) mutable {
        ledger_.answered(call);
        connection->send([what = std::move(what), result = std::move(result),
                          then = std::move(then)](Device& device) mutable {
            device.setting_.trace(
                "{}: {} {}", device.name_, what,
                result ? std::string("done") : std::string(name_of(result.error().code)));
            then(std::move(result));
        });
    };
}

}  // namespace chatcore::simulation
