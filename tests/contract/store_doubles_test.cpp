#include <doctest/doctest.h>

#include "contract/attachment_contract.h"
#include "contract/broken_store.h"
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
#include "contract/store_model.h"
#include "contract/transfer_contract.h"

using namespace chatcore;
using contract::Findings;
using contract::StoreFault;

namespace {

std::vector<Findings> check_everything(StoreFault fault) {
    const contract::StoreSubjectFactory make = [fault] { return contract::make_broken(fault); };
    return {contract::check_store_writes(make),          contract::check_store_rooms(make),
            contract::check_store_reads(make),           contract::check_store_marks(make),
            contract::check_people_contract(make),       contract::check_schedule_contract(make),
            contract::check_social_contract(make),       contract::check_attachment_contract(make),
            contract::check_oversight_contract(make),    contract::check_removal_contract(make),
            contract::check_personal_contract(make),     contract::check_mentions_contract(make),
            contract::check_receipt_contract(make),      contract::check_transfer_contract(make),
            contract::check_consultation_contract(make), contract::check_context_contract(make)};
}

/// A fault, and a clause that must notice it.
struct Noticed {
    StoreFault fault;
    std::string_view clause;
};

constexpr Noticed noticed[] = {
    {StoreFault::exports_what_comes_later, "a snapshot is of one moment"},
    {StoreFault::exports_no_digests, "a copy knows what was posted"},
    {StoreFault::exports_no_requests, "a copy knows what was posted"},
    {StoreFault::exports_no_friends, "everything is in a snapshot"},
    {StoreFault::forgets_to_clear, "a copy goes on clearing away"},
    {StoreFault::imports_anything, "records that no store gives are refused"},
    {StoreFault::imports_any_picture, "only sound pictures are imported"},
    {StoreFault::blames_the_first, "records that no store gives are refused"},
    {StoreFault::opens_what_is_not_whole, "what is not whole is not opened"},
    {StoreFault::numbers_anew, "a copy goes on with the same numbers"},
    {StoreFault::forgets_imported_keys, "a copy knows what was posted"},
    {StoreFault::fills_what_is_full, "only an empty store is filled"},
    {StoreFault::pages_the_blocked, "whom a person blocks they are not shown in groups"},
    {StoreFault::bookmarks_the_blocked, "bookmarks are without them"},
    {StoreFault::keeps_deliveries, "delivery pointers go with their room"},
    {StoreFault::gives_an_upload_away, "uploads are kept"},
    {StoreFault::shows_uploads_to_all, "uploads are kept"},
    {StoreFault::clears_uploads_early, "what is unused is cleared away"},
    {StoreFault::forgets_what_is_shown, "what is unused is cleared away"},
    {StoreFault::keeps_deleted_uploads, "deletions end it"},
    {StoreFault::hides_pictures, "a room has an upload as its picture"},
    {StoreFault::pictures_anything, "nobody's picture is another's upload"},
    {StoreFault::believes_the_post, "a post shows what its sender has uploaded"},
    {StoreFault::loses_a_batch, "positions rise and are never given twice"},
    {StoreFault::forgets_on_restart, "a post is kept as it was answered"},
    {StoreFault::doubles_a_key, "a repeated post is answered with the first"},
    {StoreFault::ignores_the_digest, "a key names one request"},
    {StoreFault::applies_a_retry_again, "a batch tried again is answered, not applied"},
    {StoreFault::drops_after_a_refusal, "a refused change leaves the others alone"},
    {StoreFault::repeats_a_position, "positions rise and are never given twice"},
    {StoreFault::wrong_prev, "positions rise and are never given twice"},
    {StoreFault::opens_twice, "a direct room is opened once"},
    {StoreFault::ignores_the_context, "two people have a room for each context"},
    {StoreFault::keeps_the_gone_active, "reading needs membership"},
    {StoreFault::counts_the_deleted, "unread leaves out the deleted"},
    {StoreFault::moves_pointers_nowhere, "read pointers stand at messages"},
    {StoreFault::parts_a_page, "a page does not part a position"},
    {StoreFault::tells_the_beginning_late, "changes since 0 begin with all that stands there"},
    {StoreFault::hides_tombstones, "clients converge to the store's state"},
    {StoreFault::stops_early, "clients converge to the store's state"},
    {StoreFault::miscounts_history, "history is cut before, after and around"},
    {StoreFault::shifts_around, "history is cut before, after and around"},
    {StoreFault::lists_by_id, "rooms are listed by activity"},
    {StoreFault::lists_what_was_left, "rooms are listed by activity"},
    {StoreFault::skips_moves, "rooms that moved are told"},
    {StoreFault::misses_members, "members are listed by id"},
    {StoreFault::shares_emails, "emails are unique"},
    {StoreFault::searches_exactly, "people are found"},
    {StoreFault::pins_backwards, "pins are kept"},
    {StoreFault::forgets_who_replied, "threads are told"},
    {StoreFault::loses_reactions, "reactions are kept"},
    {StoreFault::pins_without_end, "pins are kept"},
    {StoreFault::searches_everybodys, "messages are found"},
    {StoreFault::searches_other_rooms, "messages are found"},
    {StoreFault::keeps_the_demoted, "standings are set"},
    {StoreFault::touches_backwards, "profiles are read and set"},
    {StoreFault::rotates_again, "a used token ends its family"},
    {StoreFault::spares_the_family, "a used token ends its family"},
    {StoreFault::never_expires, "a refresh token is rotated"},
    {StoreFault::ignores_the_fence, "an old holder changes nothing"},
    {StoreFault::advances_twice, "an occurrence is advanced over once"},
    {StoreFault::edits_what_is_claimed, "what is open is edited"},
    {StoreFault::tells_what_is_due_early, "what is due is told"},
    {StoreFault::gives_tokens_twice, "a lease has one holder"},
    {StoreFault::moves_every_pointer, "a post may leave the pointer where it is"},
    {StoreFault::forgets_who_asked, "who asks back accepts"},
    {StoreFault::befriends_one_side, "a request is made and answered"},
    {StoreFault::keeps_blocked_friends, "a block ends what was between two people"},
    {StoreFault::posts_past_blocks, "no direct message passes a block"},
    {StoreFault::recommends_the_hidden, "people are recommended"},
    {StoreFault::recommends_by_id, "people are recommended"},
    {StoreFault::notifies_twice, "a notification is taken once"},
    {StoreFault::notifies_of_the_blocked, "a notification reaches who may be told"},
    {StoreFault::reads_for_anybody, "notifications are read"},
    {StoreFault::keeps_every_notification, "the newest notifications are kept"},
    {StoreFault::forgets_who_posted, "who has posted under a key is known"},
    {StoreFault::files_twice, "a report is taken once"},
    {StoreFault::forgets_what_was_said, "a reported message stays as it was"},
    {StoreFault::reports_backwards, "reports are listed"},
    {StoreFault::reports_everything, "reports are listed"},
    {StoreFault::miscounts_messages, "what there is is counted"},
    {StoreFault::revives_the_deleted, "what is deleted is refused ever after"},
    {StoreFault::leaves_rows, "what is deleted is cleared away in pieces"},
    {StoreFault::clears_at_once, "a large room goes in many pieces"},
    {StoreFault::opens_about_the_removed, "a removed context takes its rooms along"},
    {StoreFault::dooms_new_rooms, "a removed context takes its rooms along"},
    {StoreFault::makes_some_groups, "several groups are made, or none"},
    {StoreFault::forgets_who_lingers, "who has left hears of new messages"},
    {StoreFault::bookmarks_for_ever, "a bookmark is put and taken away"},
    {StoreFault::shows_anybodys_bookmarks, "bookmarks are listed and searched"},
    {StoreFault::lists_bookmarks_by_message, "bookmarks are listed and searched"},
    {StoreFault::searches_no_bookmark, "bookmarks are listed and searched"},
    {StoreFault::keeps_deleted_bookmarks, "bookmarks are listed and searched"},
    {StoreFault::counts_ones_own_mentions, "unread mentions are counted"},
    {StoreFault::counts_mentions_read, "unread mentions are counted"},
    {StoreFault::keeps_names_of_the_edited, "an edit names anew"},
    {StoreFault::takes_the_first_namesake, "an @ names a member"},
    {StoreFault::miscounts_totals, "the totals of a room are kept"},
    {StoreFault::pages_by_other_types, "history comes in numbered pages"},
    {StoreFault::shows_the_blocked, "whom a person blocks they are not shown in groups"},
    {StoreFault::lists_threads_of_the_blocked, "threads are without them"},
    {StoreFault::finds_the_blocked, "no text of theirs is shown"},
    {StoreFault::previews_the_blocked, "no text of theirs is shown"},
    {StoreFault::tells_changes_of_the_blocked, "changes are without them, and go on"},
    {StoreFault::hides_in_direct_rooms, "a direct room hides nothing"},
    {StoreFault::reads_ones_own, "readers are told"},
    {StoreFault::tells_readers_of_large_rooms, "read pointers of several rooms are told"},
    {StoreFault::delivers_backwards, "delivery pointers go forward"},
    {StoreFault::forgets_senders, "the senders of a stretch are told"},
    {StoreFault::numbers_no_unblocking, "changes of block sets are numbered"},
    {StoreFault::shares_a_consultation, "each request is another"},
    {StoreFault::lists_any_state, "consultations are listed"},
    {StoreFault::forgets_the_recipient, "consultations are listed"},
    {StoreFault::keeps_the_ended_active, "active ones are listed"},
    {StoreFault::posts_into_the_ended, "messages are taken while it is active"},
    {StoreFault::never_begins, "the first message begins it"},
    {StoreFault::completes_over_what_was_said, "it is completed with what was said"},
    {StoreFault::anybody_moves_a_consultation, "who moves it"},
    {StoreFault::stands_past_blocks, "how a person stands in rooms is told"},
    {StoreFault::replies_to_the_blocked, "threads are without them"},
    {StoreFault::asks_again, "a key asks once"},
    {StoreFault::marks_what_is_over, "nothing is shown once it is over"},
    {StoreFault::forgets_why_it_failed, "an occurrence is advanced over once"},
    {StoreFault::shares_twice, "a context has one shared group"},
    {StoreFault::tells_one_context, "registered contexts are told together"},
    {StoreFault::counts_the_others_unread, "what several have not read is counted"},
    {StoreFault::tells_own_rooms_only, "all rooms about a context are told"},
    {StoreFault::passes_over_nothing, "a list is cut by kind, type and place"},
    {StoreFault::exports_nothing_shared, "a copy answers as the original"},
    {StoreFault::lists_any_kind, "a list is cut by kind, type and place"},
};

}  // namespace

