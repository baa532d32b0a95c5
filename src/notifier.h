#pragma once
// Writes notifications, and signals them to the people's connections.
//
// Notifications follow what they tell of: they are made from outcomes that were applied, gathered
// for a moment, and written as one batch on a writer, so that no post waits for them. Between the
// two a crash may lose some. None is doubled, whatever is tried again, because the store knows each
// by receiver, kind and cause. Threads: any thread hands in; writes run on the first writer.

#include <chrono>
#include <mutex>
#include <vector>

#include "chatcore/domain/notification.h"
#include "chatcore/ports/journal.h"

namespace chatcore {

struct Node;

class Notifier {
public:
    explicit Notifier(Node& node) : node_(node) {}

    /// What a settled batch gives reason for: mentions, replies, reactions, invitations,
    /// consultations. On the
    /// journal's worker; the store is asked only for whom an `@all` names, and for what an unknown
    /// commit left untold.
    void take(const std::vector<Settled>& batch, Store& store);
    /// A consultation was asked for: its recipient is told.
    void consultation_opened(const Room& room);
    /// Who would be told of what they did themselves is left out. Over the bound of those that wait
    /// the surplus is dropped.
    void add(std::vector<NewNotification> fresh);

private:
    void write(Store& store);
    void tell(Store& store, std::vector<Notified> taken);
    void write_later(std::chrono::milliseconds pause);

    Node& node_;
    std::mutex mutex_;  ///< guards the next two
    std::vector<NewNotification> waiting_;
    bool scheduled_ = false;

    // Of the writer alone: what could not be written yet.
    std::vector<NewNotification> under_way_;
    std::chrono::nanoseconds first_tried_at_{};
    std::chrono::milliseconds pause_{};
};

}  // namespace chatcore
