// What people put to a message that is there: reactions and pins.

#include <algorithm>

#include "rules/rules.h"

namespace chatcore::rules {

namespace {

bool has_reacted(const Message& message, const std::string& emoji, UserId user) {
    return std::any_of(message.reactions.begin(), message.reactions.end(),
                       [&](const Reaction& reaction) {
                           return reaction.emoji == emoji &&
                                  std::find(reaction.users.begin(), reaction.users.end(), user) !=
                                      reaction.users.end();
                       });
}

void put(std::vector<Reaction>& reactions, const std::string& emoji, UserId user) {
    const auto same = [&](const Reaction& reaction) { return reaction.emoji == emoji; };
    auto it = std::find_if(reactions.begin(), reactions.end(), same);
    if (it == reactions.end()) it = reactions.insert(it, Reaction{emoji, {}});
    it->users.push_back(user);
}

void take_away(std::vector<Reaction>& reactions, const std::string& emoji, UserId user) {
    for (Reaction& reaction : reactions) {
        if (reaction.emoji == emoji) std::erase(reaction.users, user);
    }
    std::erase_if(reactions, [](const Reaction& reaction) { return reaction.users.empty(); });
}

}  // namespace

Decision decide(Context& context, const Change& change, const SetReaction& what) {
    Result<Named> named = named_message(context, change, what.message);
    if (!named) return unexpected(named.error());
    if (named->refusal) return *named->refusal;
    if (what.present) {
        if (std::optional<Decision> no = barred_from_saying(context, named->standing)) return *no;
    }
    const std::vector<Reaction>& before = named->message->reactions;
    if (has_reacted(*named->message, what.emoji, change.actor) == what.present)
        return Outcome{Unchanged{*named->message}};
    const bool is_new = std::none_of(before.begin(), before.end(), [&](const Reaction& reaction) {
        return reaction.emoji == what.emoji;
    });
    if (is_new && static_cast<int>(before.size()) >= context.limits.reactions_max)
        return refused(ErrorCode::invalid_reaction, "reaction");

    const auto [position, prev] = advance(context, change, *named->standing.room);
    Message& message = context.set.alter(*named->message);
    if (what.present) {
        put(message.reactions, what.emoji, change.actor);
    } else {
        take_away(message.reactions, what.emoji, change.actor);
    }
    message.changed_at = position;
    return Outcome{Applied{position, prev, {message}}};
}

Decision decide(Context& context, const Change& change, const SetPin& what) {
    Result<Named> named = named_message(context, change, what.message);
    if (!named) return unexpected(named.error());
    if (named->refusal) return *named->refusal;
    const Standing& standing = named->standing;
    if (!arranges(standing)) return refused(ErrorCode::forbidden);
    if (what.pinned) {
        if (std::optional<Decision> no = barred_from_saying(context, standing)) return *no;
    }
    if (named->message->pin.has_value() == what.pinned) return Outcome{Unchanged{*named->message}};
    if (what.pinned && standing.room->pin_count >= context.limits.pins_max)
        return refused(ErrorCode::pin_limit);

    const auto [position, prev] = advance(context, change, *standing.room);
    Room& room = context.set.alter(*standing.room);
    Message& message = context.set.alter(*named->message);
    message.pin.reset();
    if (what.pinned) message.pin = Pin{change.actor, change.at};
    room.pin_count += what.pinned ? 1 : -1;
    message.changed_at = position;
    return Outcome{Applied{position, prev, {message}}};
}

}  // namespace chatcore::rules
