#pragma once
// The templates by which a NativeSession answers; for its own sources.

#include "gateway/json/shapes.h"
#include "gateway/native/session.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {

template <class Write>
void NativeSession::reply(const Ask& ask, Write&& write) {
    if (ask.id.empty()) return;  // who gives no id wants no reply
    std::string frame;
    const FrameStart start = begin_text(frame, 512);
    JsonWriter json(frame);
    json.begin_object().key("id").raw(ask.id).member("type", "ok");
    write(json);
    json.end_object();
    send(std::move(frame), start);
}

template <class Write>
void NativeSession::send_event(std::string_view type, Write&& write) {
    std::string frame;
    const FrameStart start = begin_text(frame);
    JsonWriter json(frame);
    json.begin_object().member("type", type);
    write(json);
    json.end_object();
    send(std::move(frame), start);
}

template <class T, class Write>
Completion<T> NativeSession::reply_with(Ask ask, Write write) {
    ++in_hand_;
    return [weak = std::weak_ptr(self_), ask = std::move(ask),
            write = std::move(write)](Result<T> result) mutable {
        const auto self = weak.lock();
        if (!self) return;
        NativeSession& session = **self;
        --session.in_hand_;
        if (session.stage_ != Stage::live) return;
        if (!result) {
            session.refuse(ask, result.error());
        } else {
            session.reply(ask, [&](JsonWriter& json) { write(json, *result); });
        }
    };
}

}  // namespace chatcore::gateway
