# How every target of this project is compiled: C++20, warnings private to us, sanitizers by preset.

function(chatcore_compile_options target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # g++ 12 sees overlaps in std::string where there are none (its bug 105651), and does not see which
        # alternative of a variant is set.
        target_compile_options(${target} PRIVATE -Wno-restrict -Wno-maybe-uninitialized)
    endif()
    if(CHATCORE_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(CHATCORE_FUZZ)
        target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)  # coverage in the libraries too
    endif()
    if(CHATCORE_SANITIZE)
        target_compile_options(
            ${target} PUBLIC -fsanitize=${CHATCORE_SANITIZE} -fno-sanitize-recover=all
                             -fno-omit-frame-pointer)
        target_link_options(${target} PUBLIC -fsanitize=${CHATCORE_SANITIZE})
        if(CHATCORE_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
            target_compile_options(${target} PRIVATE -Wno-tsan)  # fences of asio, which TSAN ignores
        endif()
    endif()
endfunction()

# chatcore_library(core SOURCES a.cpp b.cpp LINK fmt::fmt PRIVATE_LINK SQLite::SQLite3)
# makes the library chatcore_core with the alias chatcore::core, installed and exported.
function(chatcore_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
    add_library(chatcore_${name} ${ARG_SOURCES})
    add_library(chatcore::${name} ALIAS chatcore_${name})
    set_target_properties(chatcore_${name} PROPERTIES EXPORT_NAME ${name})
    target_link_libraries(chatcore_${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
    chatcore_compile_options(chatcore_${name})
endfunction()

# chatcore_test(unit_hub SOURCES hub_test.cpp LINK chatcore::core LABELS unit)
# makes a doctest program (its main comes from tests/main.cpp) and registers it with ctest.
function(chatcore_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS;ARGS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/main.cpp)
    target_link_libraries(${name} PRIVATE ${ARG_LINK} doctest::doctest)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    chatcore_compile_options(${name})
    add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

# chatcore_fuzzer(fuzz_http SOURCES http_fuzz.cpp LINK … CORPUS dir): libFuzzer where the preset asks
# for it; otherwise the same entry point is run by ctest over the corpus.
function(chatcore_fuzzer name)
    cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LINK" ${ARGN})
    if(CHATCORE_FUZZ)
        add_executable(${name} ${ARG_SOURCES})
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_executable(${name} ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp)
        add_test(NAME ${name}_corpus COMMAND ${name} ${ARG_CORPUS})
        set_tests_properties(${name}_corpus PROPERTIES LABELS "fuzz" TIMEOUT 120)
    endif()
    target_link_libraries(${name} PRIVATE ${ARG_LINK})
    chatcore_compile_options(${name})
endfunction()
