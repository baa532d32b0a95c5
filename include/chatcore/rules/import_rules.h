#pragma once
// What is asked of records on their way into a store, decided once for all stores: their order, and
// with it that no key comes twice; that the rooms and uploads they name came before them; that
// messages are numbered as a room numbers them; that files and people are called and described as
// every other door asks; and that the counters are not below what is used.
// What needs a look at messages and at what is unique is the adapter's.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/domain/record.h"
#include "chatcore/result.h"
#include "chatcore/rules/picture_rules.h"

namespace chatcore {

/// Threads: one. Keeps 40 bytes of each room and 8 of each upload.
class ImportRules {
public:
    /// To be asked of each record in turn. `conflict` for one that is out of order, the second of
    /// its key, names what is not there, or counters below what came; `invalid_value` for a member
    /// that no store gives. The sentence names the member.
    Status take(const Record& record);
    /// Whether all was there: `conflict` (counters).
    Status finished() const;

private:
    /// A context's key is of texts, the others' are of numbers.
    struct Key {
        std::string type;
        std::string id;
        std::int64_t first = 0;
        std::int64_t second = 0;
        bool of_two = false;

        auto operator<=>(const Key&) const = default;
    };

    /// What is asked of a room's messages.
    struct Numbering {
        RoomId room;
        Position head;
        std::int64_t last_seq = 0;  ///< the room's own
        std::int64_t seq = 0;       ///< of the message before
        bool deleted = false;       ///< and has forgotten its `last_seq`
    };

    static Key key_of(const Record& record);
    static Status check(const Account& account);
    static Status check(const Report& report);
    Status in_order(const Record& record);
    Status sound(const Record& record);
    Status check(const RoomRecord& record);
    Status check(const Member& member);
    Status check(const MessageRecord& record);
    Status check(const Upload& upload);
    Status check(const UploadUseRecord& use);
    Status check(const CountersRecord& counters);
    Numbering* numbering_of(RoomId room);
    Status known(RoomId room, std::string_view kind);
    void note(const Record& record);

    std::size_t kind_ = 0;
    std::optional<Key> last_;
    CountersRecord used_;
    std::vector<Numbering> rooms_;       ///< ascending, as they come
    std::vector<AttachmentId> uploads_;  ///< the same
    bool counted_ = false;
};

/// The address of a picture as it is imported: itself where `check_picture_url` says that it may be
/// given to others, and none where it may not, as stores from before that rule still have some.
/// Whether an upload that it names may be shown is asked at the end, when all records are there.
std::string imported_picture(const std::string& url);

/// Whether an upload may go on being a picture in the store that is filled. `member`: of the
/// uploader, in the room whose picture it is, or null. `counted`: whether its record counted what
/// shows it, pictures too: then the store that it comes from had asked when it became one, and who
/// uploaded it may lead no more.
bool stays_picture(const Upload& upload, const PictureOf& of, const Member* member, bool counted);

/// Which of the records of a `StoreImport::put` an error is about, counted from 0: an adapter says
/// so behind the kind, in the error's `detail` (`message 17`). Nothing where it is about none of
/// them.
Status about_record(Status status, std::size_t index);
std::optional<std::size_t> refused_record(const Error& error);

/// An error about a record of that kind.
Unexpected refuse_record(ErrorCode code, std::string_view kind, std::string sentence);
/// `conflict`: its member names what is not there.
Unexpected refuse_stray(std::string_view kind, std::string_view member, std::int64_t id);
/// `conflict`: of a kind (`Record::index()`), one before it has what no two may have.
Unexpected refuse_second(std::size_t kind);

}  // namespace chatcore
