/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How Microsoft spells the names in a security template. Windows reads them in any case, and files have them in any. */
#ifndef DECODE_FORMAT_INF_NAMES_H
#define DECODE_FORMAT_INF_NAMES_H

#include <stddef.h>

/* The position of a setting's name among those that are known (below 64), or -1; *ret_spelled is how it is spelled. */
int inf_setting_name(const char *name, const char **ret_spelled);

/* A user right as it is spelled ([MS-GPSB] 2.2.6, [MS-LSAD] 2.2.2.1), or the name itself when it is none that is known. */
const char *inf_right_name(const char *name);

#endif
