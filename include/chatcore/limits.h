#pragma once
// Every bound of the engine, with its reason. 0 switches a rate off; sizes cannot be switched off.
//
// Bounds may be changed while the engine runs (Engine::set_limits), so each is an atomic value of
// its own, read and written relaxed. That costs a reader a plain load, where a snapshot behind a
// shared pointer would have every post count references on one cache line. Nothing is lost by it:
// no bound depends on another, and whoever reads two in the middle of a change may see one old and
// one new, as if the change had come between two requests.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chatcore {

/// A bound: a T that one thread may set while others read it. Copies are made of its value.
template <class T>
class Limit {
public:
    constexpr Limit(T value = {}) : value_(value) {}
    Limit(const Limit& other) : value_(other.value()) {}
    Limit& operator=(const Limit& other) { return *this = other.value(); }
    Limit& operator=(T value) {
        value_.store(value, std::memory_order_relaxed);
        return *this;
    }

    T value() const { return value_.load(std::memory_order_relaxed); }
    operator T() const { return value(); }

private:
    static_assert(std::atomic<T>::is_always_lock_free);
    std::atomic<T> value_;
};

struct Limits {
    using Ms = std::chrono::milliseconds;

    // What people may send.
    Limit<int> content_code_points_max = 1'000;  ///< a message; longer ones belong into a file
    Limit<int> title_code_points_max = 100;
    Limit<int> nickname_code_points_max = 40;
    Limit<int> attachments_max = 10;
    Limit<int> mentions_max = 100;
    Limit<int> notice_code_points_max = 1'000;
    Limit<int> reactions_max = 20;  ///< different ones of a message: each change tells them all
    Limit<int> forward_rooms_max = 20;
    Limit<int> pins_max = 3;  ///< in a room
    Limit<std::size_t> metadata_bytes_max = 4'096;
    Limit<int> first_members_max = 500;  ///< all stand at position 0 and are told in one page
    Limit<int> invite_users_max = 500;
    Limit<int> rooms_listed_max = 1'000;  ///< and members, where a list is asked for in one piece
    Limit<int> groups_at_once_max = 20;   ///< made by one request, in one transaction …
    Limit<int> groups_members_at_once_max = 2'000;  ///< … with so many first members in all

    Limit<int> bookmarks_max = 5'000;  ///< of one person; their search looks at each
    /// Members of a room that an `@all` is put into the inboxes of; in larger ones it is only
    /// counted.
    Limit<int> all_notified_members_max = 500;
    Limit<int> schedules_open_max = 1'000;  ///< of one person, still to be sent
    /// How many friendships away people are recommended, 2 to 6.
    Limit<int> recommendation_depth = 3;

    // What people may upload. A file is on the disk, not in memory.
    Limit<std::int64_t> attachment_bytes_max = std::int64_t{100} * 1024 * 1024;
    Limit<int> attachment_name_code_points_max = 255;
    Limit<int> uploads_at_once_max = 256;  ///< of a node; each holds some 400 KiB
    /// Files that one person fetches at once from a node; 0 is off. Whoever reads slowly keeps a
    /// connection for each.
    Limit<int> person_downloads_max = 32;

    /// Whom one person may block: all of them are known to the shards that the person is at.
    Limit<int> blocks_max = 1'000;

    // How fast. Token buckets: `burst` at once, refilled by the rate.
    Limit<int> person_posts_per_s = 10;
    Limit<int> room_posts_per_s = 0;  ///< of all its people together
    /// All that others are told of, but what is posted: one bucket; see docs/guarantees.md.
    Limit<int> person_changes_per_s = 10;
    Limit<int> person_reports_per_min = 10;
    Limit<int> typing_per_s = 1;

    // Log-ins that may fail within 15 minutes; then each has to wait: see log_in_guard.h.
    Limit<int> account_log_ins_failed = 5;
    Limit<int> address_log_ins_failed = 20;

