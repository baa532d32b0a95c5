# Parsers and writers of HTTP and WebSocket: bytes in, values out. They know neither sockets nor the core.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(simdjson REQUIRED)
find_path(HTTP_PARSER_INCLUDE_DIR http_parser.h REQUIRED)
find_library(HTTP_PARSER_LIBRARY http_parser REQUIRED)

add_library(
    chatcore_gateway_codecs STATIC
    ${CMAKE_CURRENT_LIST_DIR}/engineio/packet.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/base64.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/byte_range.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/chars.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/chunked_body.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/disposition.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/head_reader.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/head_scanner.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/http_error.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/ip_address.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/request.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/request_parser.cpp
    ${CMAKE_CURRENT_LIST_DIR}/http/response.cpp
    ${CMAKE_CURRENT_LIST_DIR}/link/framing.cpp
    ${CMAKE_CURRENT_LIST_DIR}/sockjs/address.cpp
    ${CMAKE_CURRENT_LIST_DIR}/sockjs/frames.cpp
    ${CMAKE_CURRENT_LIST_DIR}/sockjs/messages.cpp
    ${CMAKE_CURRENT_LIST_DIR}/socketio/packet.cpp
    ${CMAKE_CURRENT_LIST_DIR}/stomp/decoder.cpp
    ${CMAKE_CURRENT_LIST_DIR}/stomp/encoder.cpp
    ${CMAKE_CURRENT_LIST_DIR}/stomp/frame.cpp
    ${CMAKE_CURRENT_LIST_DIR}/websocket/client_frames.cpp
    ${CMAKE_CURRENT_LIST_DIR}/websocket/frame_compressor.cpp
    ${CMAKE_CURRENT_LIST_DIR}/websocket/frame_decoder.cpp
    ${CMAKE_CURRENT_LIST_DIR}/websocket/frame_encoder.cpp
    ${CMAKE_CURRENT_LIST_DIR}/websocket/handshake.cpp
    ${CMAKE_CURRENT_LIST_DIR}/websocket/inflater.cpp
    ${CMAKE_CURRENT_LIST_DIR}/websocket/permessage_deflate.cpp)
add_library(chatcore::gateway_codecs ALIAS chatcore_gateway_codecs)
set_target_properties(
    chatcore_gateway_codecs PROPERTIES EXPORT_NAME gateway_codecs POSITION_INDEPENDENT_CODE ON)
get_filename_component(CHATCORE_ADAPTERS_DIR ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
target_include_directories(
    chatcore_gateway_codecs PUBLIC $<BUILD_INTERFACE:${CHATCORE_ADAPTERS_DIR}>
    PRIVATE ${HTTP_PARSER_INCLUDE_DIR})
target_link_libraries(
    chatcore_gateway_codecs PRIVATE OpenSSL::Crypto ZLIB::ZLIB fmt::fmt
                                    simdjson::simdjson ${HTTP_PARSER_LIBRARY})
chatcore_compile_options(chatcore_gateway_codecs)
