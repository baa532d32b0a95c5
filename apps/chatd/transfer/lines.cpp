#include "transfer/lines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>
#include <simdjson.h>

#include "gateway/json/writer.h"
#include "transfer/base64.h"
#include "transfer/record_fields.h"

namespace chatcore::chatd {

namespace {

using Element = simdjson::dom::element;

/// Times of all that a calendar of four digits can say, and of any clock that was set wrong.
constexpr std::int64_t time_ms_max = 8'640'000'000'000'000;
constexpr std::string_view kind_member = "record";
constexpr std::string_view file_kind = "file";
constexpr std::string_view end_kind = "end";

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

class Writer {
public:
    explicit Writer(std::string& out) : json_(out) {}

    gateway::JsonWriter& json() { return json_; }

    template <class T>
    void operator()(std::string_view name, const T& value) {
        if (value == T{}) return;
        json_.key(name);
        put(value);
    }

private:
    template <class T>
    void put(const T& value) {
        if constexpr (is_optional<T>) {
            put(*value);
        } else if constexpr (is_list<T>) {
            json_.begin_array();
            for (const auto& each : value) put(each);
            json_.end_array();
        } else if constexpr (std::is_same_v<T, Timestamp> || std::is_same_v<T, LocalTime>) {
            json_.value(std::int64_t{value.time_since_epoch().count()});
        } else if constexpr (std::is_same_v<T, ClientKey>) {
            json_.value(value.to_string());
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            json_.value(fmt::format("{:016x}", value));
        } else if constexpr (std::is_same_v<T, ErrorCode>) {
            json_.value(name_of(value));
        } else if constexpr (std::is_enum_v<T>) {
            put_name(value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            json_.value(std::string_view(value));
        } else if constexpr (std::is_same_v<T, bool>) {
            json_.value(value);
        } else if constexpr (std::is_integral_v<T>) {
            json_.value(std::int64_t{value});
        } else if constexpr (is_id<T>) {
            json_.value(value.value);
        } else {
            json_.begin_object();
            fields(*this, value);
            json_.end_object();
        }
    }
    template <class Enum>
    void put_name(Enum value) {
        const auto index = static_cast<std::size_t>(value);
        // A value that has no name stays a number, and is refused when it is read: what a damaged
        // store gives must not be mended on the way.
        if (index >= enum_names<Enum>.size()) {
            json_.value(static_cast<std::int64_t>(index));
        } else {
            json_.value(enum_names<Enum>[index]);
        }
    }

    gateway::JsonWriter json_;
};

/// Reads the members of one object. The first that is wrong is remembered.
class Reader {
public:
    Reader(simdjson::dom::object object, std::string& wrong) : object_(object), wrong_(wrong) {}

    template <class T>
    void operator()(std::string_view name, T& value) {
        value = T{};
        Element element;
        if (object_.at_key(name).get(element) != simdjson::SUCCESS) return;
        ++taken_;
        if (!take(element, value) && wrong_.empty())
            wrong_ = fmt::format("\"{}\" should be {}", name, wanted<T>());
    }
    /// A member that was looked at before.
    void skip() { ++taken_; }
    /// Whether there is nothing else: what a reader does not know would be lost.
    void end() {
        if (taken_ != object_.size() && wrong_.empty())
            wrong_ = "it has a member that is not known, or has one twice";
    }

