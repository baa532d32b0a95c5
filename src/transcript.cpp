#include "transcript.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace chatcore {

namespace {

enum PartIndex : std::size_t { header_part, entry_part, footer_part, empty_part };
constexpr std::array<std::string_view, 4> part_marks = {"[[header]]", "[[entry]]", "[[footer]]",
                                                        "[[empty]]"};

constexpr std::string_view korean_text = R"([[header]]
==================================================
       상담 채팅 기록
==================================================

상담 요청 번호: {requestIdx}
생성 일시: {createdAt}
총 메시지 수: {count}

==================================================

[[entry]]
[{sentAt}]
발신: {sender} ({senderCode})
내용: {content}
--------------------------------------------------
[[footer]]

==================================================
채팅 기록 끝
==================================================
[[empty]]
채팅 내역이 없습니다.
)";

Unexpected fault(std::string why) {
    return unexpected(ErrorCode::invalid_value, "transcript_template", std::move(why));
}

struct WallClock {
    std::chrono::year_month_day day;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

WallClock clock_at(LocalTime at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return {std::chrono::year_month_day{day},
            std::chrono::hh_mm_ss{std::chrono::floor<std::chrono::seconds>(at - day)}};
}

/// The bytes of a line's end at the front: of each that readers break a line at (Unicode's UAX 14
/// and Python's splitlines). 0: there is none.
std::size_t line_end_bytes(std::string_view utf8) {
    if (utf8.starts_with("\r\n")) return 2;
    const char c = utf8.front();
    if ((c >= '\n' && c <= '\r') || (c >= '\x1C' && c <= '\x1E')) return 1;
    if (utf8.starts_with("\u0085")) return 2;
    return utf8.starts_with("\u2028") || utf8.starts_with("\u2029") ? 3 : 0;
}

/// Lines behind the first are set in, so that nobody's words look like another one's entry.
void add_indented(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t ended = line_end_bytes(text);
        const std::size_t taken = std::max<std::size_t>(ended, 1);
        out += text.substr(0, taken);
        if (ended > 0) out += "    ";
        text.remove_prefix(taken);
    }
}

}  // namespace

std::string local_text(LocalTime at) {
    const auto [day, time] = clock_at(at);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string compact_text(LocalTime at) {
    const auto [day, time] = clock_at(at);
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

const TranscriptLayout& TranscriptLayout::korean() {
    static const TranscriptLayout layout = *parse(korean_text);
    return layout;
}

Result<TranscriptLayout> TranscriptLayout::parse(std::string_view text) {
    std::array<std::string, 4> texts;
    std::array<bool, 4> given{};
    std::size_t part = part_marks.size();
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end);
        std::string_view bare = line.substr(0, line.find_last_not_of("\r\n") + 1);
        const auto mark = std::find(part_marks.begin(), part_marks.end(), bare);
        if (mark == part_marks.end()) {
            if (part == part_marks.size()) return fault("text before the first part");
            texts[part] += line;
            continue;
        }
        part = static_cast<std::size_t>(mark - part_marks.begin());
        if (given[part]) return fault(std::string(bare) + " is there twice");
        given[part] = true;
    }
    TranscriptLayout layout;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!given[i]) return fault(std::string(part_marks[i]) + " is missing");
        Result<Part> parsed = parse_part(texts[i], i == entry_part);
        if (!parsed) return unexpected(parsed.error());
        layout.parts_[i] = std::move(*parsed);
    }
    // It stands alone, so it needs no line end.
    Part& empty = layout.parts_[empty_part];
    if (!empty.empty() && empty.back().value == Value::text) {
        std::string& last = empty.back().text;
        last.resize(last.find_last_not_of("\r\n") + 1);
    }
    return layout;
}

Result<TranscriptLayout::Part> TranscriptLayout::parse_part(std::string_view text, bool is_entry) {
    struct Name {
        std::string_view name;
        Value value;
        bool of_entry;
    };
    static constexpr Name names[] = {
        {"requestIdx", Value::request_idx, false}, {"title", Value::title, false},
        {"createdAt", Value::created_at, false},   {"count", Value::count, false},
        {"sentAt", Value::sent_at, true},          {"sender", Value::sender, true},
        {"senderCode", Value::sender_code, true},  {"content", Value::content, true},
    };
    Part part;
    std::string plain;
    const auto flush = [&] {
        if (!plain.empty()) part.push_back({Value::text, std::exchange(plain, {})});
    };
    while (!text.empty()) {
        const char c = text.front();
        if ((c == '{' || c == '}') && text.substr(1).starts_with(c)) {
            plain += c;
            text.remove_prefix(2);
            continue;
        }
        if (c == '}') return fault("a } without its {; write }} for one");
        if (c != '{') {
            plain += c;
            text.remove_prefix(1);
            continue;
        }
        const std::size_t end = text.find('}');
        if (end == std::string_view::npos) return fault("a { without its }; write {{ for one");
        const std::string_view name = text.substr(1, end - 1);
        const auto known = std::find_if(std::begin(names), std::end(names), [&](const Name& one) {
            return one.name == name && one.of_entry == is_entry;
        });
        if (known == std::end(names))
            return fault("there is no {" + std::string(name) + "} in this part");
        flush();
        part.push_back({known->value, {}});
        text.remove_prefix(end + 1);
    }
    flush();
    return part;
}

std::string TranscriptLayout::render(const Part& part, const TranscriptHead& head) {
    std::string out;
    for (const Piece& piece : part) {
        switch (piece.value) {
            case Value::request_idx:
                out += std::to_string(head.consultation.value);
                break;
            case Value::title:
                add_indented(out, head.title);
                break;
            case Value::created_at:
                out += local_text(head.created_at);
                break;
            case Value::count:
                out += std::to_string(head.count);
                break;
            default:
                out += piece.text;
                break;
        }
    }
    return out;
}

std::string TranscriptLayout::header(const TranscriptHead& head) const {
    return render(parts_[header_part], head);
}
std::string TranscriptLayout::footer(const TranscriptHead& head) const {
    return render(parts_[footer_part], head);
}
std::string TranscriptLayout::empty(const TranscriptHead& head) const {
    return render(parts_[empty_part], head);
}

std::string TranscriptLayout::entry(const TranscriptEntry& entry) const {
    std::string out;
    for (const Piece& piece : parts_[entry_part]) {
        switch (piece.value) {
            case Value::sent_at:
                out += local_text(entry.sent_at);
                break;
            case Value::sender:
                add_indented(out, entry.sender);
                break;
            case Value::sender_code:
                add_indented(out, entry.sender_code);
                break;
            case Value::content:
                add_indented(out, entry.content);
                break;
            default:
                out += piece.text;
                break;
        }
    }
    return out;
}

std::string TranscriptLayout::whole(const TranscriptHead& head,
                                    const std::vector<TranscriptEntry>& said) const {
    if (said.empty()) return empty(head);
    std::string out = header(head);
    for (const TranscriptEntry& one : said) out += entry(one);
    return out + footer(head);
}

}  // namespace chatcore
