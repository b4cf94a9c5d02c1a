/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moved since the audit before, as elements. */
#ifndef REPORT_MODEL_PROGRESS_H
#define REPORT_MODEL_PROGRESS_H

#include "report/diff/diff_doc.h"
#include "report/model.h"

/* <progress> of an open comparison. At most o->most findings a kind (0: 50). */
MUST_USE enum rc model_progress_of(struct model *m, xmlNode *root, struct diff_doc *o,
                                   struct err *err);

#endif
