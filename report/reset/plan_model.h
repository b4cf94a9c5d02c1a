/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of reset-plan.html. Elements: report/reset/README.md. */
#ifndef REPORT_RESET_PLAN_MODEL_H
#define REPORT_RESET_PLAN_MODEL_H

#include "report/model.h"
#include "report/reset/plan.h"

/* plan_model.c: phases with their actions and subjects. */
MUST_USE enum rc plandoc_model_phases(struct model *m, xmlNode *root, struct err *err);
/* plan_front.c: page one. */
MUST_USE enum rc plandoc_model_front(struct model *m, xmlNode *root, struct err *err);

#endif
