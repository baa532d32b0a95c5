# The front door of consultations, /api/chat and /api/consultations: a part of the gateway's library.
set(CHATCORE_CONSULTATION_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/chat_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/consultation.cpp
    ${CMAKE_CURRENT_LIST_DIR}/consultation_routes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/shapes.cpp)
