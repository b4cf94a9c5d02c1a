/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/num.h"

bool num_u64(const char *s, size_t n, uint64_t *ret)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9' || __builtin_mul_overflow(v, 10U, &v) ||
            __builtin_add_overflow(v, (uint64_t)(s[i] - '0'), &v)) {
            return false;
        }
    }
    if (n == 0) {
        return false;
    }
    *ret = v;
    return true;
}

bool num_u32(const char *s, size_t n, uint32_t *ret)
{
    uint64_t v = 0;
    if (!num_u64(s, n, &v) || v > UINT32_MAX) {
        return false;
    }
    *ret = (uint32_t)v;
    return true;
}

bool num_i64(const char *s, size_t n, int64_t *ret)
{
    bool negative = n > 0 && s[0] == '-';
    uint64_t v = 0;
    if (!num_u64(s + negative, n - negative, &v)) {
        return false;
    }
    if (v > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    *ret = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}
