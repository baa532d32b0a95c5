#pragma once
// What the parts of one engine share. Made by Engine, which owns all of it.

#include <string>

#include "chatcore/hub.h"
#include "chatcore/limits.h"
#include "chatcore/ports/bus.h"
#include "chatcore/ports/clock.h"
#include "chatcore/ports/journal.h"
#include "chatcore/ports/random.h"
#include "chatcore/ports/telemetry.h"

#include "member_cache.h"
#include "profiles.h"
#include "store_pool.h"
#include "subscriptions.h"

namespace chatcore {

struct AttachmentOptions;
class HotCopies;
class Notifier;
class Presence;
class Rates;
class Reviews;

struct Node {
    const Limits& limits;
    Clock& clock;
    Random& random;
    Telemetry& telemetry;
    Bus& bus;
    Subscriptions& subscriptions;
    StorePool& pool;
    Profiles& profiles;
    MemberCache& members;
    Journal* journal = nullptr;
    Hub* hub = nullptr;
    Presence* presence = nullptr;
    Notifier* notifier = nullptr;
    HotCopies* hot_copies = nullptr;
    Rates* rates = nullptr;
    Reviews* reviews = nullptr;
    const AttachmentOptions* attachment_options = nullptr;
    bool sole_node = false;

    /// Calls the completion on the caller's shard.
    template <class T>
    void answer(int home, Completion<T> done, Result<T> result) {
        if (!done) return;
        hub->executor(home).post([done = std::move(done), result = std::move(result)]() mutable {
            done(std::move(result));
        });
    }

    /// Asks a reader and answers on the caller's shard. `question` gives a Result<T>.
    template <class T, class Question>
    void ask(int home, Question question, Completion<T> done) {
        pool.read([this, home, question = std::move(question), done = std::move(done)](
                      Store& store) mutable { answer<T>(home, std::move(done), question(store)); });
    }

    /// The same on the writer, for what writes outside rooms.
    template <class T, class Question>
    void ask_writer(int home, Question question, Completion<T> done) {
        pool.write([this, home, question = std::move(question),
                    done = std::move(done)](Store& store) mutable {
            answer<T>(home, std::move(done), question(store));
        });
    }

    /// Tells events on this node and on the others.
    void tell(std::vector<EventPtr> events) {
        bus.publish(events);
        hub->publish(std::move(events));
    }

    std::int64_t random_id();
    /// Whose a lease is that this node takes. Of a sole node it is the one before's as well.
    std::string lease_owner();
};

template <class What>
EventPtr make_event(What what) {
    return std::make_shared<const Event>(Event{std::move(what)});
}

}  // namespace chatcore
