#include "chatcore/consultations.h"

#include <algorithm>
#include <charconv>

#include "chatcore/text.h"

#include "account_rules.h"
#include "consultation_closer.h"
#include "consultation_desk.h"
#include "direct_rooms.h"
#include "posting.h"
#include "rates.h"
#include "submit.h"

namespace chatcore {

namespace {

Status check_title(const std::string& title, const Limits& limits) {
    if (!text::valid(title)) return unexpected(ErrorCode::malformed, "title");
    if (text::has_controls(title)) return unexpected(ErrorCode::invalid_value, "title");
    if (text::code_points(title) > static_cast<std::size_t>(limits.title_code_points_max))
        return unexpected(ErrorCode::too_long, "title");
    return {};
}

/// Whom the request is to. `not_found` (user).
Result<UserId> recipient_of(Store& store, const ConsultationRequest& request) {
    if (request.recipient != UserId{}) return request.recipient;
    const std::string& code = request.recipient_code;
    if (names_an_id(code)) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
        if (error != std::errc{} || number <= 0 || number > id_max)
            return unexpected(ErrorCode::not_found, "user");
        return UserId{number};
    }
    if (code.empty() || !text::valid(code)) return unexpected(ErrorCode::not_found, "user");
    Result<std::optional<Account>> named = store.people().find(ExternalId{code});
    if (!named) return unexpected(named.error());
    if (!*named) return unexpected(ErrorCode::not_found, "user");
    return (*named)->profile.id;
}

/// Of what was sent, not of what it leads to: whom a code names may be another one later.
std::uint64_t digest_of_request(const ConsultationRequest& request) {
    wire::Writer fields;
    fields.i64(request.recipient.value);
    fields.text(request.recipient_code);
    fields.text(request.title);
    fields.u8(request.scheduled_at ? 1 : 0);
    if (request.scheduled_at) fields.i64(request.scheduled_at->time_since_epoch().count());
    return digest_of(std::move(fields).take());
}

/// A time that is asked for or agreed on. `in_the_past`; `invalid_value` where it is behind the
/// year 9999 by UTC or by the desk's clock, which both write years with four digits.
Status check_time(const ConsultationDesk& desk, std::optional<Timestamp> at) {
    if (!at) return {};
    if (*at < desk.node.clock.now()) return unexpected(ErrorCode::in_the_past, "scheduledAt");
    constexpr auto end = std::chrono::days{
        std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}.time_since_epoch()};
    if (at->time_since_epoch() >= end || desk.local(*at).time_since_epoch() >= end)
        return unexpected(ErrorCode::invalid_value, "scheduledAt");
    return {};
}

/// The consultation, where the caller takes part in it, or is an admin.
Result<Room> seen_by(Store& store, Caller caller, RoomId id) {
    Result<Room> room = consultation_in(store, id);
    if (room && !caller.is_admin && !room->consultation->is_party(caller.user))
        return unexpected(ErrorCode::not_a_member);
    return room;
}

/// The same for what is said in it: who has left reads no more of it.
Result<Room> read_by(Store& store, Caller caller, RoomId id) {
    Result<Room> room = seen_by(store, caller, id);
    if (!room || caller.is_admin) return room;
    Result<std::optional<Member>> member = store.rooms().member(id, caller.user);
    if (!member) return unexpected(member.error());
    if (!*member || !(*member)->active) return unexpected(ErrorCode::not_a_member);
    return room;
}

/// Whether there may be an archive for the caller, or why not.
Status archived_for(Store& store, Caller caller, RoomId id) {
    Result<Room> room = seen_by(store, caller, id);
    if (room) {
        // While it goes on there may be one of an ending that did not come to its end.
        const bool over = room->consultation->state == ConsultationState::completed;
        return over ? Status{} : unexpected(ErrorCode::not_found, "archive");
    }
    if (room.error().code != ErrorCode::room_deleted || !caller.is_admin)
        return unexpected(room.error());
    // Whose it was is not known any more, so it is nobody's but an admin's.
    Result<std::optional<Room>> left = store.rooms().find(id);
    if (!left) return unexpected(left.error());
    const bool was_one =
        *left && (*left)->kind == RoomKind::direct && is_consultation((*left)->context);
    return was_one ? Status{} : unexpected(ErrorCode::not_found, "consultation");
}

