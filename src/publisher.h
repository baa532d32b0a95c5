#pragma once
// Makes events of outcomes, gives them to the bus and to this node's hub, and answers the callers:
// the end of the one write path. Runs on the journal's workers.

#include "chatcore/ports/journal.h"

#include "node.h"

namespace chatcore {

class Publisher final : public JournalSink {
public:
    explicit Publisher(Node& node) : node_(node) {}

    void settled(std::vector<Settled> batch, Store& store) override;

private:
    void fill_names(std::vector<Settled>& batch, Store& store);
    void make_events(const Settled& settled, std::vector<EventPtr>& events);
    void count(const std::vector<Settled>& batch);

    Node& node_;
};

}  // namespace chatcore
