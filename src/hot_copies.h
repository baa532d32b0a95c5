#pragma once
// Copies of running consultations in the cache, for those who read them there: a list of JSON
// objects for each. They follow the outcomes, off the way of posts, and nothing rests on them: what
// the cache does not take is missing there, until the copy is made anew. Threads: any thread hands
// in; one reader and the cache's worker do the rest, one after the other, so that copies of one
// node keep the order of its posts.

#include <mutex>
#include <vector>

#include "chatcore/ports/cache.h"
#include "chatcore/ports/journal.h"

#include "consultation_desk.h"

namespace chatcore {

class HotCopies {
public:
    explicit HotCopies(ConsultationDesk& desk) : desk_(desk) {}

    /// What a settled batch did to consultations: messages are added, what was edited or deleted
    /// has the copy made anew, and what has ended is dropped. On the journal's worker.
    void take(const std::vector<Settled>& batch, Store& store);
    /// Drops the copy; `done` on the cache's worker, whether it was possible or not.
    void drop(RoomId room, Task done);

private:
    struct Job {
        enum class Kind { append, renew, drop } kind = Kind::append;
        RoomId room;
        std::optional<Message> message = {};
    };
    struct Step {
        bool drops = false;  ///< before anything is appended
        RoomId room;
        std::vector<std::string> texts;
        bool first = false;  ///< they begin with the first message of the consultation
    };

    void see(const Settled& settled, Store& store, std::vector<Job>& jobs) const;
    void add(std::vector<Job> jobs);
    void work();
    std::vector<Step> steps_for(Store& store, std::vector<Job> jobs) const;
    Result<Step> renewal(Store& store, RoomId room) const;
    std::string text_of(const Utterance& said, RoomId room) const;
    void put(std::vector<Step> steps);

    ConsultationDesk& desk_;
    std::mutex mutex_;  ///< guards the next two
    std::vector<Job> waiting_;
    bool working_ = false;
};

}  // namespace chatcore
