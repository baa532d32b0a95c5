#include <doctest/doctest.h>
#include <sys/stat.h>

#include "contract/attachment_contract.h"
#include "contract/consultation_contract.h"
#include "contract/context_contract.h"
#include "contract/oversight_contract.h"
#include "contract/people_contract.h"
#include "contract/personal_contract.h"
#include "contract/receipt_contract.h"
#include "contract/removal_contract.h"
#include "contract/schedule_contract.h"
#include "contract/social_contract.h"
#include "contract/sqlite_subject.h"
#include "contract/store_contract.h"
#include "contract/store_model.h"
#include "contract/store_subjects.h"
#include "contract/transfer_contract.h"

using namespace chatcore;

namespace {

const contract::StoreSubjectFactory make = [] {
    return std::make_unique<contract::SqliteSubject>();
};

void check(const contract::Findings& findings) {
    CHECK_MESSAGE(findings.clean(), findings.to_string());
}

}  // namespace

TEST_CASE("nobody else may read the files of a database, whatever the umask") {
    const contract::TemporaryDirectory directory;
    SqliteOptions options;
    options.path = directory.file("chat.db");
    const mode_t before = ::umask(0);
    {
        SqliteStoreFactory factory(options);
        const auto store = factory.open();
        ::umask(before);
        REQUIRE(store);
        const NewGroup group{.owner = UserId{1},
                             .title = "x",
                             .open = false,
                             .context = {},
                             .metadata = {},
                             .image_url = {},
                             .members = {}};
        REQUIRE((*store)->open_group(group, Timestamp{}));
        for (const char* end : {"", "-wal", "-shm"}) {
            INFO(end);
            struct stat status{};
            REQUIRE(::stat((options.path + end).c_str(), &status) == 0);
            CHECK((status.st_mode & 0777) == 0600);
        }
    }
    // What is there keeps the mode that it was given.
    REQUIRE(::chmod(options.path.c_str(), 0640) == 0);
    SqliteStoreFactory factory(options);
    REQUIRE(factory.open());
    struct stat status{};
    REQUIRE(::stat(options.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("the SQLite store keeps the contract of writing") {
    check(contract::check_store_writes(make));
}
TEST_CASE("the SQLite store keeps the contract of rooms") {
    check(contract::check_store_rooms(make));
}
TEST_CASE("the SQLite store keeps the contract of reading") {
    check(contract::check_store_reads(make));
    check(contract::check_store_marks(make));
}
TEST_CASE("the SQLite store keeps the contract of uploads") {
    check(contract::check_attachment_contract(make));
}
TEST_CASE("the SQLite store keeps the contract of people") {
    check(contract::check_people_contract(make));
}
TEST_CASE("the SQLite store keeps the contract of schedules and leases") {
    check(contract::check_schedule_contract(make));
}

TEST_CASE("the SQLite store keeps the contract of oversight") {
    check(contract::check_oversight_contract(make));
}

TEST_CASE("the SQLite store keeps the contract of rooms about something") {
    check(contract::check_context_contract(make));
}

TEST_CASE("the SQLite store keeps the contract of consultations") {
    check(contract::check_consultation_contract(make));
}

TEST_CASE("the SQLite store keeps the contract of what is deleted and left") {
    check(contract::check_removal_contract(make));
}

TEST_CASE("the SQLite store keeps the contract of what stands between people") {
    check(contract::check_social_contract(make));
    check(contract::check_receipt_contract(make));
}

TEST_CASE("the SQLite store keeps the contract of what is a person's own") {
    check(contract::check_personal_contract(make));
    check(contract::check_mentions_contract(make));
}

TEST_CASE("the SQLite store does what the memory store does") {
    const contract::StoreSubjectFactory reference = [] {
        return std::make_unique<contract::MemorySubject>();
    };
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        check(contract::check_against_model(reference, make, {.seed = seed, .steps = 1'500}));
    }
}

TEST_CASE("the SQLite store keeps the contract of exports and imports") {
    check(contract::check_transfer_contract(make));
}

TEST_CASE("a store that was filled with the records of another does what the memory store does") {
    const contract::StoreSubjectFactory reference = [] {
        return std::make_unique<contract::MemorySubject>();
    };
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        check(contract::check_against_model(reference, contract::transferred({make}),
                                            {.seed = seed, .steps = 1'000}));
        check(contract::check_against_model(reference, contract::transferred({reference, make}),
                                            {.seed = seed + 10, .steps = 1'000}));
    }
}
