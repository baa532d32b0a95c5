#include "transcript.h"

#include <doctest/doctest.h>

using namespace chatcore;

namespace {

LocalTime at(int hour, int minute, int second) {
    using namespace std::chrono;
    return LocalTime{local_days{year{2025} / 10 / 24} + hours{hour} + minutes{minute} +
                     seconds{second} + milliseconds{987}};
}

const TranscriptHead head{RoomId{123}, "졸업 논문", at(14, 30, 22), 2};
const std::vector<TranscriptEntry> said = {
    {at(14, 15, 30), "홍길동", "STU001", "교수님 안녕하세요"},
    {at(14, 16, 5), "김교수", "PROF001", "네, 무엇이 궁금하신가요?"}};

const char* const layout_text =
    "[[header]]\n{{{requestIdx}}} {title} ({count})\n[[entry]]\r\n{senderCode}@{sentAt}: "
    "{content}\n[[footer]]\nbye {requestIdx}, {createdAt}\n[[empty]]\nnothing in {requestIdx}\n";

std::string fault_of(std::string_view text) {
    const auto layout = TranscriptLayout::parse(text);
    return layout ? std::string() : layout.error().cause;
}

}  // namespace

TEST_CASE("the Korean transcript is laid out as it always was") {
    CHECK(TranscriptLayout::korean().whole(head, said) ==
          R"(==================================================
       상담 채팅 기록
==================================================

상담 요청 번호: 123
생성 일시: 2025-10-24 14:30:22
총 메시지 수: 2

==================================================

[2025-10-24 14:15:30]
발신: 홍길동 (STU001)
내용: 교수님 안녕하세요
--------------------------------------------------
[2025-10-24 14:16:05]
발신: 김교수 (PROF001)
내용: 네, 무엇이 궁금하신가요?
--------------------------------------------------

==================================================
채팅 기록 끝
==================================================
)");
    CHECK(TranscriptLayout::korean().whole(head, {}) == "채팅 내역이 없습니다.");
}

TEST_CASE("nobody's words look like another one's entry, whatever ends a line") {
    const auto layout = TranscriptLayout::parse(layout_text);
    REQUIRE(layout);
    const std::string ends[] = {"\n",   "\r",   "\r\n",   "\v",     "\f",    "\x1C",
                                "\x1D", "\x1E", "\u0085", "\u2028", "\u2029"};
    for (const std::string& end : ends) {
        const auto two = [&](const std::string& line) { return line + end + line; };
        const std::string out =
            layout->whole({RoomId{1}, two("title"), at(1, 2, 3), 1},
                          {{at(1, 2, 3), two("name"), two("code"), two("content")}});
        for (const char* line : {"title", "code", "content"})
            CHECK(out.find(line + end + "    " + line) != std::string::npos);
        CHECK(TranscriptLayout::korean()
                  .whole(head, {{at(1, 2, 3), two("name"), "code", "content"}})
                  .find("name" + end + "    name") != std::string::npos);
    }
}

TEST_CASE("another layout is a template") {
    const auto layout = TranscriptLayout::parse(layout_text);
    REQUIRE(layout);
    CHECK(layout->whole(head, said) ==
          "{123} 졸업 논문 (2)\n"
          "STU001@2025-10-24 14:15:30: 교수님 안녕하세요\n"
          "PROF001@2025-10-24 14:16:05: 네, 무엇이 궁금하신가요?\n"
          "bye 123, 2025-10-24 14:30:22\n");
    CHECK(layout->whole(head, {}) == "nothing in 123");
    const TranscriptEntry odd{at(0, 0, 0), "{sender}", "{{", "two\nlines {content}"};
    CHECK(layout->entry(odd) == "{{@2025-10-24 00:00:00: two\n    lines {content}\n");
}

TEST_CASE("a template that is none is told what is wrong") {
    const std::string good = layout_text;
    CHECK(fault_of(good).empty());
    CHECK(fault_of("hello\n" + good) == "text before the first part");
    CHECK(fault_of(good + "[[empty]]\n") == "[[empty]] is there twice");
    CHECK(fault_of("[[header]]\n[[entry]]\n[[footer]]\n") == "[[empty]] is missing");
    CHECK(fault_of("") == "[[header]] is missing");
    CHECK(fault_of(good + "{content}") == "there is no {content} in this part");
    CHECK(fault_of(good + "{") == "a { without its }; write {{ for one");
    CHECK(fault_of(good + "}") == "a } without its {; write }} for one");
    CHECK(fault_of("[[header]]\n{sender}\n[[entry]]\n[[footer]]\n[[empty]]\n") ==
          "there is no {sender} in this part");
}

TEST_CASE("local times are written in two ways") {
    CHECK(local_text(at(4, 5, 6)) == "2025-10-24 04:05:06");
    CHECK(compact_text(at(4, 5, 6)) == "20251024040506");
    using namespace std::chrono;
    CHECK(local_text(LocalTime{local_days{year{1969} / 12 / 31} + hours{23} + seconds{59}}) ==
          "1969-12-31 23:00:59");
}
