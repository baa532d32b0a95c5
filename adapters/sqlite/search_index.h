#pragma once
// The full text index of messages: SQLite's FTS5 over words of our own making. Its tokenizers know
// the word boundaries of some scripts only, and its trigrams find nothing for two syllables, so
// each message is indexed by its bigrams (chatcore/search_text.h), each spelled as one word of ten
// letters, together with words for its room, sender and type.

#include "chatcore/domain/message.h"
#include "chatcore/ports/search_reader.h"

#include "connection.h"
#include "migrations.h"
#include "transaction.h"

namespace chatcore::sqlite {

/// The words of a message; empty where there is nothing to search.
std::string words_of(const Message& message);

/// What FTS5 is asked for candidates of the query.
std::string match_of(const SearchQuery& query);

/// Keeps the index, inside the transaction that writes the messages. Threads: as the connection.
class SearchIndex {
public:
    explicit SearchIndex(Connection& connection);

    Status insert(const Message& message);
    /// `before`: the message as it stands in the file, which is taken out.
    Status update(const Message& before, const Message& message);
    /// Of a message as it stands there.
    Status remove(const Message& message);

private:
    Statement insert_;
    Statement remove_;
};

/// Puts in messages that were posted before there was an index, in parts, so that others may write
/// between; goes on where it was interrupted. Called when the file is opened.
Status fill_search_index(Connection& connection, WriteLine& line,
                         const MigrationProgress& progress);

}  // namespace chatcore::sqlite
