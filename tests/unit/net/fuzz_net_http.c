/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes an HTTP response with its body, and what WS-Management reads from that. */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/collect/net/http.h"
#include "audit/collect/net/winrm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tried(enum rc rc)
{
    (void)rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_response response;
    struct winrm_identity identity;
    struct err err = { 0 };
    bool is_whole = false;
    for (int is_closed = 0; is_closed < 2; is_closed++) {
        struct wr body AUTO(wr_done);
        enum http_state state = HTTP_MORE;
        wr_init(&body, HTTP_BODY_MAX);
        if (http_head_parse(data, size, &response, &is_whole, &err) == RC_OK && is_whole &&
            http_body_parse(&response, data, size, is_closed != 0, &body, &state, &err) == RC_OK) {
            (void)winrm_is_envelope(body.data, body.size);
            tried(winrm_identity_parse(body.data, body.size, &identity, &err));
            if (body.bad || !utf8_valid(response.server, strlen(response.server))) {
                __builtin_trap();
            }
        }
    }
    tried(winrm_identity_parse(data, size, &identity, &err));
    return 0;
}
