# Copies the tests to WORK and fetches their packages there, where they are not there already.
file(GLOB scripts ${SOURCE}/*.mjs)
file(MAKE_DIRECTORY ${WORK})
file(COPY ${scripts} ${SOURCE}/lib ${SOURCE}/package.json ${SOURCE}/package-lock.json ${SOURCE}/.npmrc
     DESTINATION ${WORK})
file(SHA256 ${WORK}/package-lock.json lock)
set(stamp ${WORK}/node_modules/.fetched)
if(EXISTS ${stamp})
    file(READ ${stamp} fetched)
    if(fetched STREQUAL lock)
        return()
    endif()
endif()
execute_process(COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error WORKING_DIRECTORY ${WORK}
                RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "npm ci failed")
endif()
file(WRITE ${stamp} ${lock})
