# SPDX-License-Identifier: GPL-3.0-or-later
# Writes FILES (relative to DIR) as one NUL-terminated array of chars called VARIABLE into OUT.
set(all "")
foreach(file ${FILES})
    get_filename_component(path ${file} ABSOLUTE BASE_DIR ${DIR})
    file(READ ${path} hex HEX)
    string(APPEND all "${hex}")
endforeach()
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," all "${all}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" all "${all}")
file(WRITE ${OUT} "extern const unsigned char ${VARIABLE}[];\nconst unsigned char ${VARIABLE}[] = {\n${all}0};\n")
