/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SYSVOL for the tests of the driver of policies, in a bundle that is being built. */
#ifndef TESTS_UNIT_POLICY_SYSVOL_H
#define TESTS_UNIT_POLICY_SYSVOL_H

#include "built.h"

#define ID      "31b2f340-016d-11d2-945f-00c04fb984f9"
#define FOLDER  "Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}"
#define OTHER   "Policies/{6AC1786C-016F-11D2-945F-00C04FB984F9}"
#define OTHERID "6ac1786c-016f-11d2-945f-00c04fb984f9"
#define SECEDIT "/Machine/Microsoft/Windows NT/SecEdit"

/* A Registry.pol that sets one number. */
extern const char sysvol_pol[];
#define SYSVOL_POL_SIZE 44

/* A security template with something in every section that is read. */
extern const char sysvol_template[];

/* The folders of a policy, empty. */
void sysvol_folders(struct built *b, const char *policy);
/* A SYSVOL with one policy, FOLDER, that has everything. */
void sysvol_policy(struct built *b);
/* A member with a descriptor, in SDDL, and nothing in it. */
void sysvol_note(struct built *b, const char *path, const char *sddl, enum bundle_state state);

#endif
