/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes SPNEGO tokens and the NTLM challenge inside: as a token, as a bare challenge and as a list of mechanisms. A challenge that
 * is accepted is answered. */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/collect/net/ntlm.h"
#include "audit/collect/net/spnego.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tried(enum rc rc)
{
    (void)rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t random[NTLM_RANDOM];
    struct ntlm_challenge challenge;
    struct rd token;
    struct err err = { 0 };
    char mechanisms[96];
    tried(spnego_mechanisms(rd_from(data, size), mechanisms, sizeof(mechanisms), &err));
    if (spnego_token(rd_from(data, size), &token, &err) == RC_OK &&
        ntlm_challenge_parse(token, &challenge, &err) == RC_OK) {
        struct wr w AUTO(wr_done);
        wr_init(&w, 1U << 17);
        ntlm_put_authenticate(&w, &challenge, "nobody", random);
        if (!utf8_valid(challenge.dns_name, strlen(challenge.dns_name))) {
            __builtin_trap();
        }
    }
    return 0;
}
