#include "notifier.h"

#include <algorithm>

#include "node.h"
#include "posting.h"

namespace chatcore {

namespace {

/// Collects the notifications of a batch, one change at a time.
class Collector {
public:
    Collector(Store& store, int all_max, std::vector<NewNotification>& out)
        : store_(store), all_max_(all_max), out_(out) {}

    void see(const Settled& settled) {
        if (!settled.outcome) return;
        const auto* applied = std::get_if<Applied>(&*settled.outcome);
        const auto* replayed = std::get_if<Replayed>(&*settled.outcome);
        if (applied == nullptr && replayed == nullptr) return;
        std::visit(
            [&](const auto& what) {
                if (applied != nullptr) {
                    collect(settled.change, *applied, what);
                } else {
                    collect(settled.change, *replayed, what);
                }
            },
            settled.change.what);
    }

private:
    void collect(const Change& change, const Applied& applied, const PostMessage&) {
        const auto& message = std::get<Message>(applied.states.front());
        const auto* root =
            applied.states.size() > 1 ? std::get_if<Message>(&applied.states[1]) : nullptr;
        posted(change, message, root);
        // The first message of a consultation has begun it.
        if (const auto* room = std::get_if<Room>(&applied.states.back()))
            consulted(change, applied.position, *room);
    }
    void collect(const Change& change, const Applied& applied, const StepConsultation&) {
        consulted(change, applied.position, std::get<Room>(applied.states.front()));
    }
    void collect(const Change& change, const Applied& applied, const CompleteConsultation&) {
        consulted(change, applied.position, std::get<Room>(applied.states.front()));
    }
    // Who was named before is known by the cause, and not told again.
    void collect(const Change& change, const Applied& applied, const EditMessage&) {
        named_in(change, std::get<Message>(applied.states.front()));
    }
    void collect(const Change& change, const Applied& applied, const SetReaction& what) {
        if (what.present) reacted(change, std::get<Message>(applied.states.front()));
    }
    void collect(const Change& change, const Applied& applied, const InviteMembers&) {
        for (const State& state : applied.states) {
            if (const auto* member = std::get_if<Member>(&state))
                invited(change, applied.position, member->user);
        }
    }
    // The first time may have ended before anything was written; what was is known by its cause.
    void collect(const Change& change, const Replayed& replayed, const PostMessage&) {
        const auto* message = std::get_if<Message>(&replayed.state);
        if (message == nullptr) return;
        std::optional<Message> root;
        if (message->parent) {
            Result<std::optional<Message>> found =
                store_.messages().find(*message->parent, std::nullopt);
            if (found) root = std::move(*found);
        }
        posted(change, *message, root ? &*root : nullptr);
    }
    void collect(const Change& change, const Replayed& replayed, const EditMessage&) {
        if (const auto* message = std::get_if<Message>(&replayed.state)) named_in(change, *message);
    }
    void collect(const Change& change, const Replayed& replayed, const SetReaction& what) {
        const auto* message = std::get_if<Message>(&replayed.state);
        if (message != nullptr && what.present && !message->deleted_at) reacted(change, *message);
    }
    void collect(const Change& change, const Replayed& replayed, const InviteMembers& what) {
        for (UserId user : what.users) {
            // Who was in before was not invited by it.
            const Result<std::optional<Member>> member = store_.rooms().member(change.room, user);
            if (member && *member && (*member)->changed_at == replayed.position)
                invited(change, replayed.position, user);
        }
    }
    void collect(const Change& change, const Replayed& replayed, const StepConsultation&) {
        consulted_again(change, replayed);
    }
    void collect(const Change& change, const Replayed& replayed, const CompleteConsultation&) {
        consulted_again(change, replayed);
    }
    void collect(const Change&, const auto&, const auto&) {}

