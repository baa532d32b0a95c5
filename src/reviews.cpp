#include "reviews.h"

#include "chatcore/text.h"

#include "content_rules.h"

namespace chatcore {

struct Reviews::Asked {
    Caller caller;
    MessageDraft draft;
    std::optional<ClientKey> key;
    Completion<MessageDraft> done;
    std::atomic<bool> settled = false;

    Asked(Caller who, MessageDraft what, std::optional<ClientKey> under,
          Completion<MessageDraft> then)
        : caller(who), draft(std::move(what)), key(under), done(std::move(then)) {}
};

Reviews::Reviews(Node& node, MessageHook* hook) : node_(node), hook_(hook) {
    gate_->reviews = this;
}

Reviews::~Reviews() {
    stop();
}

void Reviews::stop() {
    const std::lock_guard lock(gate_->mutex);
    gate_->reviews = nullptr;
}

void Reviews::ask(Caller caller, MessageDraft draft, std::optional<ClientKey> key,
                  Completion<MessageDraft> done) {
    const auto asked = std::make_shared<Asked>(caller, std::move(draft), key, std::move(done));
    if (waiting_.fetch_add(1) >= node_.limits.reviews_waiting_max) {
        asked->key.reset();
        return answer(asked, unexpected(ErrorCode::unavailable, "hook"));
    }
    if (key) {
        const std::lock_guard lock(mutex_);
        const auto [it, first] = in_hand_.try_emplace(Key{caller.user, *key});
        if (!first) {
            it->second.push_back(asked);
            return;
        }
    }
    look(asked);
}

void Reviews::over(UserId sender, const ClientKey& key) {
    AskedPtr next;
    {
        const std::lock_guard lock(mutex_);
        const auto it = in_hand_.find(Key{sender, key});
        if (it == in_hand_.end()) return;
        if (it->second.empty()) {
            in_hand_.erase(it);
            return;
        }
        next = std::move(it->second.front());
        it->second.pop_front();
    }
    look(next);
}

void Reviews::look(const AskedPtr& asked) {
    node_.pool.read([this, asked](Store& store) {
        const Result<bool> concerns = concerns_hook(store, asked->draft, asked->key);
        if (!concerns) {
            if (!asked->settled.exchange(true)) answer(asked, unexpected(concerns.error()));
            return;
        }
        if (!*concerns) return settle(asked, MessageHook::Verdict{MessageHook::Accept{}});
        node_.hub->executor(asked->caller.home)
            .post_after(node_.limits.hook_timeout,
                        [this, asked] { settle(asked, unexpected(ErrorCode::timeout, "hook")); });
        // Of its own, since an answer that comes late takes the draft away.
        const MessageDraft draft = asked->draft;
        hook_->review(draft, [gate = gate_, asked](Result<MessageHook::Verdict> verdict) {
            const std::lock_guard lock(gate->mutex);
            if (gate->reviews != nullptr) gate->reviews->settle(asked, std::move(verdict));
        });
    });
}

Result<bool> Reviews::concerns_hook(Store& store, MessageDraft& draft,
                                    const std::optional<ClientKey>& key) const {
    if (draft.kind == MessageDraft::Kind::edit) {
        const Result<std::optional<Message>> found =
            store.messages().find(*draft.message, draft.sender);
        if (!found) return unexpected(found.error());
        if (!*found) return false;
        const Message& message = **found;
        draft.room = message.room;
        draft.parent = message.parent;
        draft.type = message.type;
        draft.attachments = message.attachments;
        draft.metadata = message.metadata;
        draft.forwarded_from = message.forwarded_from;
        return message.sender == draft.sender && !message.deleted_at &&
               message.content != draft.content;
    }
    const std::span<const ClientKey> keys(key ? &*key : nullptr, key ? 1 : 0);
    const auto found = store.messages().standings(draft.sender, {&draft.room, 1}, keys);
    if (!found) return unexpected(found.error());
    const PostStanding& standing = found->front();
    return !standing.posted && standing.member && standing.member->active;
}

void Reviews::settle(const AskedPtr& asked, Result<MessageHook::Verdict> verdict) {
    if (asked->settled.exchange(true)) return;
    answer(asked, judged(std::move(asked->draft), std::move(verdict)));
}

void Reviews::answer(const AskedPtr& asked, Result<MessageDraft> result) {
    --waiting_;
    const bool gone = !result;
    node_.answer<MessageDraft>(asked->caller.home, std::move(asked->done), std::move(result));
    if (gone && asked->key) over(asked->caller.user, *asked->key);
}

Result<MessageDraft> Reviews::judged(MessageDraft draft,
                                     Result<MessageHook::Verdict> verdict) const {
    if (!verdict) {
        const Error& error = verdict.error();
        const bool late = error.code == ErrorCode::timeout;
        node_.telemetry.log({.level = LogLevel::warning,
                             .text = late ? "the message hook did not answer in time"
                                          : "the message hook failed: " + error.cause,
                             .user = draft.sender,
                             .room = draft.room});
        if (node_.limits.hook_lets_through) return draft;
        return unexpected(late ? ErrorCode::timeout : ErrorCode::unavailable, "hook", error.cause);
    }
    if (auto* refusal = std::get_if<MessageHook::Refuse>(&*verdict)) {
        constexpr std::size_t reason_code_points_max = 200;
        std::string reason = text::valid(refusal->reason)
                                 ? text::first_code_points(refusal->reason, reason_code_points_max)
                                 : std::string();
        return unexpected(ErrorCode::refused_by_host, std::move(reason));
    }
    if (auto* other = std::get_if<MessageHook::Rewrite>(&*verdict))
        return rewritten(std::move(draft), std::move(*other));
    return draft;
}

Result<MessageDraft> Reviews::rewritten(MessageDraft draft, MessageHook::Rewrite by) const {
    const bool is_post = draft.kind == MessageDraft::Kind::post;
    const bool may_be_empty = draft.kind == MessageDraft::Kind::forward;
    Status status;
    if (is_post) {
        status = check_content_with(by.attachments, by.content, node_.limits);
    } else if (!may_be_empty || !by.content.empty()) {
        status = check_content(by.content, node_.limits);
    }
    if (!status) {
        std::string cause =
            "the message hook gave content that is " + std::string(name_of(status.error().code));
        node_.telemetry.log(
            {.level = LogLevel::error, .text = cause, .user = draft.sender, .room = draft.room});
        return unexpected(ErrorCode::internal, "hook", std::move(cause));
    }
    draft.content = std::move(by.content);
    if (!is_post) return draft;
    const auto length = static_cast<std::int64_t>(text::code_points(draft.content));
    std::erase_if(by.mentions, [&](const Mention& mention) {
        return mention.start < 0 || mention.length <= 0 ||
               std::int64_t{mention.start} + mention.length > length;
    });
    draft.mentions = std::move(by.mentions);
    draft.attachments = std::move(by.attachments);
    draft.metadata = std::move(by.metadata);
    return draft;
}

}  // namespace chatcore