    /// What a value of the type should be, for people.
    template <class T>
    static std::string wanted() {
        if constexpr (is_optional<T>) {
            return wanted<typename T::value_type>();
        } else if constexpr (is_list<T>) {
            return "a list, not empty, each of it " + wanted<typename T::value_type>();
        } else if constexpr (std::is_same_v<T, Timestamp> || std::is_same_v<T, LocalTime>) {
            return "a time, in whole milliseconds since 1970";
        } else if constexpr (std::is_same_v<T, ClientKey>) {
            return "a text that is a UUID";
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            return "a text of 16 hexadecimal digits";
        } else if constexpr (std::is_same_v<T, ErrorCode>) {
            return "a code of what is refused";
        } else if constexpr (std::is_enum_v<T>) {
            return fmt::format("one of {}", fmt::join(enum_names<T>, ", "));
        } else if constexpr (std::is_same_v<T, std::string>) {
            return "a text";
        } else if constexpr (std::is_same_v<T, bool>) {
            return "true or false";
        } else if constexpr (std::is_integral_v<T>) {
            return fmt::format("a whole number from {} to {}", std::numeric_limits<T>::min(),
                               std::numeric_limits<T>::max());
        } else if constexpr (is_id<T>) {
            return fmt::format("a whole number from 0 to {}", id_max);
        } else {
            return "an object";
        }
    }

private:
    template <class T>
    bool take(Element element, T& value) {
        if constexpr (is_optional<T>) {
            return take(element, value.emplace());
        } else if constexpr (is_list<T>) {
            simdjson::dom::array array;
            if (element.get(array) != simdjson::SUCCESS) return false;
            for (const Element each : array) {
                if (!take(each, value.emplace_back())) return false;
            }
            return !value.empty();
        } else if constexpr (std::is_same_v<T, Timestamp> || std::is_same_v<T, LocalTime>) {
            std::int64_t number = 0;
            value = T{std::chrono::milliseconds{take_number(element, number)}};
            return element.is<std::int64_t>() && number >= -time_ms_max && number <= time_ms_max;
        } else if constexpr (std::is_same_v<T, ClientKey>) {
            std::string_view text;
            if (element.get(text) != simdjson::SUCCESS) return false;
            const auto key = ClientKey::parse(text);
            value = key.value_or(ClientKey{});
            return key.has_value();
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            std::string_view text;
            if (element.get(text) != simdjson::SUCCESS || text.size() != 16) return false;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), value, 16);
            return error == std::errc{} && end == text.data() + text.size();
        } else if constexpr (std::is_same_v<T, ErrorCode>) {
            std::string_view text;
            if (element.get(text) != simdjson::SUCCESS) return false;
            const auto code = error_code_named(text);
            value = code.value_or(ErrorCode{});
            return code.has_value();
        } else if constexpr (std::is_enum_v<T>) {
            return take_name(element, value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            std::string_view text;
            if (element.get(text) != simdjson::SUCCESS) return false;
            value = text;
            return true;
        } else if constexpr (std::is_same_v<T, bool>) {
            return element.get(value) == simdjson::SUCCESS;
        } else if constexpr (std::is_integral_v<T>) {
            std::int64_t number = 0;
            take_number(element, number);
            value = static_cast<T>(number);
            return element.is<std::int64_t>() && value == number;
        } else if constexpr (is_id<T>) {
            take_number(element, value.value);
            return element.is<std::int64_t>() && value.value >= 0 && value.value <= id_max;
        } else {
            simdjson::dom::object object;
            if (element.get(object) != simdjson::SUCCESS) return false;
            Reader reader(object, wrong_);
            fields(reader, value);
            reader.end();
            return true;
        }
    }
    static std::int64_t take_number(Element element, std::int64_t& number) {
        if (element.get(number) != simdjson::SUCCESS) number = 0;
        return number;
    }
    template <class Enum>
    static bool take_name(Element element, Enum& value) {
        std::string_view text;
        if (element.get(text) != simdjson::SUCCESS) return false;
        for (std::size_t i = 0; i < enum_names<Enum>.size(); ++i) {
            if (enum_names<Enum>[i] != text) continue;
            value = static_cast<Enum>(i);
            return true;
        }
        return false;
    }

