#include "mention_index.h"

#include <algorithm>

#include "personal_sql.h"

namespace chatcore::sqlite {

namespace {

/// Each person once; who names everybody names nobody besides.
std::vector<UserId> named_by(const Message& message) {
    std::vector<UserId> users;
    users.reserve(message.mentions.size());
    for (const Mention& mention : message.mentions) users.push_back(mention.user);
    std::sort(users.begin(), users.end());
    users.erase(std::unique(users.begin(), users.end()), users.end());
    if (!users.empty() && users.front() == UserId{}) users.resize(1);
    return users;
}

}  // namespace

MentionIndex::MentionIndex(Connection& connection)
    : insert_(connection, sql::insert_mention), remove_(connection, sql::remove_mention) {}

Status MentionIndex::insert(const Message& message) {
    if (message.mentions.empty()) return {};
    for (const UserId user : named_by(message)) {
        Status status = insert_.run(user, message.room, message.seq, message.sender);
        if (!status) return status;
    }
    return {};
}

Status MentionIndex::update(const Message& before, const Message& message) {
    if (before.mentions == message.mentions) return {};
    for (const UserId user : named_by(before)) {
        if (Status status = remove_.run(user, message.room, message.seq); !status) return status;
    }
    return insert(message);
}

}  // namespace chatcore::sqlite
