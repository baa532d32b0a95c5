#pragma once
// Every bound of the engine, with its reason. 0 switches a rate off; sizes cannot be switched off.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chatcore {

struct Limits {
    // What people may send.
    int content_code_points_max = 1'000;  ///< a message; longer ones belong into a file
    int title_code_points_max = 100;
    int nickname_code_points_max = 40;
    int attachments_max = 10;
    int mentions_max = 100;
    std::size_t metadata_bytes_max = 4'096;
    int first_members_max = 500;  ///< all of them stand at position 0 and are told in one page
    int invite_users_max = 500;

    // How fast. Token buckets: `burst` at once, refilled by the rate.
    int person_posts_per_s = 10;
    int typing_per_s = 1;

    // Who is told. Above this a room's read pointers and presence would cost members squared.
    int receipts_told_members_max = 100;
    int presence_told_members_max = 100;
    std::chrono::milliseconds receipt_interval{1'000};  ///< moves within it become one change

    // What is held in memory.
    std::size_t journal_queue_max = 65'536;  ///< changes waiting for a transaction; about 64 MiB
    std::size_t batch_changes_max = 4'096;  ///< one transaction; bounds the time others wait for it
    std::size_t member_cache_entries_max = 1'000'000;
    std::chrono::milliseconds member_cache_ttl{2'000};
    std::size_t profile_cache_entries_max = 200'000;
    std::chrono::milliseconds profile_cache_ttl{60'000};
    int person_rooms_indexed_max =
        5'000;                       ///< rooms of one person that a connection's index follows
    int rooms_attached_max = 1'000;  ///< per connection
    std::size_t held_events_max =
        10'000;                   ///< per room while a gap is read; beyond it the hold starts anew
    int resume_states_max = 500;  ///< per room; above it a client reads history anew

    // Time.
    std::chrono::milliseconds journal_retry_total{10'000};  ///< then the callers hear `unavailable`
    std::chrono::milliseconds journal_retry_first{20};      ///< doubled at each try, up to a second
    std::chrono::milliseconds list_interval{
        100};  ///< list updates of one person are gathered this long
    std::chrono::milliseconds sweep_interval{
        2'000};  ///< how often the store is asked what moved; 0: never
    std::chrono::milliseconds presence_ttl{60'000};
    std::chrono::milliseconds presence_refresh{20'000};
};

}  // namespace chatcore
