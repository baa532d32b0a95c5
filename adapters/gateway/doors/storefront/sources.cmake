# The front door of stores and their customers: a part of the gateway's library.
set(CHATCORE_STOREFRONT_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/shapes.cpp
    ${CMAKE_CURRENT_LIST_DIR}/storefront.cpp)