TEST_CASE("the double without a fault passes every suite") {
    for (const Findings& findings : check_everything(StoreFault::none)) {
        CHECK_MESSAGE(findings.clean(), findings.to_string());
    }
}

TEST_CASE("every fault of a store is noticed by the clause that forbids it") {
    CHECK(std::size(noticed) == contract::store_fault_count - 1);
    for (const auto& [fault, clause] : noticed) {
        bool broke = false;
        for (const Findings& findings : check_everything(fault)) broke |= findings.broke(clause);
        CHECK_MESSAGE(broke, "fault ", static_cast<int>(fault), " is not noticed by: ", clause);
    }
}

TEST_CASE("the model notices a store that differs, and a mistake that both stores share") {
    const auto make = [](StoreFault fault) -> contract::StoreSubjectFactory {
        return [fault] { return contract::make_broken(fault); };
    };
    const auto sound = make(StoreFault::none);
    CHECK(contract::check_against_model(sound, sound, {.seed = 1, .steps = 300}).clean());
    for (const StoreFault fault :
         {StoreFault::loses_a_batch, StoreFault::doubles_a_key, StoreFault::wrong_prev,
          StoreFault::parts_a_page, StoreFault::hides_tombstones, StoreFault::shifts_around,
          StoreFault::skips_moves}) {
        const auto broken = make(fault);
        CHECK_MESSAGE(!contract::check_against_model(sound, broken, {.steps = 3'000}).clean(),
                      "fault ", static_cast<int>(fault));
    }
    for (const StoreFault fault : {StoreFault::moves_pointers_nowhere, StoreFault::loses_a_batch}) {
        const auto broken = make(fault);
        CHECK_MESSAGE(!contract::check_against_model(broken, broken, {.steps = 1'000}).clean(),
                      "shared fault ", static_cast<int>(fault));
    }
}
