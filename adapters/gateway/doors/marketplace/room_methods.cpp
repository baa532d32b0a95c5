#include "gateway/doors/marketplace/methods.h"

namespace chatcore::gateway::marketplace {

namespace {

using Rooms = std::vector<Room>;

void create_or_get(const Call& call, Arguments& arguments) {
    Context product = arguments.product();
    const auto other = arguments.user("targetUserId");
    if (const Status sound = arguments.status(); !sound) return call.refuse(sound.error());
    const auto opened = [call](const Result<RoomView>& view) {
        if (!view) return call.refuse(view.error());
        call.answer([&](JsonWriter& out, Form form) {
            Shape shape(out, form);
            shape.member("success", true).member("chatRoomId", view->room.id);
            write_room(shape.key("chatRoom"), view->room, form);
            shape.member("message", "The room is open.");
        });
    };
    if (other) {
        call.engine.rooms().open_direct(call.caller(), *other, std::move(product), opened);
    } else {
        call.engine.context_rooms().open(call.caller(), std::move(product), opened);
    }
}

void find(const Call& call, Arguments& arguments) {
    const RoomId room = arguments.room();
    if (const Status sound = arguments.status(); !sound) return call.fail(sound.error());
    call.engine.rooms().find(call.caller(), room, [call](const Result<RoomView>& view) {
        const bool none = !view && (view.error().code == ErrorCode::not_a_member ||
                                    view.error().code == ErrorCode::room_deleted);
        if (!view && !none) return call.fail(view.error());
        call.answer([&](JsonWriter& out, Form form) {
            if (none) {
                out.null();
            } else {
                write_room(out, view->room, form);
            }
        });
    });
}

void by_product(const Call& call, Arguments& arguments) {
    Context product = arguments.product();
    if (const Status sound = arguments.status(); !sound) return call.fail(sound.error());
    call.engine.context_rooms().list(call.caller(), std::move(product),
                                     call.answer_by<Rooms>(write_rooms));
}

void own_by_product(const Call& call, Arguments& arguments) {
    RoomListQuery query;
    query.context = arguments.product();
    if (const Status sound = arguments.status(); !sound) return call.fail(sound.error());
    using Views = std::vector<RoomView>;
    call.engine.rooms().list_whole(
        call.caller(), std::move(query),
        call.answer_by<Views>([](JsonWriter& out, const Views& views, Form form) {
            out.begin_array();
            for (const RoomView& view : views) write_room(out, view.room, form);
            out.end_array();
        }));
}

void join(const Call& call, Arguments& arguments) {
    const RoomId room = arguments.room();
    if (const Status sound = arguments.status(); !sound) return call.refuse(sound.error());
    call.engine.rooms().join(call.caller(), room, [call, room](const Result<RoomView>& view) {
        if (!view) return call.refuse(view.error(), room, true);
        call.answer([&](JsonWriter& out, Form form) {
            Shape(out, form)
                .member("success", true)
                .member("chatRoomId", room)
                .member("joinedAt", view->joined_at)
                .member("message", "You are in the room.")
                .member("participantCount", view->room.participant_count);
        });
    });
}

void leave(const Call& call, Arguments& arguments) {
    const RoomId room = arguments.room();
    if (const Status sound = arguments.status(); !sound) return call.refuse(sound.error());
    call.engine.rooms().leave(call.caller(), room, false,
                              [call, room](const Result<RoomView>& view) {
                                  if (!view) return call.refuse(view.error(), room);
                                  call.answer([&](JsonWriter& out, Form form) {
                                      Shape(out, form)
                                          .member("success", true)
                                          .member("chatRoomId", room)
                                          .member("message", "You have left the room.");
                                  });
                              });
}

void participants(const Call& call, Arguments& arguments) {
    const RoomId room = arguments.room();
    if (const Status sound = arguments.status(); !sound) return call.fail(sound.error());
    call.engine.rooms().members_whole(call.caller(), room,
                                      call.answer_by<std::vector<Member>>(write_participants));
}

constexpr Method methods[] = {
    {"createOrGetChatRoom", false, create_or_get},
    {"getChatRoomById", true, find},
    {"getChatRoomsByProductId", true, by_product},
    {"getUserChatRoomsByProductId", true, own_by_product},
    {"joinChatRoom", false, join},
    {"leaveChatRoom", false, leave},
    {"getChatParticipants", true, participants},
};

}  // namespace

std::span<const Method> room_methods() {
    return methods;
}

}  // namespace chatcore::gateway::marketplace
