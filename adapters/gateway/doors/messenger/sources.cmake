# The front door of the messenger: a part of the gateway's library.
set(CHATCORE_MESSENGER_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/auth_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/messenger.cpp
    ${CMAKE_CURRENT_LIST_DIR}/room_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/shapes.cpp)