    simdjson::dom::object object_;
    std::string& wrong_;
    std::size_t taken_ = 0;
};

Unexpected malformed(std::string what) {
    return unexpected(ErrorCode::malformed, "line", std::move(what));
}

/// What a value says besides its members.
template <class T>
void complete(T&) {}
void complete(RoomRecord& record) {
    if (record.room.direct) record.room.direct->context = record.room.context;
}
void complete(ContextRecord& record) {
    if (record.registered) record.registered->context = record.context;
}

template <std::size_t Index>
Record record_of(Reader& reader) {
    std::variant_alternative_t<Index, Record> record{};
    fields(reader, record);
    complete(record);
    return record;
}

Record read_record(std::size_t kind, Reader& reader) {
    using Read = Record (*)(Reader&);
    static constexpr auto reads = []<std::size_t... Index>(std::index_sequence<Index...>) {
        return std::array<Read, record_kind_count>{record_of<Index>...};
    }(std::make_index_sequence<record_kind_count>{});
    return reads[kind](reader);
}

Result<ExportLine> read_head(simdjson::dom::object object, std::string_view format) {
    if (format != export_format) return malformed("it is no export of chatd");
    std::int64_t version = 0;
    if (object.at_key("version").get(version) != simdjson::SUCCESS || version < 1)
        return malformed("it does not say its version");
    if (version > export_version) {
        return unexpected(
            ErrorCode::newer_schema, "line",
            fmt::format("it is of version {}, and this chatd knows {}", version, export_version));
    }
    ExportHead head;
    std::string wrong;
    Reader reader(object, wrong);
    reader.skip();
    reader.skip();
    simdjson::dom::object counts;
    if (object.at_key("counts").get(counts) != simdjson::SUCCESS)
        return malformed("it does not say how much there is");
    reader.skip();
    reader("files", head.files);
    reader.end();
    Reader counted(counts, wrong);
    for (std::size_t i = 0; i < record_kind_count; ++i)
        counted(record_kind_names[i], head.counts[i]);
    counted.end();
    for (const std::int64_t count : head.counts) {
        if (count < 0) wrong = "a count is below 0";
    }
    if (!wrong.empty()) return malformed(std::move(wrong));
    return ExportLine(head);
}

void write(Writer& out, const ExportHead& head) {
    out.json().member("format", export_format).member("version", export_version);
    out.json().key("counts").begin_object();
    for (std::size_t i = 0; i < record_kind_count; ++i) out(record_kind_names[i], head.counts[i]);
    out.json().end_object();
    out("files", head.files);
}
void write(Writer& out, const Record& record) {
    out.json().member(kind_member, record_kind_names[record.index()]);
    std::visit([&](const auto& it) { fields(out, it); }, record);
}
void write(Writer& out, const FilePiece& piece) {
    out.json().member(kind_member, file_kind);
    out("name", piece.name);
    out("offset", piece.offset);
    out("last", piece.last);
    out("gone", piece.gone);
    out("bytes", to_base64(piece.bytes));
}
void write(Writer& out, const ExportEnd& end) {
    out.json().member(kind_member, end_kind);
    out("records", end.records);
    out("files", end.files);
    out("digest", end.digest);
}

}  // namespace

void append_line(std::string& out, const ExportLine& line) {
    Writer writer(out);
    writer.json().begin_object();
    std::visit([&](const auto& it) { write(writer, it); }, line);
    writer.json().end_object();
    out += '\n';
}

struct LineReader::Parser {
    simdjson::dom::parser parser{export_line_bytes_max + simdjson::SIMDJSON_PADDING};
};

LineReader::LineReader() : parser_(std::make_unique<Parser>()) {}
LineReader::~LineReader() = default;

Result<ExportLine> LineReader::read(std::string_view line) {
    if (line.size() > export_line_bytes_max) return malformed("it is too long");
    simdjson::dom::object object;
    const auto error = parser_->parser.parse(line.data(), line.size()).get(object);
    if (error == simdjson::INCORRECT_TYPE) return malformed("it is no JSON object");
    if (error != simdjson::SUCCESS)
        return malformed(fmt::format("it is no JSON: {}", simdjson::error_message(error)));

    std::string_view name;
    if (object.at_key("format").get(name) == simdjson::SUCCESS) return read_head(object, name);
    if (object.at_key(kind_member).get(name) != simdjson::SUCCESS)
        return malformed("it does not say what it is");
    std::string wrong;
    Reader reader(object, wrong);
    reader.skip();
    ExportLine read;
    if (name == file_kind) {
        FilePiece piece;
        std::string text;
        reader("name", piece.name);
        reader("offset", piece.offset);
        reader("last", piece.last);
        reader("gone", piece.gone);
        reader("bytes", text);
        std::optional<std::string> bytes = from_base64(text);
        if (!bytes || bytes->size() > file_piece_bytes_max || piece.offset < 0)
            return malformed(fmt::format(
                "\"bytes\" should be base 64, of at most {} bytes, and \"offset\" 0 or above",
                file_piece_bytes_max));
        piece.bytes = std::move(*bytes);
        read = std::move(piece);
    } else if (name == end_kind) {
        ExportEnd end;
        reader("records", end.records);
        reader("files", end.files);
        reader("digest", end.digest);
        read = std::move(end);
    } else {
        const auto kind = std::find(record_kind_names.begin(), record_kind_names.end(), name);
        if (kind == record_kind_names.end()) return malformed("it is of a kind that is not known");
        read = read_record(static_cast<std::size_t>(kind - record_kind_names.begin()), reader);
    }
    reader.end();
    if (!wrong.empty()) return malformed(std::move(wrong));
    return read;
}

}  // namespace chatcore::chatd
