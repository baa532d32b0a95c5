# The canonical HTTP door, /api/v1: a part of the gateway's library.
set(CHATCORE_V1_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/admin_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/answer.cpp
    ${CMAKE_CURRENT_LIST_DIR}/attachment_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/auth_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/context_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/input.cpp
    ${CMAKE_CURRENT_LIST_DIR}/legacy.cpp
    ${CMAKE_CURRENT_LIST_DIR}/mark_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/inbox_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/member_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/message_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/openapi.cpp
    ${CMAKE_CURRENT_LIST_DIR}/oversight_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/receipt_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/room_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/room_setting_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/search_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/schedule_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/social_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/user_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/v1.cpp
    ${CMAKE_CURRENT_BINARY_DIR}/openapi_parts.cpp)

# The document of this door.
file(GLOB_RECURSE openapi_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/openapi/*.json)
add_custom_command(
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/openapi_parts.cpp
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/openapi_parts.cpp
            -DFOLDER=${CMAKE_CURRENT_LIST_DIR}/openapi
            -P ${CMAKE_CURRENT_LIST_DIR}/embed_openapi.cmake
    DEPENDS ${openapi_files} ${CMAKE_CURRENT_LIST_DIR}/embed_openapi.cmake
    COMMENT "Embedding the document of the API"
    VERBATIM)
