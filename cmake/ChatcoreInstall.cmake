# What `cmake --install` puts in place for hosts: headers, libraries, find_package(chatcore) and
# pkg-config. Each library is a component with an export file of its own, so that a host that wants
# core and SQLite needs nothing of OpenSSL.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/chatcore)
set(CHATCORE_COMPONENTS "")

# chatcore_install(sqlite CMAKE "SQLite3 3.37" PKGCONFIG chatcore "sqlite3 >= 3.37")
# CMAKE: arguments of find_dependency, one list element each; PKGCONFIG: what the .pc file requires;
# LIBRARIES: what has no .pc file of its own.
function(chatcore_install name)
    cmake_parse_arguments(ARG "" "DESCRIPTION" "CMAKE;PKGCONFIG;LIBRARIES" ${ARGN})
    if(NOT TARGET chatcore_${name})
        return()
    endif()
    install(TARGETS chatcore_${name} EXPORT chatcore_${name}
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT chatcore_${name} NAMESPACE chatcore:: DESTINATION ${package_dir}
            FILE chatcore-${name}.cmake)
    set(CHATCORE_COMPONENTS ${CHATCORE_COMPONENTS} ${name} PARENT_SCOPE)
    set(needs "")
    foreach(dependency ${ARG_CMAKE})
        string(APPEND needs "find_dependency(${dependency})\n")
    endforeach()
    file(WRITE ${PROJECT_BINARY_DIR}/package/chatcore-${name}-needs.cmake "${needs}")
    install(FILES ${PROJECT_BINARY_DIR}/package/chatcore-${name}-needs.cmake
            DESTINATION ${package_dir})

    set(PC_NAME chatcore-${name})
    if(name STREQUAL core)
        set(PC_NAME chatcore)
    endif()
    set(PC_LIBRARY chatcore_${name})
    set(PC_DESCRIPTION "${ARG_DESCRIPTION}")
    list(JOIN ARG_PKGCONFIG ", " PC_REQUIRES)
    list(JOIN ARG_LIBRARIES " " PC_LIBRARIES)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/chatcore.pc.in
                   ${PROJECT_BINARY_DIR}/package/${PC_NAME}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/package/${PC_NAME}.pc
            DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

chatcore_install(core DESCRIPTION "An embeddable chat engine"
    CMAKE fmt PKGCONFIG fmt LIBRARIES -lutf8proc)
chatcore_install(memory DESCRIPTION "chatcore's store, bus and cache in memory"
    PKGCONFIG chatcore)
chatcore_install(system DESCRIPTION "The machine's time, chance and threads for chatcore"
    CMAKE Threads PKGCONFIG chatcore LIBRARIES -pthread)
chatcore_install(sqlite DESCRIPTION "chatcore's store in an SQLite file"
    CMAKE "SQLite3 3.37" Threads PKGCONFIG chatcore sqlite3 LIBRARIES -pthread)
chatcore_install(time_zones DESCRIPTION "The tz database's time zones for chatcore"
    CMAKE date PKGCONFIG chatcore LIBRARIES -ldate-tz)
chatcore_install(blob_file DESCRIPTION "chatcore's files under one folder"
    PKGCONFIG chatcore)
chatcore_install(magic DESCRIPTION "Kinds of files for chatcore"
    PKGCONFIG chatcore LIBRARIES -lmagic)
chatcore_install(embedded DESCRIPTION "chatcore with SQLite, put together"
    PKGCONFIG chatcore-memory chatcore-sqlite chatcore-system)
chatcore_install(auth DESCRIPTION "Passwords and tokens for chatcore"
    CMAKE "OpenSSL COMPONENTS Crypto" simdjson PKGCONFIG chatcore libcrypto simdjson
    LIBRARIES -lcrypt)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/chatcore DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/chatcore-config.cmake.in
    ${PROJECT_BINARY_DIR}/package/chatcore-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/package/chatcore-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/chatcore-config.cmake
              ${PROJECT_BINARY_DIR}/package/chatcore-config-version.cmake
        DESTINATION ${package_dir})
