#include "gateway/doors/marketplace/stream_format.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

namespace chatcore::gateway::marketplace {

namespace {

/// Calls `write(message)` with each that is new to who receives the event.
template <class Write>
void each_new_message(const Event& event, Write&& write) {
    const auto* what = std::get_if<RoomEvent>(&event.what);
    if (what == nullptr) return;
    for (const State& state : what->states) {
        const auto* message = std::get_if<Message>(&state);
        if (message != nullptr && position_of(message->id) > what->known) write(*message);
    }
}

class StreamFormat final : public WireFormat {
public:
    explicit StreamFormat(Framing framing) : framing_(framing) {}

    void append(const Event& event, std::string& out) const override {
        thread_local std::string text;
        each_new_message(event, [&](const Message& message) {
            text.clear();
            JsonWriter json(text);
            write_message(json, message, Form{});
            append_message(out, framing_, text);
        });
    }

private:
    const Framing framing_;
};

class ItemFormat final : public WireFormat {
public:
    explicit ItemFormat(bool by_index) : form_{.serverpod = true, .by_index = by_index} {}

    void append(const Event& event, std::string& out) const override {
        each_new_message(event, [&](const Message& message) {
            JsonWriter json(out);
            write_message(json, message, form_);
            out += '\n';
        });
    }

private:
    const Form form_;
};

template <std::size_t... Is>
std::array<StreamFormat, sizeof...(Is)> one_each(std::index_sequence<Is...>) {
    return {StreamFormat(static_cast<Framing>(Is))...};
}

}  // namespace

const WireFormat& stream_format(Framing framing) {
    static const auto formats = one_each(std::make_index_sequence<framing_count>());
    return formats[static_cast<std::size_t>(framing)];
}

const WireFormat& item_format(bool by_index) {
    static const ItemFormat named(false);
    static const ItemFormat numbered(true);
    return by_index ? numbered : named;
}

}  // namespace chatcore::gateway::marketplace
