// What a device does by itself.

#include <algorithm>

#include "device.h"
#include "device_answers.h"

namespace chatcore::simulation {

void Device::act() {
    if (!connected()) return;
    if (setting_.dice.per_mille(12)) return delete_room();
    if (setting_.dice.per_mille(12)) return change_context();
    if (setting_.dice.per_mille(90)) return consult();
    const std::size_t choice = setting_.dice.below(100);
    if (choice < 34) return post();
    if (choice < 44) return edit();
    if (choice < 50) return remove();
    if (choice < 62) return read();
    if (choice < 65) return typing();
    if (choice < 70) return open_direct();
    if (choice < 72) return create_group();
    if (choice < 73) return open_shared();
    if (choice < 78) return mark();
    if (choice < 80) return arrange();
    if (choice < 88) return change_members();
    if (choice < 93) return schedule();
    if (choice < 96) return block();
    look_around();
}

std::optional<RoomId> Device::some_room(bool live) {
    std::vector<RoomId> found;
    for (const auto& [room, copy] : rooms_) {
        if (!live || copy.follow() == RoomCopy::Follow::live) found.push_back(room);
    }
    if (found.empty()) return std::nullopt;
    return setting_.dice.one_of(found);
}

std::optional<Message> Device::some_message(RoomId room, bool own) {
    std::vector<const Message*> found;
    for (const auto& [id, message] : copy_of(room).messages()) {
        if (own ? message.sender == user_ && !message.deleted_at : true) found.push_back(&message);
    }
    if (found.empty()) return std::nullopt;
    return *setting_.dice.one_of(found);
}

void Device::post() {
    // What waits for its answer longest is sent again first, maybe while it is on its way still.
    if (!posts_.empty() && (posts_.size() >= 3 || setting_.dice.per_mille(300)))
        return send(posts_.front());
    const auto room = some_room(setting_.dice.per_mille(900));
    if (room) post_to(*room);
}

void Device::post_to(RoomId room) {
    Post post;
    for (std::uint8_t& byte : post.key.bytes)
        byte = static_cast<std::uint8_t>(setting_.dice.next());
    post.room = room;
    post.text = setting_.new_text("post");
    if (setting_.dice.per_mille(200)) {
        const std::size_t other = setting_.dice.below(people_.size() + 1);
        post.text += other == people_.size() ? " @all" : fmt::format(" @p{}", other);
    }
    if (setting_.dice.per_mille(250)) {
        if (const auto parent = some_message(room, false)) post.parent = parent->id;
    }
    if (setting_.dice.per_mille(200))
        post.mentions = {{people_[setting_.dice.below(people_.size())], 0, 4}};
    posts_.push_back(std::move(post));
    send(posts_.back());
}

void Device::send(Post& post) {
    if (++post.tries > 1) ++setting_.tally.reposts;
    post.asked = true;
    setting_.trace("{} posts '{}' to room {}, try {}", name_, post.text, post.room.value,
                   post.tries);
    PostRequest request;
    request.room = post.room;
    request.content = post.text;
    request.key = post.key;
    request.parent = post.parent;
    request.mentions = post.mentions;
    engine().messages().post(
        caller(), std::move(request),
        answer<Message>("post", false, [this, key = post.key](Result<Message> message) {
            post_answered(key, message);
        }));
}

void Device::post_answered(const ClientKey& key, const Result<Message>& answer) {
    const auto post = std::find_if(posts_.begin(), posts_.end(),
                                   [&](const Post& mine) { return mine.key == key; });
    if (post == posts_.end()) return;  // answered by another try
    if (!answer && is_retryable(answer.error().code)) {
        post->asked = false;
        return;
    }
    if (!answer && answer.error().code == ErrorCode::room_deleted &&
        !ledger_.is_deleted(post->room))
        setting_.violated("{}: a post was refused, and room {} is not deleted", name_,
                          post->room.value);
    if (answer) {
        ledger_.posted(user_, key, post->text, *answer);
    } else if (answer.error().code == ErrorCode::key_reused ||
               answer.error().code == ErrorCode::internal) {
        setting_.violated("{}: '{}' was answered {}", name_, post->text,
                          name_of(answer.error().code));
    }
    posts_.erase(post);
}

void Device::edit() {
    const auto room = some_room(true);
    const auto message = room ? some_message(*room, true) : std::nullopt;
    if (!message) return;
    const std::string text = setting_.new_text("edit");
    setting_.trace("{} edits message {}", name_, message->id.value);
    engine().messages().edit(caller(), message->id, text,
                             answer<Message>("edit", false, [this, text](Result<Message> edited) {
                                 if (edited) ledger_.edited(user_, text, *edited);
                             }));
}

void Device::mark() {
    const auto room = some_room(true);
    const auto message = room ? some_message(*room, false) : std::nullopt;
    if (!message) return;
    const bool set = setting_.dice.per_mille(700);
    if (setting_.dice.per_mille(500)) {
        const char* emoji = setting_.dice.per_mille(500) ? "👍" : "🎉";
        setting_.trace("{} reacts to message {}: {}", name_, message->id.value, set);
        engine().messages().react(
            caller(), message->id, emoji, set,
            answer<Message>("react", false, [this, message](const Result<Message>& marked) {
                if (marked && marked->id != message->id)
                    setting_.violated("{}: a reaction was answered with another message", name_);
            }));
    } else {
        setting_.trace("{} pins message {}: {}", name_, message->id.value, set);
        engine().messages().pin(caller(), message->id, set,
                                answer<Message>("pin", false, [](const Result<Message>&) {}));
    }
}

void Device::arrange() {
    const auto room = some_room(true);
    if (!room) return;
    Rooms& rooms = engine().rooms();
    const UserId other = people_[setting_.dice.below(people_.size())];
    const auto ignored = [](const auto&) {};
    setting_.trace("{} arranges room {}", name_, room->value);
    switch (setting_.dice.below(3)) {
        case 0:
            return rooms.set_notice(caller(), *room, setting_.new_text("notice"),
                                    answer<RoomView>("notice", false, ignored));
        case 1:
            return rooms.set_role(caller(), *room, other,
                                  static_cast<MemberRole>(setting_.dice.below(3)),
                                  answer<Member>("role", false, ignored));
        default:
            return rooms.set_personal(caller(), *room, SetPersonal{true, {}},
                                      answer<RoomView>("favorite", false, ignored));
    }
}

void Device::remove() {
    const auto room = some_room(true);
    const auto message = room ? some_message(*room, true) : std::nullopt;
    if (!message) return;
    const MessageId id = message->id;
    setting_.trace("{} deletes message {}", name_, id.value);
    ledger_.deletion_asked(id);
    engine().messages().remove(
        caller(), id, answer<Message>("delete", false, [this, id](Result<Message> deleted) {
            if (deleted) return ledger_.deleted(*deleted);
            ledger_.deletion_refused(id, deleted.error().code);
        }));
}

void Device::read() {
    const auto room = some_room(true);
    if (!room) return;
    std::optional<Position> up_to;
    if (setting_.dice.per_mille(600)) {
        const auto message = some_message(*room, false);
        if (message) up_to = position_of(message->id);
    }
    setting_.trace("{} reads room {} up to {}", name_, room->value, up_to ? up_to->value : -1);
    engine().receipts().read(caller(), *room, up_to,
                             answer<Member>("read", false, [](const Result<Member>&) {}));
}

void Device::typing() {
    const auto room = some_room(true);
    if (room) engine().presence().typing(caller(), *room, setting_.dice.per_mille(700));
}

void Device::open_direct() {
    std::optional<Context> context;
    if (setting_.dice.per_mille(300)) context = Context{"product", "1"};
    const UserId other = people_[setting_.dice.below(people_.size())];
    if (other == user_) return;
    setting_.trace("{} opens a room with person {}", name_, other.value);
    const auto removal = context ? ledger_.removal_of(*context) : std::nullopt;
    engine().rooms().open_direct(
        caller(), other, context,
        answer<RoomView>("open", false, [this, other, context, removal](Result<RoomView> view) {
            if (!view) return;
            if (removal) ledger_.opened_after(*context, *removal, view->room.id);
            if (view->room.direct != DirectKey::of(user_, other, context))
                setting_.violated("{} was given another's room {}", name_, view->room.id.value);
            learn(*view);
        }));
}

void Device::open_shared() {
    const Context context{"product", "1"};
    setting_.trace("{} opens the shared group of a context", name_);
    const auto removal = ledger_.removal_of(context);
    engine().context_rooms().open_shared(
        caller(), context,
        answer<RoomView>("share", false, [this, context, removal](Result<RoomView> view) {
            if (!view) return;
            if (removal) ledger_.opened_after(context, *removal, view->room.id);
            ledger_.shared(context, view->room.id);
            if (view->active) learn(*view);
        }));
}

void Device::create_group() {
    GroupRequest request;
    request.title = setting_.new_text("group");
    request.open = setting_.dice.per_mille(500);
    for (UserId user : people_) {
        if (setting_.dice.per_mille(500)) request.members.push_back(user);
    }
    engine().rooms().create_group(caller(), std::move(request),
                                  answer<RoomView>("create", false, [this](Result<RoomView> view) {
                                      if (view) learn(*view);
                                  }));
}

void Device::change_members() {
    const auto room = some_room(setting_.dice.per_mille(700));
    if (!room) return;
    const UserId other = people_[setting_.dice.below(people_.size())];
    Rooms& rooms = engine().rooms();
    const auto what = [&](const char* name) {
        setting_.trace("{}: {} in room {}, person {}", name_, name, room->value, other.value);
        return answer<RoomView>(name, false, [this](Result<RoomView> view) {
            if (view && view->active) learn(*view);
        });
    };
    switch (setting_.dice.below(5)) {
        case 0:
            return rooms.leave(caller(), *room, setting_.dice.per_mille(300), what("leave"));
        case 1:
            return rooms.remove(caller(), *room, other, setting_.dice.per_mille(200),
                                what("remove"));
        case 2:
            return rooms.invite(
                caller(), *room, {other},
                setting_.dice.per_mille(200) ? MemberRole::admin : MemberRole::member,
                what("invite"));
        case 3:
            return rooms.rename(caller(), *room, setting_.new_text("title"), what("rename"));
        default:
            return rooms.join(caller(), *room, what("join"));
    }
}

void Device::delete_room() {
    const auto room = some_room(setting_.dice.per_mille(900));
    if (!room) return;
    Caller who = caller();
    who.is_admin = setting_.dice.per_mille(300);
    setting_.trace("{} deletes room {}", name_, room->value);
    engine().rooms().delete_room(
        who, *room, answer<Room>("delete room", false, [this, room](const Result<Room>& deleted) {
            if (deleted) ledger_.room_deleted(*room);
        }));
}

void Device::change_context() {
    const Context context{"product", "1"};
    Caller admin = caller();
    admin.is_admin = true;
    if (setting_.dice.per_mille(700)) {
        setting_.trace("{} registers a context", name_);
        ledger_.context_put(context);
        return engine().contexts().put(
            admin, context, {user_, "title", ""},
            answer<RegisteredContext>("register", false, [this, context](const auto&) {
                ledger_.context_put_answered(context);
            }));
    }
    setting_.trace("{} removes a context", name_);
    const ContextRemoval removal = ledger_.removal_asked(context);
    engine().contexts().remove(
        admin, context,
        answer<std::int64_t>("unregister", false,
                             [this, context, removal](const Result<std::int64_t>& rooms) {
                                 if (rooms) ledger_.removed(context, removal);
                             }));
}

void Device::block() {
    const UserId other = people_[setting_.dice.below(people_.size())];
    const bool present = setting_.dice.per_mille(600);
    setting_.trace("{} {} person {}", name_, present ? "blocks" : "unblocks", other.value);
    const auto asked = ledger_.people().block_asked(user_, other, present);
    engine().social().block(
        caller(), other, present,
        answer<Bond>("block", false,
                     [this, asked, where = connection_->where()](const Result<Bond>& bond) {
                         ledger_.people().block_answered(asked, where, bond.has_value());
                     }));
}

void Device::consult() {
    Consultations& consultations = engine().consultations();
    const UserId other = people_[setting_.dice.below(people_.size())];
    if (setting_.dice.per_mille(300) && other != user_) {
        setting_.trace("{} asks person {} for a consultation", name_, other.value);
        return consultations.request(
            caller(), {other, "", {}},
            answer<ConsultationView>("request", false,
                                     [this](const Result<ConsultationView>& made) {
                                         if (!made) return;
                                         copy_of(made->room.id);
                                         attach(made->room.id);
                                     }));
    }
    ConsultationQuery query{.limit = 20};
    if (setting_.dice.per_mille(700))
        query.state = static_cast<ConsultationState>(setting_.dice.below(3));
    consultations.list(caller(), query,
                       answer<Page<ConsultationView>>(
                           "consultations", true, [this](Result<Page<ConsultationView>> page) {
                               if (!page || page->items.empty() || !connected()) return;
                               move_consultation(setting_.dice.one_of(page->items).room);
                           }));
}

void Device::move_consultation(const Room& room) {
    Consultations& consultations = engine().consultations();
    const auto moved = [&](const char* name) {
        setting_.trace("{}: {} consultation {}", name_, name, room.id.value);
        return answer<ConsultationView>(name, false, [](const Result<ConsultationView>&) {});
    };
    if (room.consultation->state == ConsultationState::pending && setting_.dice.per_mille(700))
        return consultations.approve(caller(), room.id, {}, moved("approve"));
    switch (setting_.dice.below(6)) {
        case 0:
            return consultations.approve(caller(), room.id, {}, moved("approve"));
        case 1:
            return consultations.reject(caller(), room.id, moved("reject"));
        case 2:
            return consultations.cancel(caller(), room.id, moved("cancel"));
        case 3:
            return post_to(room.id);
        default:
            setting_.trace("{} ends consultation {}", name_, room.id.value);
            return consultations.end(
                caller(), room.id,
                answer<ConsultationView>(
                    "end", false, [this, id = room.id](const Result<ConsultationView>& ended) {
                        if (ended) ledger_.consultations().ended(id);
                    }));
    }
}

void Device::schedule() {
    testing::Dice& dice = setting_.dice;
    if (!schedules_.empty() && dice.per_mille(400)) return change_schedule(dice.one_of(schedules_));
    const auto room = some_room(dice.per_mille(800));
    if (!room) return;
    ScheduleRequest request;
    request.room = *room;
    request.content = setting_.new_text("scheduled");
    request.at = engine().clock().now() + std::chrono::milliseconds{1 + dice.below(4'000)};
    request.repeat = static_cast<Repeat>(dice.below(4));
    setting_.trace("{} schedules '{}' for room {}", name_, request.content, room->value);
    engine().schedules().create(caller(), std::move(request),
                                answer<Schedule>("schedule", false, [this](Result<Schedule> made) {
                                    if (made) schedules_.push_back(made->id);
                                }));
}

void Device::change_schedule(ScheduleId schedule) {
    testing::Dice& dice = setting_.dice;
    if (dice.per_mille(400)) {
        setting_.trace("{} cancels schedule {}", name_, schedule.value);
        ledger_.schedules().cancel_asked(schedule);
        engine().schedules().cancel(
            caller(), schedule, answer<Schedule>("cancel", false, [this](Result<Schedule> ended) {
                if (ended) ledger_.schedules().cancelled(*ended);
            }));
        return;
    }
    ScheduleEdit edit;
    if (dice.per_mille(700)) edit.content = setting_.new_text("rescheduled");
    if (dice.per_mille(500))
        edit.at = engine().clock().now() + std::chrono::milliseconds{1 + dice.below(4'000)};
    if (dice.per_mille(300)) edit.repeat = static_cast<Repeat>(dice.below(4));
    setting_.trace("{} edits schedule {}", name_, schedule.value);
    engine().schedules().edit(
        caller(), schedule, std::move(edit),
        answer<Schedule>("reschedule", false, [](const Result<Schedule>&) {}));
}

void Device::look_around() {
    const auto room = some_room(false);
    if (!room) return;
    if (setting_.dice.per_mille(600)) return attach(*room);
    if (setting_.dice.per_mille(300)) return detach(*room);
    engine().messages().history(caller(), HistoryQuery{.room = *room, .limit = 5},
                                answer<History>("history", false, [](const Result<History>&) {}));
}

}  // namespace chatcore::simulation
