#include "hot_copies.h"

#include <algorithm>

#include <fmt/format.h>

#include "chatcore/presence.h"

namespace chatcore {

namespace {

/// Handled in one go, so that others come in between.
constexpr std::size_t jobs_at_once = 500;

/// As a string of JSON (RFC 8259), without its quotes.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '"':
            case '\\':
                out += '\\';
                out += c;
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += fmt::format("\\u{:04x}", static_cast<int>(c));
                } else {
                    out += c;
                }
        }
    }
    return out;
}

bool alters_what_was_said(const RoomChange& what) {
    return std::holds_alternative<EditMessage>(what) || std::holds_alternative<DeleteMessage>(what);
}

bool may_end(const RoomChange& what) {
    return std::holds_alternative<CompleteConsultation>(what) ||
           std::holds_alternative<DeleteRoom>(what);
}

}  // namespace

void HotCopies::see(const Settled& settled, Store& store, std::vector<Job>& jobs) const {
    if (!settled.outcome) return;
    const Change& change = settled.change;
    const bool posts = std::holds_alternative<PostMessage>(change.what);
    const bool alters = alters_what_was_said(change.what);
    if (!posts && !alters && !may_end(change.what)) return;
    if (const auto* applied = std::get_if<Applied>(&*settled.outcome)) {
        if (!applied->of_consultation) return;
        if (posts) {
            jobs.push_back(
                {Job::Kind::append, change.room, std::get<Message>(applied->states.front())});
        } else {
            jobs.push_back({alters ? Job::Kind::renew : Job::Kind::drop, change.room});
        }
        return;
    }
    if (!std::holds_alternative<Replayed>(*settled.outcome)) return;
    // What the first time has done is not known; it happens seldom.
    const Result<std::optional<Room>> room = store.rooms().find(change.room);
    if (room && *room && (*room)->consultation) jobs.push_back({Job::Kind::renew, change.room});
}

void HotCopies::take(const std::vector<Settled>& batch, Store& store) {
    std::vector<Job> jobs;
    for (const Settled& settled : batch) see(settled, store, jobs);
    if (!jobs.empty()) add(std::move(jobs));
}

void HotCopies::add(std::vector<Job> jobs) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        const std::size_t most = desk_.node.limits.consultation_hot_waiting_max;
        const std::size_t room = most - std::min(waiting_.size(), most);
        if (jobs.size() > room) jobs.resize(room);
        std::move(jobs.begin(), jobs.end(), std::back_inserter(waiting_));
        first = !waiting_.empty() && !std::exchange(working_, true);
    }
    if (first) work();
}

void HotCopies::work() {
    desk_.node.pool.read([this](Store& store) {
        std::vector<Job> jobs;
        {
            const std::lock_guard lock(mutex_);
            const auto some = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), jobs_at_once));
            std::move(waiting_.begin(), waiting_.begin() + some, std::back_inserter(jobs));
            waiting_.erase(waiting_.begin(), waiting_.begin() + some);
            if (jobs.empty()) {
                working_ = false;
                return;
            }
        }
        desk_.node.presence->worker().post(
            [this, steps = steps_for(store, std::move(jobs))]() mutable {
                put(std::move(steps));
                work();
            });
    });
}

std::vector<HotCopies::Step> HotCopies::steps_for(Store& store, std::vector<Job> jobs) const {
    std::vector<Step> steps;
    std::vector<RoomId> renewed;
    const auto is_renewed = [&](RoomId room) {
        return std::find(renewed.begin(), renewed.end(), room) != renewed.end();
    };
    std::vector<Message> said;
    for (Job& job : jobs) {
        if (job.message) said.push_back(*job.message);
        // What is made anew has all that was committed by now, and so everything that waits here.
        if (job.kind != Job::Kind::renew || is_renewed(job.room)) continue;
        if (Result<Step> step = renewal(store, job.room)) steps.push_back(std::move(*step));
        renewed.push_back(job.room);
    }
    const std::vector<Utterance> told = desk_.utterances(store, said);
    std::size_t next = 0;
    for (Job& job : jobs) {
        if (job.kind == Job::Kind::drop) {
            steps.push_back({.drops = true, .room = job.room, .texts = {}});
        } else if (job.kind == Job::Kind::append) {
            const Utterance& one = told[next++];
            if (is_renewed(job.room)) continue;
            Step step{.drops = false, .room = job.room, .texts = {text_of(one, job.room)}};
            step.first = job.message->seq == 1;
            steps.push_back(std::move(step));
        }
    }
    return steps;
}

Result<HotCopies::Step> HotCopies::renewal(Store& store, RoomId id) const {
    Step step{.drops = true, .room = id, .texts = {}};
    step.first = true;
    Result<Room> room = consultation_in(store, id);
    if (!room) return unexpected(room.error());
    if (!is_active(*room->consultation)) return step;
    const int most = desk_.node.limits.consultation_hot_messages_max;
    // From the newest on, so that a long one costs no more than what is kept of it.
    HistoryQuery query{.room = id, .limit = transcript_page};
    while (std::ssize(step.texts) < most) {
        Result<History> page = store.messages().history(query, std::nullopt);
        if (!page) return unexpected(page.error());
        for (const Utterance& said : desk_.utterances(store, page->messages))
            step.texts.push_back(text_of(said, id));
        if (!page->has_more || page->messages.empty()) break;
        query.before = position_of(page->messages.back().id);
    }
    std::reverse(step.texts.begin(), step.texts.end());
    return step;
}

std::string HotCopies::text_of(const Utterance& said, RoomId room) const {
    return fmt::format(
        R"({{"requestIdx":{},"sender":"{}","senderName":"{}","content":"{}","sentAt":"{}"}})",
        room.value, escaped(said.sender_code), escaped(said.sender_name), escaped(said.content),
        local_text(desk_.local(said.sent_at)));
}

void HotCopies::put(std::vector<Step> steps) {
    Cache& cache = desk_.node.presence->cache();
    const Limits& limits = desk_.node.limits;
    std::vector<ListEntry> entries;
    std::vector<const Step*> of;  // of each entry
    std::vector<Job> forgotten;
    const auto flush = [&] {
        if (entries.empty()) return;
        const auto lengths = cache.append(entries, limits.consultation_hot_ttl,
                                          limits.consultation_hot_messages_max);
        for (std::size_t i = 0; lengths && i < of.size(); ++i) {
            // The cache had forgotten what came before.
            if ((*lengths)[i] == 1 && !of[i]->first)
                forgotten.push_back({Job::Kind::renew, of[i]->room});
        }
        entries.clear();
        of.clear();
    };
    for (const Step& step : steps) {
        const std::string key = desk_.hot_key(step.room);
        if (step.drops) {
            flush();
            // If it is not possible, the copy goes when its time is over.
            static_cast<void>(cache.drop({&key, 1}));
        }
        for (const std::string& text : step.texts) {
            entries.push_back({key, text});
            of.push_back(&step);
        }
    }
    flush();
    if (forgotten.empty()) return;
    const std::lock_guard lock(mutex_);
    std::move(forgotten.begin(), forgotten.end(), std::back_inserter(waiting_));
}

void HotCopies::drop(RoomId room, Task done) {
    desk_.node.presence->worker().post([this, room, done = std::move(done)]() mutable {
        const std::string key = desk_.hot_key(room);
        static_cast<void>(desk_.node.presence->cache().drop({&key, 1}));
        done();
    });
}

}  // namespace chatcore