    // Who is told. Above this a room's read pointers and presence would cost members squared.
    Limit<int> receipts_told_members_max = 100;
    Limit<int> presence_told_members_max = 100;
    Limit<Ms> receipt_interval = Ms{1'000};  ///< moves within it become one change, or one event
    /// Among how many of the last messages those are looked for whom a delivery is told.
    Limit<int> delivered_senders_among = 100;

    // What is held in memory.
    Limit<std::size_t> journal_queue_max = 65'536;  ///< changes that wait; about 64 MiB
    Limit<std::size_t> batch_changes_max = 4'096;   ///< one transaction; others wait for it
    Limit<std::size_t> member_cache_entries_max = 1'000'000;
    Limit<Ms> member_cache_ttl = Ms{2'000};
    Limit<std::size_t> profile_cache_entries_max = 200'000;
    Limit<Ms> profile_cache_ttl = Ms{60'000};
    Limit<int> person_rooms_indexed_max = 5'000;  ///< that a connection's index follows
    Limit<int> rooms_attached_max = 1'000;        ///< per connection
    /// Per room while a gap is read; beyond it the hold starts anew.
    Limit<std::size_t> held_events_max = 10'000;
    Limit<int> resume_states_max = 500;  ///< per room; above it a client reads history anew

    Limit<std::size_t> notifications_waiting_max = 10'000;  ///< to be written; beyond: dropped
    Limit<std::size_t> deliveries_waiting_max = 10'000;     ///< to be written; beyond: dropped
    Limit<std::size_t> recommended_people_max = 5'000;      ///< whose recommendations are kept
    /// Accounts, and addresses, whose failed log-ins are remembered. More than can fail within the
    /// 15 minutes, since each costs a password hash.
    Limit<std::size_t> log_ins_remembered_max = 100'000;
    Limit<std::size_t> outside_tokens_known_max = 20'000;  ///< see Accounts::authenticate
    Limit<std::size_t> reviews_waiting_max = 10'000;       ///< messages that are at the host's hook
    Limit<Ms> recommendation_ttl = Ms{30'000};

    // The host's MessageHook: how long it may take, and whether what it has not answered by then,
    // or fails at, is let through rather than refused with `timeout` or `unavailable`.
    Limit<Ms> hook_timeout = Ms{2'000};
    Limit<bool> hook_lets_through = false;

    // Time.
    Limit<Ms> notify_interval = Ms{50};  ///< notifications of a node are gathered this long
    Limit<Ms> delivery_flush_interval = Ms{5'000};  ///< delivery pointers are gathered this long
    Limit<Ms> delivery_ttl = Ms{3'600'000};         ///< in the cache; then the store's counts
    Limit<Ms> journal_retry_total = Ms{10'000};     ///< then the callers hear `unavailable`
    Limit<Ms> journal_retry_first = Ms{20};         ///< doubled at each try, up to a second
    Limit<Ms> list_interval = Ms{100};       ///< list updates of one person are gathered this long
    Limit<Ms> sweep_interval = Ms{2'000};    ///< how often the store is asked what moved; 0: never
    Limit<Ms> schedule_interval = Ms{500};   ///< how often is looked for what is due; 0: never
    Limit<Ms> removal_interval = Ms{1'000};  ///< how often is looked for what is deleted; 0: never
    /// Rows of deleted rooms that one transaction takes away, some milliseconds of the writer's …
    Limit<int> removal_rows_max = 200;
    Limit<Ms> removal_pause = Ms{20};                  ///< … and how long others have it in between
    Limit<Ms> attachment_unused_max = Ms{86'400'000};  ///< until a message shows it
    Limit<Ms> attachment_sweep_interval = Ms{60'000};  ///< how often what is unused goes; 0: never
    Limit<int> attachments_swept_at_once = 100;        ///< in one transaction
    Limit<Ms> presence_ttl = Ms{60'000};
    Limit<Ms> presence_refresh = Ms{20'000};

    // Consultations.
    Limit<Ms> consultation_hot_ttl = Ms{36 * 3'600'000};       ///< of the copy in the cache
    Limit<int> consultation_hot_messages_max = 10'000;         ///< in it; the oldest go
    Limit<std::size_t> consultation_hot_waiting_max = 10'000;  ///< on their way; beyond: dropped
    Limit<Ms> consultation_idle = Ms{60 * 3'600'000};          ///< then it is closed
    Limit<Ms> consultation_snapshot_interval = Ms{300'000};    ///< 0: never
    Limit<Ms> consultation_clean_interval = Ms{600'000};       ///< 0: never
    Limit<int> consultation_snapshots_kept = 3;  ///< of one that goes on; a new one is a whole one
    /// That are given out at once, as a list or as a transcript; the archive has no bound.
    Limit<int> consultation_messages_max = 20'000;
};

}  // namespace chatcore
