# Builds the page of web/ with npm and embeds it. Sets CHATD_PAGE_SOURCE.
#
# Everything happens in the build folder, so that the sources stay clean and may be read-only.
option(CHATD_WITH_PAGE "Build the web page, where Node.js and npm are there" ON)

set(CHATD_PAGE_SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/page_missing.cpp)
set(node_least 20.19)
find_program(NODE_PROGRAM NAMES node nodejs)
find_program(NPM_PROGRAM npm)
set(no_page "")
if(NOT CHATD_WITH_PAGE)
    set(no_page "CHATD_WITH_PAGE is off")
elseif(NOT NODE_PROGRAM OR NOT NPM_PROGRAM)
    set(no_page "node or npm was not found")
else()
    execute_process(COMMAND ${NODE_PROGRAM} --version OUTPUT_VARIABLE node_version
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    string(REPLACE "v" "" node_version "${node_version}")
    if(node_version VERSION_LESS node_least)
        set(no_page "node is ${node_version}, and ${node_least} is needed")
    endif()
endif()
if(no_page)
    message(WARNING "chatd is built without its web page: ${no_page}")
    return()
endif()

set(web ${CMAKE_CURRENT_SOURCE_DIR}/web)
set(work ${CMAKE_CURRENT_BINARY_DIR}/web)
file(GLOB_RECURSE page_sources CONFIGURE_DEPENDS ${web}/src/* ${web}/public/* ${web}/reference/*)
list(APPEND page_sources ${web}/scripts/reference.mjs ${web}/index.html ${web}/vite.config.js ${web}/tsconfig.json)
set(page_packages ${web}/package.json ${web}/package-lock.json ${web}/.npmrc)
set(npm ${CMAKE_COMMAND} -E env npm_config_update_notifier=false npm_config_audit=false
        npm_config_fund=false ${NPM_PROGRAM} --prefix ${work} --loglevel=error)

add_custom_command(
    OUTPUT ${work}/installed.stamp
    COMMAND ${CMAKE_COMMAND} -E make_directory ${work}
    COMMAND ${CMAKE_COMMAND} -E copy ${page_packages} ${work}
    COMMAND ${npm} ci
    COMMAND ${CMAKE_COMMAND} -E touch ${work}/installed.stamp
    DEPENDS ${page_packages}
    WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
    COMMENT "Fetching the page's packages"
    VERBATIM)
add_custom_command(
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${work}/src ${work}/public ${work}/dist
            ${work}/reference ${work}/scripts
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${web}/src ${work}/src
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${web}/reference ${work}/reference
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${web}/scripts ${work}/scripts
    COMMAND ${CMAKE_COMMAND} -E copy ${web}/index.html ${web}/vite.config.js ${web}/tsconfig.json
            ${work}
    COMMAND ${npm} run build
    COMMAND ${NODE_PROGRAM} ${CMAKE_CURRENT_SOURCE_DIR}/embed_page.mjs ${work}/dist
            ${CMAKE_CURRENT_BINARY_DIR}
    DEPENDS ${work}/installed.stamp ${page_sources} embed_page.mjs
    WORKING_DIRECTORY ${work}
    COMMENT "Building the page"
    VERBATIM)
set(CHATD_PAGE_SOURCE ${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp)
