// Kinds of files by their first bytes, with libmagic.

#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/adapters/magic_file_types.h"

using namespace chatcore;

TEST_CASE("files are recognised by their first bytes") {
    const auto types = MagicFileTypes::load();
    REQUIRE(types.has_value());
    const auto type_of = [&](const std::string& bytes) { return (*types)->type_of(bytes); };
    CHECK(type_of(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0", 29)) ==
          "image/png");
    CHECK(type_of("\xff\xd8\xff\xe0\0\x10JFIF") == "image/jpeg");
    CHECK(type_of("GIF89a\1\0\1\0") == "image/gif");
    CHECK(type_of("%PDF-1.7\n") == "application/pdf");
    CHECK(type_of("<!DOCTYPE html>\n<html><body>") == "text/html");
    CHECK(type_of("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>") ==
          "image/svg+xml");
    CHECK(type_of("{\"a\":1}").ends_with("json"));
    CHECK(type_of("안녕하세요, plain words") == "text/plain");
    // One stored file, `a.txt`.
    const std::string zip(
        "PK\3\4\x14\0\0\0\0\0\0\0!\0D3\"\x11\2\0\0\0\2\0\0\0\5\0\0\0"
        "a.txthi",
        37);
    CHECK(type_of(zip + std::string(100, 'h')) == "application/zip");
    CHECK(type_of(std::string("\x7f"
                              "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0\1\0\0\0",
                              24))
              .starts_with("application/x-"));
    CHECK(type_of(std::string("\0\1\2\3\xfe\xdc\xba", 7)) == "application/octet-stream");
    CHECK(type_of("") == "application/octet-stream");
}

TEST_CASE("several threads ask at once") {
    const auto types = MagicFileTypes::load();
    REQUIRE(types.has_value());
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            const std::string bytes = i % 2 == 0 ? "%PDF-1.7\n" : "GIF89a\1\0\1\0";
            const char* const wanted = i % 2 == 0 ? "application/pdf" : "image/gif";
            for (int n = 0; n < 50; ++n) {
                if ((*types)->type_of(bytes) != wanted) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}
