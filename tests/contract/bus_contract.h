#pragma once
// What every Bus promises: within one process or over a server.

#include <functional>
#include <memory>

#include "chatcore/ports/bus.h"

#include "contract/findings.h"

namespace chatcore::contract {

/// Two or three nodes on one network of their own, and how to wait for it.
class BusSubject {
public:
    virtual ~BusSubject() = default;

    /// Node 0, 1 or 2.
    virtual Bus& node(int number) = 0;
    /// Lets the network work until the condition holds; false when it gave up.
    virtual bool work_until(const std::function<bool()>& condition) = 0;
    /// Lets it work as long as anything that was published can still be under way.
    virtual void settle() = 0;
};

using BusFactory = std::function<std::unique_ptr<BusSubject>()>;

Findings check_bus_contract(const BusFactory& make);

}  // namespace chatcore::contract
