#include "ledger.h"

#include <algorithm>

namespace chatcore::simulation {

namespace {

/// What never differs between two tellings of the same change. Read pointers are left out: a post
/// moves its sender's without a change of the member.
std::string look_of(const Message& message) {
    std::string reactions;  // and whom it names
    for (const Reaction& reaction : message.reactions) {
        reactions += reaction.emoji;
        for (UserId user : reaction.users) reactions += fmt::format(",{}", user.value);
    }
    for (const Mention& mention : message.mentions)
        reactions += fmt::format(";{},{}", mention.user.value, mention.start);
    return fmt::format("{}/{}/{}/{}/{}/{}/{}/{}/{}/{}", message.content, message.seq,
                       message.sender.value, message.edit_count, message.deleted_at.has_value(),
                       message.reply_count, message.changed_at.value, reactions,
                       message.pin ? message.pin->by.value : 0, message.moves_pointer);
}
std::string look_of(const Member& member) {
    return fmt::format("{}/{}/{}/{}/{}", static_cast<int>(member.role), member.active,
                       member.removed, member.banned, member.silent);
}
std::string look_of(const Room& room) {
    return fmt::format("{}/{}/{}/{}/{}", room.title, room.open,
                       room.notice ? room.notice->content : "", room.deleted_at.has_value(),
                       room.consultation ? static_cast<int>(room.consultation->state) : -1);
}
std::string name_of(const Message& message) {
    return fmt::format("message {}", message.id.value);
}
std::string name_of(const Member& member) {
    return fmt::format("member {}", member.user.value);
}
std::string name_of(const Room&) {
    return "header";
}

}  // namespace

Ledger::Ledger(Setting& setting, std::shared_ptr<MemoryDatabase> database, ScheduleBook& schedules,
               PeopleBook& people, ConsultationBook& consultations)
    : setting_(setting),
      schedules_(schedules),
      database_(std::move(database)),
      people_(people),
      consultations_(consultations) {
    MemoryStoreFactory factory(database_);
    truth_ = std::move(*factory.open());
}

std::size_t Ledger::called(Call call) {
    calls_.push_back(std::move(call));
    return calls_.size() - 1;
}

void Ledger::answered(std::size_t call) {
    if (++calls_[call].answers > 1)
        setting_.violated("'{}' was answered {} times", calls_[call].what, calls_[call].answers);
}

void Ledger::check_calls(const std::vector<int>& lives) {
    for (const Call& call : calls_) {
        const bool crashed = lives[static_cast<std::size_t>(call.node)] != call.life;
        if (call.answers == 0 && !crashed && !call.may_drop)
            setting_.violated("'{}' of node {} was never answered", call.what, call.node);
    }
}

void Ledger::posted(UserId user, const ClientKey& key, const std::string& text,
                    const Message& message) {
    if (message.sender != user || message.key != key)
        setting_.violated("a post of person {} was answered with another's message {}", user.value,
                          message.id.value);
    const auto [it, first] = keys_.try_emplace({user, key}, message.id);
    if (it->second != message.id)
        setting_.violated("a post was answered with message {} and with {}", it->second.value,
                          message.id.value);
    if (message.edit_count == 0 && !message.deleted_at && message.content != text)
        setting_.violated("message {} was answered with another text", message.id.value);
    posted_[message.id] = {user, text, message.room};
    const auto kept = truth_->messages().find(message.id, std::nullopt);
    if ((!kept || !*kept) && !is_deleted(message.room))
        setting_.violated("message {} was acknowledged and is not in the store", message.id.value);
}

void Ledger::edited(UserId user, const std::string& text, const Message& message) {
    if (message.sender != user) setting_.violated("person {} edited another's message", user.value);
    if (message.deleted_at) return;       // answered after an unknown commit, and deleted by then
    if (message.content != text) return;  // edited again by then
    auto& last = edited_[message.id];
    if (message.edit_count >= last.first) last = {message.edit_count, text};
}

void Ledger::deleted(const Message& message) {
    if (!message.deleted_at || !message.content.empty())
        setting_.violated("a deletion was answered with message {} as it was", message.id.value);
    deleted_.insert(message.id);
}

void Ledger::deletion_refused(MessageId message, ErrorCode code) {
    if (code == ErrorCode::already_deleted && deletions_asked_[message] == 1)
        setting_.violated("the only deletion of message {} was refused as its second",
                          message.value);
}

void Ledger::opened(const DirectKey& key, RoomId room) {
    const auto [it, first] = direct_.try_emplace(key, room);
    // The two may open another once theirs is deleted.
    if (is_deleted(it->second)) it->second = std::max(it->second, room);
    if (it->second != room && !is_deleted(room))
        setting_.violated("people {} and {} have rooms {} and {}", key.low.value, key.high.value,
                          it->second.value, room.value);
}

bool Ledger::is_deleted(RoomId room) {
    const auto header = truth_->rooms().find(room);
    return *header && (*header)->deleted_at;
}

void Ledger::room_deleted(RoomId room) {
    if (!is_deleted(room))
        setting_.violated("room {} was said to be deleted and is not", room.value);
}

ContextRemoval Ledger::removal_asked(const Context& context) {
    const int puts = puts_[context];
    ContextRemoval removal{puts == puts_answered_[context] ? puts : -1, {}};
    for (const auto& [id, room] : database_->state().tables.rooms) {
        if (room.context == context && !room.deleted_at) removal.rooms.push_back(id);
    }
    return removal;
}

void Ledger::removed(const Context& context, const ContextRemoval& removal) {
    removed_[context] = removal.puts;
    for (RoomId room : removal.rooms) {
        if (!is_deleted(room))
            setting_.violated("room {} has outlived what it was about", room.value);
    }
}

std::optional<int> Ledger::removal_of(const Context& context) {
    const auto it = removed_.find(context);
    if (it == removed_.end() || it->second != puts_[context]) return std::nullopt;
    return it->second;
}

void Ledger::opened_after(const Context& context, int puts, RoomId room) {
    if (puts == puts_[context] && !is_deleted(room))
        setting_.violated("room {} was opened about what was removed", room.value);
}

void Ledger::check_shown(const RoomEvent& event, UserId viewer, PeopleBook::Where where) {
    for (const State& state : event.states) {
        const auto* message = std::get_if<Message>(&state);
        if (message == nullptr || !people_.surely_blocks(viewer, message->sender, where)) continue;
        const auto room = truth_->rooms().find(event.room);
        if (*room && (*room)->kind == RoomKind::group)
            setting_.violated("person {} is told message {} of person {}, whom they block",
                              viewer.value, message->id.value, message->sender.value);
    }
}

void Ledger::check_shown(RoomId room, const Preview& preview, UserId viewer,
                         PeopleBook::Where where) {
    if (preview.content.empty() || !people_.surely_blocks(viewer, preview.sender, where)) return;
    const auto found = truth_->rooms().find(room);
    if (*found && (*found)->kind == RoomKind::group)
        setting_.violated("the list of person {} shows what person {} says, whom they block",
                          viewer.value, preview.sender.value);
}

void Ledger::told(const RoomEvent& event, UserId viewer) {
    seen_rooms_.insert(event.room);
    const auto room = truth_->rooms().find(event.room);
    if (!room || !*room || (*room)->head < event.position)
        setting_.violated("room {} was told of position {} before it was stored", event.room.value,
                          event.position.value);
    if (event.states.empty() && !people_.ever_blocked(viewer))
        setting_.violated("room {} was told nothing at {}", event.room.value, event.position.value);
    for (const State& state : event.states) {
        if (changed_at(state) != event.position)
            setting_.violated("room {} was told at {} of what changed at {}", event.room.value,
                              event.position.value, changed_at(state).value);
        told(event.room, state);
    }
}

void Ledger::told(RoomId room, const State& state) {
    std::visit(
        [&](const auto& thing) {
            std::string key =
                fmt::format("{} {} {}", room.value, name_of(thing), thing.changed_at.value);
            const std::size_t look = std::hash<std::string>{}(look_of(thing));
            const auto [it, first] = looks_.try_emplace(std::move(key), look);
            if (it->second != look)
                setting_.violated("{} of room {} looked two ways at {}: now {}", name_of(thing),
                                  room.value, thing.changed_at.value, look_of(thing));
        },
        state);
}

std::vector<RoomId> Ledger::rooms_of(const std::vector<UserId>& people) {
    std::set<RoomId> rooms = seen_rooms_;
    for (const auto& [key, room] : direct_) rooms.insert(room);
    for (UserId user : people) {
        const auto memberships = truth_->rooms().memberships(user, RoomId{}, 10'000);
        for (const Membership& membership : *memberships) rooms.insert(membership.room);
    }
    return {rooms.begin(), rooms.end()};
}

void Ledger::check_store(const std::vector<UserId>& people) {
    std::map<DirectKey, RoomId> direct;
    for (RoomId room : rooms_of(people)) {
        const auto header = truth_->rooms().find(room);
        if (!*header) {
            setting_.violated("room {} was told and is not in the store", room.value);
            return;
        }
        if ((*header)->direct && !direct.try_emplace(*(*header)->direct, room).second)
            setting_.violated("room {} is the second of its key", room.value);
        if (!(*header)->deleted_at) check_room(room);
    }
    for (const auto& [context, rooms] : shared_) {
        const auto standing = std::count_if(rooms.begin(), rooms.end(),
                                            [this](RoomId room) { return !is_deleted(room); });
        if (standing > 1)
            setting_.violated("{} {} has {} shared groups", context.type, context.id, standing);
    }
    check_deleted(database_->state().tables);
    for (const auto& [id, post] : posted_) {
        if (is_deleted(post.room)) continue;
        const auto message = truth_->messages().find(id, std::nullopt);
        if (!*message) {
            setting_.violated("message {} was acknowledged and lost", id.value);
            continue;
        }
        if ((*message)->sender != post.user || (*message)->room != post.room)
            setting_.violated("message {} was acknowledged as another", id.value);
        if (deleted_.contains(id) && !(*message)->deleted_at)
            setting_.violated("message {} was deleted and is back", id.value);
        const auto edit = edited_.find(id);
        if (edit == edited_.end() || (*message)->deleted_at) continue;
        const auto& [count, text] = edit->second;
        if ((*message)->edit_count < count ||
            ((*message)->edit_count == count && (*message)->content != text))
            setting_.violated("an edit of message {} was acknowledged and lost", id.value);
    }
}

void Ledger::check_deleted(const memory::Tables& tables) {
    const auto gone = [&](RoomId room) {
        const Room* header = tables.room(room);
        return header == nullptr || header->deleted_at;
    };
    for (const auto& [id, room] : tables.rooms) {
        if (room.deleted_at) ++setting_.tally.deleted;
        if (!room.deleted_at && tables.is_removed(room.context))
            setting_.violated("room {} is about what was removed", id.value);
    }
    for (const auto& [key, member] : tables.members) {
        if (gone(key.first))
            setting_.violated("person {} is in room {}, which is deleted", key.second.value,
                              key.first.value);
    }
    for (const auto& [id, stored] : tables.messages) {
        if (gone(stored.message.room))
            setting_.violated("message {} is left of room {}", id.value, stored.message.room.value);
    }
    for (const auto& [user, rooms] : tables.rooms_of) {
        for (RoomId room : rooms) {
            if (gone(room)) setting_.violated("the list of {} has room {}", user.value, room.value);
        }
    }
    for (const auto& [user, inbox] : tables.inboxes) {
        for (const auto& [id, stored] : inbox) {
            if (stored.notification.room && gone(*stored.notification.room))
                setting_.violated("notification {} is of a deleted room", id.value);
        }
    }
    if (!tables.to_clear.empty()) setting_.violated("deleted rooms are not cleared away");
}

void Ledger::check_room(RoomId room) {
    const Room header = **truth_->rooms().find(room);
    const Changes all = *truth_->messages().changes(room, Position{}, 1'000'000, std::nullopt);
    std::vector<Message> messages;
    std::int64_t active = 0;
    Position last;
    for (const State& state : all.items) {
        if (changed_at(state) < last) setting_.violated("room {} has no order", room.value);
        last = changed_at(state);
        if (const auto* message = std::get_if<Message>(&state)) messages.push_back(*message);
        if (const auto* member = std::get_if<Member>(&state)) active += member->active ? 1 : 0;
    }
    if (last != header.head)
        setting_.violated("room {} has come to {} and its head is {}", room.value, last.value,
                          header.head.value);
    if (active != header.participant_count)
        setting_.violated("room {} has {} members and counts {}", room.value, active,
                          header.participant_count);
    std::sort(messages.begin(), messages.end(),
              [](const Message& a, const Message& b) { return a.id < b.id; });
    check_messages(room, messages, header);
}

void Ledger::check_messages(RoomId room, const std::vector<Message>& messages, const Room& header) {
    if (static_cast<std::int64_t>(messages.size()) != header.last_seq)
        setting_.violated("room {} has {} messages and counts {}", room.value, messages.size(),
                          header.last_seq);
    std::map<MessageId, std::int64_t> replies;
    std::int32_t pins = 0;
    MessageTotals totals;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Message& message = messages[i];
        if (message.seq != static_cast<std::int64_t>(i) + 1)
            setting_.violated("message {} is number {} and says {}", message.id.value, i + 1,
                              message.seq);
        if (message.parent && !message.deleted_at) ++replies[*message.parent];
        pins += message.pin ? 1 : 0;
        if (!message.deleted_at) totals.count(message.type, 1);
        for (const Reaction& reaction : message.reactions) {
            const std::set<UserId> people(reaction.users.begin(), reaction.users.end());
            if (people.empty() || people.size() != reaction.users.size())
                setting_.violated("message {} tells a reaction twice, or of nobody",
                                  message.id.value);
        }
        // A schedule says the same again and again.
        if (message.edit_count == 0 && !message.deleted_at && message.moves_pointer &&
            !stored_texts_.insert(message.content).second)
            setting_.violated("'{}' is stored twice", message.content);
    }
    if (totals != header.totals)
        setting_.violated("room {} has {} messages that stand and counts {}", room.value,
                          totals.all, header.totals.all);
    if (pins != header.pin_count || pins > setting_.limits.pins_max)
        setting_.violated("room {} has {} pins and counts {}", room.value, pins, header.pin_count);
    for (const Message& message : messages) {
        if (!message.deleted_at && message.reply_count != replies[message.id])
            setting_.violated("message {} has {} replies and counts {}", message.id.value,
                              replies[message.id], message.reply_count);
    }
}

}  // namespace chatcore::simulation
