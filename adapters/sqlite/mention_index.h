#pragma once
// Whom messages name, by person and room, for counting what is unread of them.

#include "chatcore/domain/message.h"

#include "connection.h"

namespace chatcore::sqlite {

/// Kept inside the transaction that writes the messages. Threads: as the connection.
class MentionIndex {
public:
    explicit MentionIndex(Connection& connection);

    Status insert(const Message& message);
    /// `before`: the message as it stands in the file.
    Status update(const Message& before, const Message& message);

private:
    Statement insert_;
    Statement remove_;
};

}  // namespace chatcore::sqlite
