# Puts src/database/migrations/*.sql into the program: as an include file at configure time it would go stale, so it is a
# build step that runs again when one of them changes. As a script (-P) this file is that step.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files ${FOLDER}/*.sql)
  list(SORT files)
  set(code "// Made by migrations.cmake of the files in src/database/migrations.\n#include \"database/embedded.h\"\n\n")
  string(APPEND code "namespace omnify::database {\nnamespace {\n\n")
  set(entries "")
  set(expected 1)
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^[0-9]+" digits ${name})
    math(EXPR number "1${digits} - 10000")
    if(NOT name MATCHES "^[0-9][0-9][0-9][0-9]_[a-z0-9_]+$" OR NOT number EQUAL expected)
      message(FATAL_ERROR "${file}: migrations are named NNNN_words.sql and numbered without gaps from 0001.")
    endif()
    math(EXPR expected "${expected} + 1")
    file(SHA256 ${file} checksum)
    file(READ ${file} text)
    string(APPEND code "constexpr char kSql${number}[] = R\"sql(${text})sql\";\n\n")
    string(APPEND entries "    {.version = ${number}, .name = \"${name}\", .checksum = \"${checksum}\", .sql = kSql${number}},\n")
  endforeach()
  string(APPEND code "constexpr EmbeddedMigration kAll[] = {\n${entries}};\n\n}  // namespace\n\n")
  string(APPEND code "std::span<const EmbeddedMigration> embedded_migrations() noexcept { return kAll; }\n\n")
  string(APPEND code "}  // namespace omnify::database\n")
  file(WRITE ${OUTPUT} "${code}")
  return()
endif()

file(GLOB migration_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/database/migrations/*.sql)
set(embedded_migrations ${CMAKE_BINARY_DIR}/generated/database/embedded_migrations.cpp)
add_custom_command(
  OUTPUT ${embedded_migrations}
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_CURRENT_SOURCE_DIR}/database/migrations -DOUTPUT=${embedded_migrations}
          -P ${CMAKE_CURRENT_SOURCE_DIR}/database/migrations.cmake
  DEPENDS ${migration_files} ${CMAKE_CURRENT_SOURCE_DIR}/database/migrations.cmake
  VERBATIM)
target_sources(omnify_database PRIVATE ${embedded_migrations})
