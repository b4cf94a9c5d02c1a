/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time zones as a site file names them. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>

/* Longest name of a time zone, and of what zone_environment makes of it, with the end. */
#define ZONE_MAX 80

/* What the environment variable TZ must hold for this zone (POSIX.1-2017, 8.3): "Asia/Tokyo" (a name of the tz database, which names a file) or
 * "UTC", "UTC+09:00". False for anything else: no path leaves the database's folder. Whether that file is there is not looked at. */
bool zone_environment(const char *name, char *buf, size_t size);

#endif
