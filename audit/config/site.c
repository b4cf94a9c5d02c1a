/* SPDX-License-Identifier: GPL-3.0-or-later */
/* to be written */
typedef int not_written_yet;