/// The room of a request: what was asked for under its key before is found again whatever has
/// become of the time, of the recipient and of the bucket since. On a writer.
Result<Room> requested(ConsultationDesk& desk, Store& store, UserId requester,
                       const ConsultationRequest& request) {
    Node& node = desk.node;
    const std::uint64_t digest = digest_of_request(request);
    if (request.key) {
        Result<std::optional<Room>> before =
            store.consultations().asked_before(requester, *request.key, digest);
        if (!before) return unexpected(before.error());
        if (*before) return std::move(**before);
    }
    Status status = check_time(desk, request.scheduled_at);
    if (status) status = node.rates->take_change(requester);
    if (!status) return unexpected(status.error());
    Result<UserId> recipient = recipient_of(store, request);
    if (!recipient) return unexpected(recipient.error());
    if (*recipient == requester) return unexpected(ErrorCode::self_room);
    Result<Opened> opened = open_between(node, store, requester, *recipient, true, [&] {
        return store.open_consultation({requester, *recipient, text::trimmed(request.title),
                                        request.scheduled_at, request.key, digest},
                                       node.clock.now());
    });
    if (!opened) return unexpected(opened.error());
    return std::move(opened->room);
}

}  // namespace

void Consultations::request(Caller caller, ConsultationRequest request,
                            Completion<ConsultationView> done) {
    Node& node = desk_.node;
    if (Status status = check_title(request.title, node.limits); !status) {
        node.answer<ConsultationView>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    node.ask_writer<ConsultationView>(
        caller.home,
        [this, caller, request = std::move(request)](Store& store) -> Result<ConsultationView> {
            Result<Room> room = requested(desk_, store, caller.user, request);
            if (!room) return unexpected(room.error());
            return desk_.view(store, std::move(*room));
        },
        std::move(done));
}

void Consultations::step(Caller caller, RoomId room, StepConsultation what,
                         Completion<ConsultationView> done) {
    Node& node = desk_.node;
    Status status = check_time(desk_, what.scheduled_at);
    if (status) status = node.rates->take_change(caller.user);
    if (!status) {
        node.answer<ConsultationView>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    submit(node, caller, room, what,
           [this, caller, done = std::move(done)](Result<Outcome> outcome) mutable {
               show(caller, state_of<Room>(std::move(outcome)), std::move(done));
           });
}

void Consultations::approve(Caller caller, RoomId room, std::optional<Timestamp> scheduled_at,
                            Completion<ConsultationView> done) {
    step(caller, room, {ConsultationStep::approve, scheduled_at}, std::move(done));
}

void Consultations::reject(Caller caller, RoomId room, Completion<ConsultationView> done) {
    step(caller, room, {ConsultationStep::reject, {}}, std::move(done));
}

void Consultations::cancel(Caller caller, RoomId room, Completion<ConsultationView> done) {
    step(caller, room, {ConsultationStep::cancel, {}}, std::move(done));
}

void Consultations::end(Caller caller, RoomId room, Completion<ConsultationView> done) {
    closer_.close(caller, room, [this, caller, done = std::move(done)](Result<Room> ended) mutable {
        show(caller, std::move(ended), std::move(done));
    });
}

void Consultations::show(Caller caller, Result<Room> moved, Completion<ConsultationView> done) {
    if (!moved) return done(unexpected(moved.error()));
    desk_.node.ask<ConsultationView>(
        caller.home,
        [this, room = std::move(*moved)](Store& store) mutable -> Result<ConsultationView> {
            return desk_.view(store, std::move(room));
        },
        std::move(done));
}

void Consultations::find(Caller caller, RoomId room, Completion<ConsultationView> done) {
    desk_.node.ask<ConsultationView>(
        caller.home,
        [this, caller, room](Store& store) -> Result<ConsultationView> {
            Result<Room> found = seen_by(store, caller, room);
            if (!found) return unexpected(found.error());
            return desk_.view(store, std::move(*found));
        },
        std::move(done));
}

void Consultations::list(Caller caller, ConsultationQuery query,
                         Completion<Page<ConsultationView>> done) {
    if (query.limit < 1 || query.limit > 100) {
        desk_.node.answer<Page<ConsultationView>>(caller.home, std::move(done),
                                                  unexpected(ErrorCode::malformed, "limit"));
        return;
    }
    desk_.node.ask<Page<ConsultationView>>(
        caller.home,
        [this, caller, query](Store& store) -> Result<Page<ConsultationView>> {
            Result<Page<Room>> page = store.consultations().of_person(caller.user, query);
            if (!page) return unexpected(page.error());
            return Page<ConsultationView>{desk_.views(store, std::move(page->items)),
                                          std::move(page->next_cursor)};
        },
        std::move(done));
}

void Consultations::messages(Caller caller, RoomId room, Completion<std::vector<Utterance>> done) {
    desk_.node.ask<std::vector<Utterance>>(
        caller.home,
        [this, caller, room](Store& store) -> Result<std::vector<Utterance>> {
            Result<Room> found = read_by(store, caller, room);
            if (!found) return unexpected(found.error());
            return desk_.everything(store, room, desk_.node.limits.consultation_messages_max);
        },
        std::move(done));
}

void Consultations::transcript(Caller caller, RoomId room, Completion<std::string> done) {
    desk_.node.ask<std::string>(
        caller.home,
        [this, caller, room](Store& store) -> Result<std::string> {
            Result<Room> found = read_by(store, caller, room);
            if (!found) return unexpected(found.error());
            Result<std::vector<Utterance>> said =
                desk_.everything(store, room, desk_.node.limits.consultation_messages_max);
            if (!said) return unexpected(said.error());
            TranscriptHead head = desk_.head(*found);
            head.count = std::ssize(*said);  // something may have been said since
            std::vector<TranscriptEntry> entries;
            for (Utterance& one : *said) entries.push_back(desk_.entry(std::move(one)));
            return desk_.layout.whole(head, entries);
        },
        std::move(done));
}

void Consultations::archive(Caller caller, RoomId room, Completion<std::int64_t> done) {
    desk_.node.pool.read([this, caller, room, done = std::move(done)](Store& store) mutable {
        Status status = archived_for(store, caller, room);
        if (status && !desk_.blobs) status = unexpected(ErrorCode::not_found, "archive");
        if (!status) {
            desk_.node.answer<std::int64_t>(caller.home, std::move(done),
                                            unexpected(status.error()));
            return;
        }
        desk_.blobs->next_worker().post([this, caller, room, done = std::move(done)]() mutable {
            const Result<std::optional<std::int64_t>> size =
                desk_.blobs->store().size(desk_.archive_name(room));
            Result<std::int64_t> answer = unexpected(ErrorCode::not_found, "archive");
            if (!size) {
                answer = unexpected(size.error());
            } else if (*size) {
                answer = **size;
            }
            desk_.node.answer<std::int64_t>(caller.home, std::move(done), std::move(answer));
        });
    });
}

void Consultations::read_archive(int home, RoomId room, std::int64_t offset, std::size_t size_max,
                                 Completion<std::string> done) {
    if (!desk_.blobs) {
        desk_.node.answer<std::string>(home, std::move(done),
                                       unexpected(ErrorCode::not_found, "archive"));
        return;
    }
    desk_.blobs->next_worker().post(
        [this, home, room, offset, size_max, done = std::move(done)]() mutable {
            desk_.node.answer<std::string>(
                home, std::move(done),
                desk_.blobs->store().read(desk_.archive_name(room), offset, size_max));
        });
}

std::string Consultations::code_of(const ConsultationView& view, UserId user) {
    const Consultation& held = *view.room.consultation;
    if (user == held.requester) return view.requester_code;
    if (user == held.recipient) return view.recipient_code;
    return std::to_string(user.value);
}

Utterance Consultations::utterance(const ConsultationView& view, const Message& message) {
    Utterance said{.sender_code = code_of(view, message.sender),
                   .sender_name = message.sender_nickname,
                   .content = what_was_said(message),
                   .sent_at = message.created_at};
    if (said.sender_name.empty()) said.sender_name = said.sender_code;
    return said;
}

std::string Consultations::local_text(Timestamp at) const {
    return chatcore::local_text(desk_.local(at));
}

std::optional<Timestamp> Consultations::from_local_text(std::string_view text) const {
    // yyyy-MM-dd HH:mm:ss
    constexpr std::string_view pattern = "0000-00-00 00:00:00";
    if (text.size() != pattern.size()) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (pattern[i] == '0' ? !digit : text[i] != pattern[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t size) {
        int value = 0;
        std::from_chars(text.data() + at, text.data() + at + size, value);
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!day.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59)
        return std::nullopt;
    const LocalTime local{std::chrono::local_days{day} + std::chrono::hours{number(11, 2)} +
                          std::chrono::minutes{number(14, 2)} +
                          std::chrono::seconds{number(17, 2)}};
    const Result<Timestamp> at = desk_.zones.to_utc(local, desk_.zone);
    return at ? std::optional{*at} : std::nullopt;
}

}  // namespace chatcore
