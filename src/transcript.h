#pragma once
// The text of a consultation's transcript. Pure; threads: any.
//
// A layout is made of four parts, each introduced by a line of its own: `[[header]]`, `[[entry]]`,
// `[[footer]]` and `[[empty]]`. A part is the text between such a line and the next, with its line
// ends. In it `{name}` stands for a value, `{{` and `}}` for braces. The values of header and
// footer: requestIdx, title, createdAt, count; those of an entry: sentAt, sender, senderCode,
// content.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/result.h"

namespace chatcore {

struct TranscriptHead {
    RoomId consultation;
    std::string title;
    LocalTime created_at;  ///< of the transcript
    std::int64_t count = 0;
};

struct TranscriptEntry {
    LocalTime sent_at;
    std::string sender;
    std::string sender_code;
    std::string content;
};

/// `yyyy-MM-dd HH:mm:ss`.
std::string local_text(LocalTime at);
/// `yyyyMMddHHmmss`.
std::string compact_text(LocalTime at);

class TranscriptLayout {
public:
    /// The one that consultations have had, in Korean.
    static const TranscriptLayout& korean();
    /// `invalid_value` (transcript_template), with the fault as its cause.
    static Result<TranscriptLayout> parse(std::string_view text);

    std::string header(const TranscriptHead& head) const;
    std::string entry(const TranscriptEntry& entry) const;
    std::string footer(const TranscriptHead& head) const;
    /// The whole transcript where nothing was said.
    std::string empty(const TranscriptHead& head) const;
    /// The whole of a short one.
    std::string whole(const TranscriptHead& head, const std::vector<TranscriptEntry>& said) const;

private:
    enum class Value : std::uint8_t {
        text,
        request_idx,
        title,
        created_at,
        count,
        sent_at,
        sender,
        sender_code,
        content
    };
    struct Piece {
        Value value = Value::text;
        std::string text;
    };
    using Part = std::vector<Piece>;

    static Result<Part> parse_part(std::string_view text, bool is_entry);
    static std::string render(const Part& part, const TranscriptHead& head);

    std::array<Part, 4> parts_;  ///< header, entry, footer, empty
};

}  // namespace chatcore