    void posted(const Change& change, const Message& message, const Message* root) {
        const std::vector<UserId> named = named_in(change, message);
        // Whoever is named in a reply is told once.
        if (root != nullptr && !std::binary_search(named.begin(), named.end(), root->sender)) {
            add(change, root->sender, NotificationKind::reply, position_of(message.id), message.id);
        }
    }
    /// Tells all whom the message names, and gives them in order.
    std::vector<UserId> named_in(const Change& change, const Message& message) {
        std::vector<UserId> named;
        bool everybody = false;
        for (const Mention& mention : message.mentions) {
            everybody = everybody || mention.names_all();
            if (!mention.names_all()) named.push_back(mention.user);
        }
        if (everybody) add_members(change.room, named);
        std::sort(named.begin(), named.end());
        named.erase(std::unique(named.begin(), named.end()), named.end());
        for (UserId user : named)
            add(change, user, NotificationKind::mention, position_of(message.id), message.id);
        return named;
    }
    void add_members(RoomId id, std::vector<UserId>& out) {
        const Result<std::optional<Room>> room = store_.rooms().find(id);
        if (!room || !*room || (*room)->participant_count > all_max_) return;
        // Those who have left stand among them, so that a page may not be enough.
        UserId after;
        for (int pages = 0; pages < pages_max; ++pages) {
            const Result<Page<Member>> page = store_.rooms().members(id, after, page_size);
            if (!page) return;
            for (const Member& member : page->items) {
                if (member.active) out.push_back(member.user);
            }
            if (!page->has_more()) return;
            after = page->items.back().user;
        }
    }
    void reacted(const Change& change, const Message& message) {
        // One who takes a reaction back and puts another does not tell it twice.
        wire::Writer who;
        who.i64(message.id.value);
        who.i64(change.actor.value);
        const auto cause = static_cast<std::int64_t>(digest_of(std::move(who).take()) &
                                                     static_cast<std::uint64_t>(id_max));
        add(change, message.sender, NotificationKind::reaction, Position{cause}, message.id);
    }
    void consulted_again(const Change& change, const Replayed& replayed) {
        const auto* room = std::get_if<Room>(&replayed.state);
        if (room != nullptr) consulted(change, replayed.position, *room);
    }
    /// Tells the other of the two, or both of what the engine did.
    void consulted(const Change& change, Position position, const Room& room) {
        if (!room.consultation) return;
        for (const UserId user : {room.consultation->requester, room.consultation->recipient})
            add(change, user, NotificationKind::consultation, position, std::nullopt);
    }
    void invited(const Change& change, Position position, UserId user) {
        add(change, user, NotificationKind::invitation, position, std::nullopt);
    }
    void add(const Change& change, UserId receiver, NotificationKind kind, Position cause,
             std::optional<MessageId> message) {
        out_.push_back({.receiver = receiver,
                        .kind = kind,
                        .cause = cause.value,
                        .at = change.at,
                        .actor = change.actor,
                        .room = change.room,
                        .message = message});
    }

    static constexpr int page_size = 1'000;
    static constexpr int pages_max = 10;

    Store& store_;
    int all_max_;  ///< members of a room that are told of an `@all`
    std::vector<NewNotification>& out_;
};

}  // namespace

void Notifier::take(const std::vector<Settled>& batch, Store& store) {
    std::vector<NewNotification> fresh;
    Collector collector(store, node_.limits.all_notified_members_max, fresh);
    for (const Settled& settled : batch) collector.see(settled);
    if (!fresh.empty()) add(std::move(fresh));
}

void Notifier::consultation_opened(const Room& room) {
    std::vector<NewNotification> fresh;
    fresh.push_back({.receiver = room.consultation->recipient,
                     .kind = NotificationKind::consultation,
                     .cause = room.id.value,  // no position is the same
                     .at = room.created_at,
                     .actor = room.consultation->requester,
                     .room = room.id});
    add(std::move(fresh));
}

void Notifier::add(std::vector<NewNotification> fresh) {
    std::erase_if(fresh, [](const NewNotification& one) { return one.receiver == one.actor; });
    if (fresh.empty()) return;
    std::size_t dropped = 0;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        const std::size_t room =
            node_.limits.notifications_waiting_max -
            std::min(waiting_.size(), node_.limits.notifications_waiting_max.value());
        if (fresh.size() > room) {
            dropped = fresh.size() - room;
            fresh.resize(room);
        }
        waiting_.insert(waiting_.end(), fresh.begin(), fresh.end());
        first = !std::exchange(scheduled_, true);
    }
    if (dropped > 0) {
        node_.telemetry.log(
            {.level = LogLevel::warning,
             .text = "too many notifications wait; dropped " + std::to_string(dropped)});
    }
    if (first) write_later(node_.limits.notify_interval);
}

void Notifier::write_later(std::chrono::milliseconds pause) {
    node_.pool.writer(0).post_after(pause, [this] { write(node_.pool.writer_store(0)); });
}

void Notifier::write(Store& store) {
    if (under_way_.empty()) {
        const std::lock_guard lock(mutex_);
        under_way_ = std::exchange(waiting_, {});
        if (under_way_.empty()) {
            scheduled_ = false;
            return;
        }
        first_tried_at_ = node_.clock.steady();
        pause_ = node_.limits.journal_retry_first;
    }
    Result<std::vector<Notified>> taken = store.inbox().add(under_way_);
    if (!taken && is_retryable(taken.error().code) &&
        node_.clock.steady() - first_tried_at_ < node_.limits.journal_retry_total.value()) {
        write_later(pause_);
        pause_ = std::min(pause_ * 2, std::chrono::milliseconds{1'000});
        return;
    }
    if (!taken) {
        node_.telemetry.log({.level = LogLevel::error,
                             .text = "notifications were given up: " + taken.error().cause});
    }
    under_way_.clear();
    if (taken && !taken->empty()) tell(store, std::move(*taken));
    write_later(node_.limits.notify_interval);
}

void Notifier::tell(Store& store, std::vector<Notified> taken) {
    std::vector<Profiles::Wanted> wanted;
    wanted.reserve(taken.size());
    for (Notified& one : taken) {
        wanted.push_back({one.notification.actor, &one.notification.actor_profile});
    }
    node_.profiles.fill(store, wanted);
    std::vector<EventPtr> events;
    events.reserve(taken.size());
    for (Notified& one : taken) {
        events.push_back(make_event(NotificationSignal{one.receiver, std::move(one.notification)}));
    }
    node_.tell(std::move(events));
}

}  // namespace chatcore
