#pragma once
// The memory store with one thing wrong at a time, to show that the suites notice.

#include <memory>

#include "contract/store_world.h"

namespace chatcore::contract {

enum class StoreFault {
    none,
    loses_a_batch,  ///< answers, and then forgets
    forgets_on_restart,
    doubles_a_key,  ///< a repeat is another post
    ignores_the_digest,
    applies_a_retry_again,
    drops_after_a_refusal,  ///< what follows a refused change in its batch is not applied
    repeats_a_position,
    wrong_prev,
    opens_twice,  ///< each open_direct makes a room
    ignores_the_context,
    keeps_the_gone_active,  ///< who has left may read on
    counts_the_deleted,     ///< unread leaves nothing out
    moves_pointers_nowhere,
    parts_a_page,
    tells_the_beginning_late,  ///< changes since 0 do not begin with what stands there
    hides_tombstones,
    stops_early,        ///< has_more of changes is false too soon
    miscounts_history,  ///< has_more of history is wrong where a page is just full
    shifts_around,
    lists_by_id,
    lists_what_was_left,
    skips_moves,
    misses_members,
    shares_emails,
    searches_exactly,
    pins_backwards,
    forgets_who_replied,
    loses_reactions,
    pins_without_end,
    searches_everybodys,
    searches_other_rooms,
    keeps_the_demoted,  ///< a role that is taken away stays in the log-ins
    touches_backwards,
    rotates_again,      ///< a used token can be used
    spares_the_family,  ///< reuse does not revoke
    never_expires,
    ignores_the_fence,
    advances_twice,  ///< over whatever occurrence there is
    edits_what_is_claimed,
    tells_what_is_due_early,
    gives_tokens_twice,   ///< a new owner of a lease gets the old one's
    moves_every_pointer,  ///< also by posts that move none
    forgets_who_asked,    ///< a request the other way does not accept
    befriends_one_side,
    keeps_blocked_friends,
    posts_past_blocks,
    recommends_the_hidden,
    recommends_by_id,
    notifies_twice,
    notifies_of_the_blocked,
    reads_for_anybody,  ///< marks read what is somebody else's
    keeps_every_notification,
    gives_an_upload_away,  ///< an id is given twice
    shows_uploads_to_all,
    clears_uploads_early,
    forgets_what_is_shown,
    keeps_deleted_uploads,  ///< what no message shows any more is found
    hides_pictures,         ///< of rooms and people
    pictures_anything,      ///< whosever it is
    believes_the_post,      ///< what it says of an upload, and whose it is
    forgets_who_posted,     ///< any key is somebody's
    files_twice,            ///< a report of the same target is another
    forgets_what_was_said,
    reports_backwards,
    reports_everything,  ///< whatever target is asked for
    miscounts_messages,
    revives_the_deleted,
    leaves_rows,     ///< says that it has cleared them away
    clears_at_once,  ///< whatever the bound
    opens_about_the_removed,
    dooms_new_rooms,  ///< opened after the context was registered again
    makes_some_groups,
    forgets_who_lingers,  ///< who has left hears nothing
    bookmarks_for_ever,   ///< the second time puts one too
    shows_anybodys_bookmarks,
    lists_bookmarks_by_message,
    searches_no_bookmark,
    keeps_deleted_bookmarks,
    counts_ones_own_mentions,
    counts_mentions_read,
    keeps_names_of_the_edited,
    takes_the_first_namesake,
    miscounts_totals,
    pages_by_other_types,
    shows_the_blocked,
    lists_threads_of_the_blocked,
    finds_the_blocked,
    previews_the_blocked,
    tells_changes_of_the_blocked,
    hides_in_direct_rooms,
    reads_ones_own,  ///< a sender is their own reader
    tells_readers_of_large_rooms,
    delivers_backwards,
    forgets_senders,        ///< of all but the last message
    numbers_no_unblocking,  ///< whose block ended is not told
    pages_the_blocked,
    bookmarks_the_blocked,
    keeps_deliveries,  ///< of rooms that are cleared away
    exports_what_comes_later,
    exports_no_digests,
    exports_no_requests,
    exports_no_friends,
    forgets_to_clear,  ///< which rooms are not cleared away yet
    imports_anything,
    imports_any_picture,
    blames_the_first,
    opens_what_is_not_whole,
    numbers_anew,
    forgets_imported_keys,
    fills_what_is_full,
    shares_a_consultation,  ///< a second request finds the first
    lists_any_state,
    forgets_the_recipient,
    keeps_the_ended_active,
    posts_into_the_ended,
    never_begins,  ///< whatever is said
    completes_over_what_was_said,
    anybody_moves_a_consultation,
    stands_past_blocks,
    forgets_why_it_failed,
    replies_to_the_blocked,
    asks_again,          ///< a request with the same key is another
    marks_what_is_over,  ///< reactions are put to what was said in an ended consultation
    shares_twice,        ///< each open_shared makes a room
    tells_one_context,
    counts_the_others_unread,
    tells_own_rooms_only,  ///< direct rooms about a context are left out
    passes_over_nothing,
    lists_any_kind,
    exports_nothing_shared,
};
inline constexpr int store_fault_count = static_cast<int>(StoreFault::exports_nothing_shared) + 1;

std::unique_ptr<StoreSubject> make_broken(StoreFault fault);

}  // namespace chatcore::contract
