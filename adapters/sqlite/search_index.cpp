#include "search_index.h"

#include <algorithm>
#include <array>

#include "chatcore/search_text.h"
#include "chatcore/wire.h"

#include "row_map.h"

namespace chatcore::sqlite {

namespace {

namespace sql {
constexpr const char* insert = "INSERT INTO search (rowid, words) VALUES (?1, ?2)";
constexpr const char* remove =
    "INSERT INTO search (search, rowid, words) VALUES ('delete', ?1, ?2)";
constexpr const char* fill_place =
    "SELECT f.value, e.value FROM counters f, counters e "
    "WHERE f.name = 'search_filled' AND e.name = 'search_fill_end'";
constexpr const char* unfilled =
    "SELECT " CHATCORE_MESSAGE_COLUMNS
    " FROM messages x WHERE x.id > ?1 AND x.id <= ?2 ORDER BY x.id LIMIT 2000";
constexpr const char* set_filled = "UPDATE counters SET value = ?1 WHERE name = 'search_filled'";
constexpr const char* all_filled =
    "DELETE FROM counters WHERE name IN ('search_filled', 'search_fill_end')";
}  // namespace sql

/// A code point in five letters of 32: enough for 25 bits, of which it has 21.
void spell(std::string& out, char32_t point) {
    static constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuv";
    std::array<char, 5> word{};
    for (std::size_t i = 0; i < word.size(); ++i) word[i] = letters[(point >> (20 - 5 * i)) & 31U];
    out.append(word.data(), word.size());
}

void spell(std::string& out, const Bigram& pair) {
    spell(out, pair.first);
    spell(out, pair.second);
}

std::string word_of(char kind, std::int64_t number) {
    // Letters that no bigram begins with.
    return kind + std::to_string(number);
}

constexpr char room_word = 'w';
constexpr char sender_word = 'x';
constexpr char type_word = 'y';

}  // namespace

std::string words_of(const Message& message) {
    if (message.deleted_at) return {};
    const std::vector<Bigram> pairs = bigrams(searched_text(message));
    if (pairs.empty()) return {};
    std::string words = word_of(room_word, message.room.value) + ' ' +
                        word_of(sender_word, message.sender.value) + ' ' +
                        word_of(type_word, static_cast<std::int64_t>(message.type));
    words.reserve(words.size() + pairs.size() * 11);
    for (const Bigram& pair : pairs) {
        words += ' ';
        spell(words, pair);
    }
    return words;
}

std::string match_of(const SearchQuery& query) {
    std::string match;
    const auto all_of = [&](const std::string& word, bool begins = false) {
        if (!match.empty()) match += " AND ";
        match += '"' + word + '"';
        if (begins) match += " *";
    };
    for (const Bigram& pair : bigrams(query.text)) {
        std::string word;
        if (pair.second != 0) {
            spell(word, pair);
            all_of(word);
        } else if (match.empty()) {
            // A single code point, at any place; behind others the last one is found already.
            spell(word, pair.first);
            all_of(word, true);
        }
    }
    if (query.room) all_of(word_of(room_word, query.room->value));
    if (query.sender) all_of(word_of(sender_word, query.sender->value));
    if (query.type) all_of(word_of(type_word, static_cast<std::int64_t>(*query.type)));
    return match;
}

SearchIndex::SearchIndex(Connection& connection)
    : insert_(connection, sql::insert), remove_(connection, sql::remove) {}

Status SearchIndex::insert(const Message& message) {
    const std::string words = words_of(message);
    return words.empty() ? Status{} : insert_.run(message.id, words);
}

Status SearchIndex::update(const Message& before, const Message& message) {
    // Most changes of a message leave what it says as it is: reactions, pins, counted replies.
    const bool says_the_same = before.content == message.content &&
                               before.deleted_at.has_value() == message.deleted_at.has_value();
    if (says_the_same) return {};
    if (Status status = remove(before); !status) return status;
    return insert(message);
}

Status SearchIndex::remove(const Message& message) {
    const std::string words = words_of(message);
    return words.empty() ? Status{} : remove_.run(message.id, words);
}

Status fill_search_index(Connection& connection, WriteLine& line,
                         const MigrationProgress& progress) {
    TransactionStatements transactions(connection);
    Statement place(connection, sql::fill_place);
    Statement unfilled(connection, sql::unfilled);
    Statement set_filled(connection, sql::set_filled);
    SearchIndex index(connection);
    for (;;) {
        WriteTransaction transaction(transactions, line);
        if (!transaction.begun()) return transaction.begun();
        std::int64_t from = 0;
        std::int64_t end = 0;
        {
            Cursor row(place);
            Result<bool> found = row.next();
            if (!found) return unexpected(found.error());
            if (!*found) return {};
            from = row.integer();
            end = row.integer();
        }
        if (progress) {
            progress("search index", static_cast<double>(from) /
                                         static_cast<double>(std::max<std::int64_t>(end, 1)));
        }
        std::vector<Message> messages;
        {
            Cursor rows(unfilled, from, end);
            Result<bool> more = fill_from(rows, 2'000, messages, message_from);
            if (!more) return unexpected(more.error());
        }
        for (const Message& message : messages) {
            if (Status status = index.insert(message); !status) return status;
        }
        Status status =
            messages.empty() ? connection.run(sql::all_filled) : set_filled.run(messages.back().id);
        if (status) status = transaction.commit();
        if (!status || messages.empty()) return status;
    }
}

}  // namespace chatcore::sqlite
