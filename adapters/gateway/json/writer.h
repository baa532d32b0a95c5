#pragma once
// Appends JSON (RFC 8259) to a string, in place: no tree, no copy. Commas are the writer's
// business. Threads: one. Texts must be UTF-8, which the core guarantees of everything it gives
// out.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/ports/receipt_store.h"

namespace chatcore::gateway {

/// Up to where people have read, of the rooms whose messages are written; by room and user.
using ReadMarks = std::vector<ReadPointer>;

/// Of no room.
inline const ReadMarks no_marks;

class JsonWriter {
public:
    /// Writes to the end of `out`, which may hold something already. With `marks` in the legacy
    /// form of the social system: `id`, `…Id` and `…Ids` are texts, and messages of rooms that the
    /// marks are of say who has read them.
    explicit JsonWriter(std::string& out, const ReadMarks* marks = nullptr)
        : out_(out), marks_(marks) {}

    /// Nullptr: the canonical form.
    const ReadMarks* marks() const { return marks_; }

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
        if (marks_ != nullptr) names_id_ = is_id_name(name);
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
    /// The numbers that follow are ids, though the name before them does not say so.
    JsonWriter& of_ids() {
        names_id_ = marks_ != nullptr;
        return *this;
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
    static bool is_id_name(std::string_view name) {
        return name == "id" || name.ends_with("Id") || name.ends_with("Ids");
    }
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
    const ReadMarks* marks_;
    bool first_ = true;
    bool names_id_ = false;  ///< in the legacy form: the present name is of an id, or of ids
};

}  // namespace chatcore::gateway
