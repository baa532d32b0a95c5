# The front door of the marketplace: a part of the gateway's library.
set(CHATCORE_MARKETPLACE_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/call.cpp
    ${CMAKE_CURRENT_LIST_DIR}/follower.cpp
    ${CMAKE_CURRENT_LIST_DIR}/marketplace.cpp
    ${CMAKE_CURRENT_LIST_DIR}/message_methods.cpp
    ${CMAKE_CURRENT_LIST_DIR}/room_methods.cpp
    ${CMAKE_CURRENT_LIST_DIR}/serverpod_frames.cpp
    ${CMAKE_CURRENT_LIST_DIR}/serverpod_session.cpp
    ${CMAKE_CURRENT_LIST_DIR}/stream.cpp
    ${CMAKE_CURRENT_LIST_DIR}/stream_format.cpp
    ${CMAKE_CURRENT_LIST_DIR}/shapes.cpp)
