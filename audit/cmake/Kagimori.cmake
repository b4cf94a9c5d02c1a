# SPDX-License-Identifier: GPL-3.0-or-later
# How this project builds: flags for every target, one static library a folder, tests by module.

find_package(PkgConfig REQUIRED)
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

add_library(kagimori_flags INTERFACE)
target_compile_definitions(kagimori_flags INTERFACE _GNU_SOURCE KAGIMORI_VERSION="${PROJECT_VERSION}")
target_include_directories(kagimori_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(kagimori_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wvla -Wcast-qual -Wpointer-arith -Wwrite-strings -Wformat=2 -Wnull-dereference
    -Wdouble-promotion -Wundef -Walloca -Wunused-macros -fvisibility=hidden
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(kagimori_flags INTERFACE -Wcast-align=strict -Wformat-signedness -Wlogical-op
        -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init -Wimplicit-fallthrough=5)
else()
    target_compile_options(kagimori_flags INTERFACE -Wcast-align -Wimplicit-fallthrough)
endif()
if(KAGIMORI_WERROR)
    target_compile_options(kagimori_flags INTERFACE -Werror)
endif()
if(KAGIMORI_SANITIZE)
    target_compile_options(kagimori_flags INTERFACE -fsanitize=${KAGIMORI_SANITIZE} -fno-omit-frame-pointer
        -fno-sanitize-recover=all)
    target_link_options(kagimori_flags INTERFACE -fsanitize=${KAGIMORI_SANITIZE})
    target_compile_definitions(kagimori_flags INTERFACE KAGIMORI_NO_SANDBOX=1)
else()
    target_compile_options(kagimori_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>
        -fstack-protector-strong -fstack-clash-protection -fPIE)
    target_link_options(kagimori_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
endif()
if(KAGIMORI_FUZZ)
    target_compile_options(kagimori_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# kagimori_library(NAME SOURCES … [USES our libraries …] [PACKAGES pkg-config modules …])
function(kagimori_library name)
    cmake_parse_arguments(L "" "" "SOURCES;USES;PACKAGES" ${ARGN})
    add_library(${name} STATIC ${L_SOURCES})
    target_link_libraries(${name} PUBLIC kagimori_flags ${L_USES})
    foreach(package ${L_PACKAGES})
        kagimori_package(${package} target)
        target_link_libraries(${name} PUBLIC ${target})
    endforeach()
endfunction()

# kagimori_program(NAME SOURCES … [USES …] [PACKAGES …]): an executable in the build directory.
function(kagimori_program name)
    cmake_parse_arguments(L "" "" "SOURCES;USES;PACKAGES" ${ARGN})
    add_executable(${name} ${L_SOURCES})
    target_link_libraries(${name} PRIVATE kagimori_flags ${L_USES})
    foreach(package ${L_PACKAGES})
        kagimori_package(${package} target)
        target_link_libraries(${name} PRIVATE ${target})
    endforeach()
endfunction()

# Finds a pkg-config module once and returns its imported target.
macro(kagimori_package module out)
    string(MAKE_C_IDENTIFIER "pkg_${module}" _prefix)
    if(NOT TARGET PkgConfig::${_prefix})
        pkg_check_modules(${_prefix} REQUIRED IMPORTED_TARGET GLOBAL ${module})
    endif()
    set(${out} PkgConfig::${_prefix})
endmacro()

# kagimori_embed(TARGET VARIABLE FILE …): the files, one after the other, as a NUL-terminated char array in a generated C file.
function(kagimori_embed target variable)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${variable}.c)
    add_custom_command(OUTPUT ${out}
        COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DVARIABLE=${variable} "-DFILES=${ARGN}" -DDIR=${CMAKE_CURRENT_SOURCE_DIR}
                -P ${CMAKE_SOURCE_DIR}/audit/cmake/Embed.cmake
        DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/audit/cmake/Embed.cmake VERBATIM)
    target_sources(${target} PRIVATE ${out})
endfunction()

# kagimori_test(NAME SOURCES … USES …): one CUnit executable a module, run by ctest under the label "unit".
function(kagimori_test name)
    cmake_parse_arguments(L "" "" "SOURCES;USES;PACKAGES" ${ARGN})
    add_executable(${name} ${L_SOURCES})
    kagimori_package(cunit target)
    target_link_libraries(${name} PRIVATE kagimori_flags kagimori_test_support ${L_USES} ${target})
    foreach(package ${L_PACKAGES})
        kagimori_package(${package} target)
        target_link_libraries(${name} PRIVATE ${target})
    endforeach()
    target_compile_definitions(${name} PRIVATE SOURCE_DIR="${CMAKE_SOURCE_DIR}" BUILD_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()

# kagimori_fuzz(NAME SOURCES … USES …): tests/fuzz/fuzz_NAME; libFuzzer under the fuzz preset, else run over its corpus by ctest.
function(kagimori_fuzz name)
    cmake_parse_arguments(L "" "" "SOURCES;USES" ${ARGN})
    add_executable(fuzz_${name} ${L_SOURCES})
    target_link_libraries(fuzz_${name} PRIVATE kagimori_flags ${L_USES})
    if(KAGIMORI_FUZZ)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/standalone.c ${CMAKE_SOURCE_DIR}/tests/fuzz/mutate.c)
    endif()
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} -runs=0 ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()
