#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "chatcore/adapters/memory_store.h"
#ifdef CHATCORE_TEST_SQLITE
#include "chatcore/adapters/sqlite_store.h"
#endif

#include "contract/journal_contract.h"
#include "contract/journal_subjects.h"

using namespace chatcore;
using namespace std::chrono_literals;
using contract::JournalSubject;

namespace {

std::unique_ptr<contract::DirectJournalSubject> over_memory(JournalSink& sink, int writers = 2) {
    return std::make_unique<contract::DirectJournalSubject>(std::make_unique<MemoryStoreFactory>(),
                                                            nullptr, sink, writers);
}

enum class Fault {
    loses_some,
    settles_twice,
    lets_overtake,
    answers_early,
    keeps_what_it_refuses,
    never_refuses,
    forgets_tickets,
    forgets_batches,
    forgets_the_running,
    never_stuck,
    always_stuck,
};

/// A store that does not know a batch again.
class ForgetfulFactory final : public StoreFactory {
public:
    Result<std::unique_ptr<Store>> open() override {
        class Forgetful final : public Store {
        public:
            explicit Forgetful(std::unique_ptr<Store> inner)
                : Store(inner->parts()), inner_(std::move(inner)) {}
            Result<std::vector<Outcome>> apply(const Batch& batch) override {
                Batch anew = batch;
                anew.retry = false;
                return inner_->apply(anew);
            }
            Result<Opened> open_direct(const DirectKey& key, UserId who, Timestamp at) override {
                return inner_->open_direct(key, who, at);
            }
            Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups,
                                                  Timestamp at) override {
                return inner_->open_groups(groups, at);
            }
            Result<Opened> open_shared(const NewGroup& group, Timestamp at) override {
                return inner_->open_shared(group, at);
            }
            Result<Opened> open_consultation(const NewConsultation& asked, Timestamp at) override {
                return inner_->open_consultation(asked, at);
            }

        private:
            std::unique_ptr<Store> inner_;
        };
        return std::unique_ptr<Store>(std::make_unique<Forgetful>(std::move(*inner_.open())));
    }
    int writers() const override { return 1; }

private:
    MemoryStoreFactory inner_;
};

/// A journal with a fault of one's choice, around one without.
class BrokenSubject final : public JournalSubject, public Journal, public JournalSink {
public:
    BrokenSubject(Fault fault, JournalSink& sink) : fault_(fault), sink_(sink) {
        std::unique_ptr<StoreFactory> stores = std::make_unique<MemoryStoreFactory>();
        if (fault == Fault::forgets_batches) stores = std::make_unique<ForgetfulFactory>();
        inner_ =
            std::make_unique<contract::DirectJournalSubject>(std::move(stores), nullptr, *this, 1);
        inner_->patience = 300ms;
    }

    Journal& journal() override { return *this; }
    Store& store() override { return inner_->store(); }
    std::size_t queue_max() const override { return inner_->queue_max(); }
    void hold() override { inner_->hold(); }
    void release() override { inner_->release(); }
    void fail_next(int applies, bool done) override { inner_->fail_next(applies, done); }
    bool wait_until(const std::function<bool()>& condition) override {
        return inner_->wait_until(condition);
    }

    bool submit(Submission& submission) override {
        const std::lock_guard lock(mutex_);
        ++submitted_;
        if (fault_ == Fault::loses_some && submitted_ % 100 == 0) return true;
        if (fault_ == Fault::forgets_tickets) submission.ticket = Ticket{};
        if (fault_ == Fault::answers_early && submitted_ % 50 == 0) {
            answer_early(submission);
            return true;
        }
        if (fault_ == Fault::lets_overtake && submitted_ % 50 == 0) {
            late_ = std::move(submission);
            return true;
        }
        const bool taken = inner_->journal().submit(submission);
        if (!taken && fault_ == Fault::keeps_what_it_refuses) submission = Submission{};
        if (fault_ == Fault::never_refuses) return true;
        // Ten later: as many rooms are talked to in turn.
        if (late_ && submitted_ % 50 >= 10 && inner_->journal().submit(*late_)) late_.reset();
        return taken;
    }
    std::size_t waiting() const override {
        return fault_ == Fault::forgets_the_running ? 0 : inner_->journal().waiting();
    }
    std::chrono::nanoseconds stuck_for() const override {
        if (fault_ == Fault::always_stuck) return 1h;
        if (fault_ == Fault::never_stuck) return 0ns;
        return inner_->journal().stuck_for();
    }

    void settled(std::vector<Settled> batch, Store& store) override {
        if (fault_ == Fault::settles_twice) {
            std::vector<Settled> again;
            again.push_back({batch.front().change, Ticket{}, batch.front().outcome});
            sink_.settled(std::move(again), store);
        }
        sink_.settled(std::move(batch), store);
    }

private:
    void answer_early(Submission& submission) {
        std::vector<Settled> batch;
        Message message;
        message.id = MessageId{1'000'000 + submitted_};
        message.changed_at = position_of(message.id);
        batch.push_back({std::move(submission.change), std::move(submission.ticket),
                         Outcome{Applied{message.changed_at, Position{}, {message}}}});
        sink_.settled(std::move(batch), inner_->store());
    }

    const Fault fault_;
    JournalSink& sink_;
    std::mutex mutex_;
    int submitted_ = 0;
    std::optional<Submission> late_;
    std::unique_ptr<contract::DirectJournalSubject> inner_;
};

contract::Findings findings_with(Fault fault) {
    return contract::check_journal_contract(
        [fault](JournalSink& sink) { return std::make_unique<BrokenSubject>(fault, sink); });
}

#ifdef CHATCORE_TEST_SQLITE
std::unique_ptr<JournalSubject> over_sqlite(JournalSink& sink) {
    std::string name = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    const std::shared_ptr<void> directory(nullptr, [name](void*) {
        std::error_code ignored;
        std::filesystem::remove_all(name, ignored);
    });
    SqliteOptions options;
    options.path = name + "/chat.db";
    options.synchronous = SqliteOptions::Synchronous::normal;
    return std::make_unique<contract::DirectJournalSubject>(
        std::make_unique<SqliteStoreFactory>(options), directory, sink, 1);
}
#endif

}  // namespace

TEST_SUITE("journal contract") {
    TEST_CASE("the journal over a memory store keeps it") {
        const auto findings =
            contract::check_journal_contract([](JournalSink& sink) { return over_memory(sink); });
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

#ifdef CHATCORE_TEST_SQLITE
    TEST_CASE("the journal over an SQLite file keeps it") {
        const auto findings = contract::check_journal_contract(over_sqlite);
        INFO(findings.to_string());
        CHECK(findings.clean());
    }
#endif

    TEST_CASE("each broken journal is found out") {
        CHECK(findings_with(Fault::loses_some).broke("settles each once"));
        CHECK(findings_with(Fault::settles_twice).broke("settles each once"));
        CHECK(findings_with(Fault::lets_overtake).broke("order"));
        CHECK(findings_with(Fault::answers_early).broke("settles each once"));
        CHECK(findings_with(Fault::keeps_what_it_refuses).broke("full"));
        CHECK(findings_with(Fault::never_refuses).broke("full"));
        CHECK(findings_with(Fault::forgets_tickets).broke("settles each once"));
        CHECK(findings_with(Fault::forgets_batches).broke("unknown commits"));
        CHECK(findings_with(Fault::forgets_the_running).broke("stuck"));
        CHECK(findings_with(Fault::never_stuck).broke("stuck"));
        CHECK(findings_with(Fault::always_stuck).broke("stuck"));
    }
}
