#include "people_book.h"

#include <algorithm>

namespace chatcore::simulation {

PeopleBook::Asked PeopleBook::block_asked(UserId actor, UserId other, bool present) {
    Pair& pair = pairs_[{actor, other}];
    const Asked asked{actor, other, present, pair.unblocks};
    if (present) {
        blockers_.insert(actor);
    } else {
        ++pair.unblocks;
        ++pair.unblocks_under_way;
        pair.answered.clear();
    }
    return asked;
}

void PeopleBook::block_answered(const Asked& asked, Where where, bool done) {
    Pair& pair = pairs_[{asked.actor, asked.other}];
    // Of what failed nobody knows whether it was done.
    if (!done) return;
    if (!asked.present) {
        --pair.unblocks_under_way;
    } else if (pair.unblocks == asked.unblocks && pair.unblocks_under_way == 0) {
        pair.answered.insert(where);
    }
}

bool PeopleBook::surely_blocks(UserId viewer, UserId sender, Where where) const {
    const auto pair = pairs_.find({viewer, sender});
    return pair != pairs_.end() && pair->second.answered.contains(where);
}

void PeopleBook::applied(std::span<const Change> changes, const std::vector<Outcome>& outcomes) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto* applied = std::get_if<Applied>(&outcomes[i]);
        if (applied == nullptr) continue;
        const bool admits = std::holds_alternative<JoinRoom>(changes[i].what) ||
                            std::holds_alternative<InviteMembers>(changes[i].what);
        for (const State& state : applied->states) {
            const auto* member = std::get_if<Member>(&state);
            if (member == nullptr) continue;
            if (!member->active) left_.insert({member->room, member->user});
            if (admits) came_[{member->room, member->user}] = applied->position;
        }
    }
}

void PeopleBook::heard(const Life* by, const std::vector<Outcome>& outcomes) {
    for (const Outcome& outcome : outcomes) {
        const auto* applied = std::get_if<Applied>(&outcome);
        if (applied == nullptr) continue;
        const auto* message = std::get_if<Message>(&applied->states.front());
        if (message != nullptr && position_of(message->id) == applied->position)
            waiting_[by].push_back(message->id);
    }
}

void PeopleBook::check_inboxes(const memory::Tables& tables) {
    for (const auto& [user, inbox] : tables.inboxes) check_inbox(tables, user);
    if (gave_up_) return;
    for (const auto& [life, messages] : waiting_) {
        for (MessageId id : messages) check_told(tables, id);
    }
}

/// An edit may have taken out whom a message named.
void PeopleBook::check_inbox(const memory::Tables& tables, UserId user) {
    std::set<std::tuple<NotificationKind, MessageId, UserId>> seen;
    for (const auto& [id, stored] : tables.inboxes.at(user)) {
        const Notification& one = stored.notification;
        if (one.actor == user)
            setting_.violated("person {} is notified of what they did themselves", user.value);
        if (!one.message) continue;
        if (!seen.insert({one.kind, *one.message, one.actor}).second)
            setting_.violated("person {} is notified of message {} twice", user.value,
                              one.message->value);
        const auto found = tables.messages.find(*one.message);
        if (found == tables.messages.end()) {
            setting_.violated("person {} is notified of no message", user.value);
            continue;
        }
        const Message& message = found->second.message;
        if (one.kind == NotificationKind::reply) {
            const bool of_theirs =
                message.parent && tables.messages.at(*message.parent).message.sender == user;
            if (!of_theirs || message.sender != one.actor)
                setting_.violated("person {} is notified of a reply that is none of theirs",
                                  user.value);
        } else if (one.kind == NotificationKind::mention && !message.deleted_at &&
                   !message.edited_at) {
            const bool named = std::any_of(
                message.mentions.begin(), message.mentions.end(),
                [&](const Mention& each) { return each.names_all() || each.user == user; });
            if (!named || message.sender != one.actor)
                setting_.violated("person {} is notified of message {}, which does not name them",
                                  user.value, message.id.value);
        }
    }
}

void PeopleBook::check_told(const memory::Tables& tables, MessageId id) {
    const auto found = tables.messages.find(id);
    // What was deleted names nobody any more.
    if (found == tables.messages.end() || found->second.message.deleted_at) return;
    const Message& message = found->second.message;
    std::set<UserId> named;
    bool everybody = false;
    for (const Mention& mention : message.mentions) {
        everybody = everybody || mention.names_all();
        if (!mention.names_all()) named.insert(mention.user);
    }
    for (UserId user : named) expect(tables, message, user, NotificationKind::mention);
    // Whoever is named in a reply is told once, also where an edit took the name out since.
    if (!message.parent || message.edited_at || everybody) return;
    const Message& root = tables.messages.at(*message.parent).message;
    if (!root.deleted_at && !named.contains(root.sender))
        expect(tables, message, root.sender, NotificationKind::reply);
}

void PeopleBook::expect(const memory::Tables& tables, const Message& message, UserId receiver,
                        NotificationKind kind) {
    const Member* member = tables.member(message.room, receiver);
    // Who was in the room all the time and never blocked the sender.
    if (receiver == message.sender || member == nullptr || !member->active ||
        left_.contains({message.room, receiver}) || ever_blocked(receiver, message.sender))
        return;
    const auto came = came_.find({message.room, receiver});
    if (came != came_.end() && came->second > position_of(message.id)) return;
    const auto inbox = tables.inboxes.find(receiver);
    const bool there =
        inbox != tables.inboxes.end() &&
        std::any_of(inbox->second.begin(), inbox->second.end(), [&](const auto& entry) {
            const Notification& one = entry.second.notification;
            return one.kind == kind && one.message == message.id;
        });
    if (!there)
        setting_.violated("person {} was never notified of message {}", receiver.value,
                          message.id.value);
}

}  // namespace chatcore::simulation
