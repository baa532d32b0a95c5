#include <doctest/doctest.h>

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
#include "contract/store_contract.h"
#include "contract/store_subjects.h"
#include "contract/transfer_contract.h"

using namespace chatcore;

namespace {

const contract::StoreSubjectFactory make = [] {
    return std::make_unique<contract::MemorySubject>();
};

void check(const contract::Findings& findings) {
    CHECK_MESSAGE(findings.clean(), findings.to_string());
}
/// That this clause alone is broken.
void check_but(const contract::Findings& findings, std::string_view clause) {
    CHECK(findings.broke(clause));
    for (const contract::Findings::Finding& finding : findings.all())
        CHECK_MESSAGE(finding.clause == clause, finding.clause, ": ", finding.what);
}

}  // namespace

TEST_CASE("the memory store keeps the contract of writing") {
    check(contract::check_store_writes(make));
}
TEST_CASE("the memory store keeps the contract of rooms") {
    check(contract::check_store_rooms(make));
}
TEST_CASE("the memory store keeps the contract of reading") {
    check(contract::check_store_reads(make));
    check(contract::check_store_marks(make));
}
TEST_CASE("the memory store keeps the contract of uploads") {
    check(contract::check_attachment_contract(make));
}
TEST_CASE("the memory store keeps the contract of people") {
    check(contract::check_people_contract(make));
}
TEST_CASE("the memory store keeps the contract of schedules and leases") {
    check(contract::check_schedule_contract(make));
}

TEST_CASE("the memory store keeps the contract of oversight") {
    check(contract::check_oversight_contract(make));
}

TEST_CASE("the memory store keeps the contract of rooms about something") {
    check(contract::check_context_contract(make));
}

TEST_CASE("the memory store keeps the contract of consultations") {
    check(contract::check_consultation_contract(make));
}

TEST_CASE("the memory store keeps the contract of what is deleted and left") {
    check(contract::check_removal_contract(make));
}

TEST_CASE("the memory store keeps the contract of what stands between people") {
    check(contract::check_social_contract(make));
    check(contract::check_receipt_contract(make));
}

TEST_CASE("the memory store keeps the contract of what is a person's own") {
    check(contract::check_personal_contract(make));
    check(contract::check_mentions_contract(make));
}

TEST_CASE("the memory store keeps the contract of exports and imports") {
    check(contract::check_transfer_contract(make));
}

TEST_CASE("a memory store that was filled with the records of another keeps every contract") {
    const contract::StoreSubjectFactory copied = contract::transferred({make});
    // What answers for a process that has ended is not carried over, and nothing else is missing.
    check_but(contract::check_store_writes(copied), "a batch tried again is answered, not applied");
    check_but(contract::check_schedule_contract(copied), "a lease has one holder");
    check(contract::check_store_rooms(copied));
    check(contract::check_store_reads(copied));
    check(contract::check_store_marks(copied));
    check(contract::check_attachment_contract(copied));
    check(contract::check_oversight_contract(copied));
    check(contract::check_removal_contract(copied));
    check(contract::check_social_contract(copied));
    check(contract::check_receipt_contract(copied));
    check(contract::check_personal_contract(copied));
    check(contract::check_mentions_contract(copied));
}
