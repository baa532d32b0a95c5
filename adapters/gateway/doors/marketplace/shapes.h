#pragma once
// The shapes of the marketplace, in the form that who asks can read. Each writes one value.

#include <optional>
#include <string_view>
#include <vector>

#include "chatcore/domain/room.h"
#include "chatcore/ports/message_reader.h"

#include "gateway/json/writer.h"

namespace chatcore::gateway::marketplace {

/// How values are written. To Serverpod's clients fields that are null are left out, a product's id
/// is always a number, and enumerations may be given by their index.
struct Form {
    bool serverpod = false;
    bool by_index = false;
};

/// What rooms of this door are about.
inline constexpr std::string_view context_type = "product";

/// Writes an object's members in a form.
class Shape {
public:
    Shape(JsonWriter& out, Form form) : out_(out), form_(form) { out_.begin_object(); }
    ~Shape() { out_.end_object(); }
    Shape(const Shape&) = delete;
    Shape& operator=(const Shape&) = delete;

    template <class T>
    Shape& member(std::string_view name, const T& content) {
        out_.member(name, content);
        return *this;
    }
    template <class T>
    Shape& member(std::string_view name, const std::optional<T>& content) {
        return content ? member(name, *content) : null(name);
    }
    /// Null where it is empty.
    Shape& text(std::string_view name, std::string_view content) {
        return content.empty() ? null(name) : member(name, content);
    }
    Shape& null(std::string_view name) {
        if (!form_.serverpod) out_.key(name).null();
        return *this;
    }
    Shape& enumeration(std::string_view name, std::string_view word, int index) {
        return form_.by_index ? member(name, index) : member(name, word);
    }
    JsonWriter& key(std::string_view name) { return out_.key(name); }
    bool is_serverpod() const { return form_.serverpod; }

private:
    JsonWriter& out_;
    Form form_;
};

/// A message's type as the marketplace knows it: a video is a file. By name or by index.
std::optional<MessageType> type_of(std::string_view name);
std::optional<MessageType> type_at(std::int64_t index);

/// `{id,productId,title,chatRoomType,participantCount,lastActivityAt,createdAt,updatedAt}`.
void write_room(JsonWriter& out, const Room& room, Form form);
void write_rooms(JsonWriter& out, const std::vector<Room>& rooms, Form form);
/// `{id,chatRoomId,senderId,senderNickname,content,messageType,attachmentUrl,attachmentName,
/// attachmentSize,createdAt,updatedAt}`, the last being when it was edited.
void write_message(JsonWriter& out, const Message& message, Form form);
/// `[{userId,nickname,profileImageUrl,joinedAt,isActive}]`.
void write_participants(JsonWriter& out, const std::vector<Member>& members, Form form);
/// `{messages,totalCount,mediaTotalCount,fileTotalCount,currentPage,pageSize,hasNextPage,
/// hasPreviousPage}`.
void write_page(JsonWriter& out, const HistoryPage& page, const PageQuery& query, Form form);

}  // namespace chatcore::gateway::marketplace
