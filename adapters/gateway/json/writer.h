#pragma once
// Appends JSON (RFC 8259) to a string, in place: no tree, no copy. Commas are the writer's
// business. Threads: one. Texts must be UTF-8, which the core guarantees of everything it gives
// out.

#include <cstdint>
#include <string>
#include <string_view>

#include "chatcore/domain/ids.h"

namespace chatcore::gateway {

class JsonWriter {
public:
    /// Writes to the end of `out`, which may hold something already.
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return begin('{'); }
    JsonWriter& end_object() { return end('}'); }
    JsonWriter& begin_array() { return begin('['); }
    JsonWriter& end_array() { return end(']'); }

    /// The name of the next value. Names are our own and need no escaping.
    JsonWriter& key(std::string_view name) {
        separate();
        out_ += '"';
        out_ += name;
        out_ += "\":";
        first_ = true;
        return *this;
    }

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(int number) { return value(std::int64_t{number}); }
    JsonWriter& value(bool flag) { return raw(flag ? "true" : "false"); }
    JsonWriter& value(Timestamp at);
    template <class Tag>
    JsonWriter& value(Id<Tag> id) {
        return value(id.value);
    }
    JsonWriter& null() { return raw("null"); }

    /// JSON that is known to be whole and well-formed.
    JsonWriter& raw(std::string_view json) {
        separate();
        out_ += json;
        return *this;
    }

    template <class T>
    JsonWriter& member(std::string_view name, const T& content) {
        return key(name).value(content);
    }

private:
    void separate() {
        if (!first_) out_ += ',';
        first_ = false;
    }
    JsonWriter& begin(char bracket) {
        separate();
        out_ += bracket;
        first_ = true;
        return *this;
    }
    JsonWriter& end(char bracket) {
        out_ += bracket;
        first_ = false;
        return *this;
    }

    std::string& out_;
    bool first_ = true;
};

}  // namespace chatcore::gateway
