#pragma once
// The templates by which a StompSession answers; for its own sources.

#include <fmt/format.h>

#include "gateway/json/shapes.h"
#include "gateway/stomp/session.h"
#include "gateway/stomp/told.h"

namespace chatcore::gateway::stomp {

template <class Write>
void StompSession::tell_own(Topic topic, Write&& write) {
    std::string body;
    std::string framed;
    for (const OwnTopic& own : subscriptions_.own()) {
        if (own.topic != topic) continue;
        if (body.empty()) {
            JsonWriter json(body, social_form());
            write(json);
        }
        append_told(framed, link_.framing(), version_,
                    {.destination = own.destination,
                     .subscription = own.id,
                     .number = fmt::format("o{}", ++told_),
                     .acks = own.acks},
                    body);
    }
    if (!framed.empty()) send(std::move(framed));
}

template <class T, class Then>
Completion<T> StompSession::go_on_by(Ask ask, Then then) {
    ++in_hand_;
    return [weak = std::weak_ptr(self_), ask = std::move(ask),
            then = std::move(then)](Result<T> result) mutable {
        const auto self = weak.lock();
        if (!self) return;
        StompSession& session = **self;
        --session.in_hand_;
        if (!session.acts()) return;
        if (!result) {
            session.refuse(ask, result.error());
        } else {
            then(session, std::move(ask), *result);
        }
        session.part_if_done();
        session.link_.flush();
    };
}

template <class T, class Then>
Completion<T> StompSession::look_by(Ask ask, Then then) {
    looking_ = true;
    return [weak = std::weak_ptr(self_),
            look = go_on_by<T>(std::move(ask), std::move(then))](Result<T> result) mutable {
        const auto self = weak.lock();
        if (!self) return;
        (*self)->looking_ = false;
        look(std::move(result));
        (*self)->go_on();
        (*self)->link_.flush();
    };
}

template <class T, class Write>
Completion<T> StompSession::answer_by(Ask ask, Write write) {
    return go_on_by<T>(std::move(ask), [write = std::move(write)](StompSession& session, Ask of,
                                                                  const T& value) mutable {
        write(session, value);
        session.receipt(of);
    });
}

template <class T>
Completion<T> StompSession::done_by(Ask ask) {
    return answer_by<T>(std::move(ask), [](StompSession&, const T&) {});
}

template <class Then>
void StompSession::with_message(Ask ask, MessageId message, Then then) {
    engine().messages().find(caller(), message, look_by<Message>(std::move(ask), std::move(then)));
}

}  // namespace chatcore::gateway::stomp
