# What is installed runs from where it is installed. Wants BUILD (the build folder) and CAPTURE.
set(prefix ${BUILD}/installed)
file(REMOVE_RECURSE ${prefix})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${prefix}/bin/uptake read ${CAPTURE} --quiet --json ${BUILD}/installed.json COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${prefix}/bin/uptake live --port no_such_port --eal "--no-huge -m 64 --no-shconf --no-telemetry"
  RESULT_VARIABLE code ERROR_VARIABLE said OUTPUT_QUIET)
if(PORTS AND said MATCHES "cannot be loaded")
  message(FATAL_ERROR "the library of ports was not found: ${said}")
endif()
