/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/stall.h"

#include <errno.h>
#include <poll.h>

#include "audit/collect/ldap/session.h"

/* Between the socket (LBER_SBIOD_LEVEL_PROVIDER) and TLS (LBER_SBIOD_LEVEL_TRANSPORT). */
#define LEVEL ((LBER_SBIOD_LEVEL_PROVIDER + LBER_SBIOD_LEVEL_TRANSPORT) / 2)

#define PAUSE_MS 1000

static int setup(Sockbuf_IO_Desc *layer, void *stall)
{
    layer->sbiod_pvt = stall;
    return 0;
}

static int leave(Sockbuf_IO_Desc *layer)
{
    layer->sbiod_pvt = NULL;
    return 0;
}

static int control(Sockbuf_IO_Desc *layer, int option, void *argument)
{
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

/* libldap asks again at once when nothing has come: without a pause here it would burn a processor until the deadline. */
static void await(Sockbuf *sb, int64_t deadline_ms)
{
    int fd = -1;
    int64_t left = deadline_ms - session_clock_ms();
    if (left > 0 && ber_sockbuf_ctrl(sb, LBER_SB_OPT_GET_FD, &fd) == 1 && fd >= 0) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        (void)poll(&p, 1, left > PAUSE_MS ? PAUSE_MS : (int)left);
    }
}

static ber_slen_t receive(Sockbuf_IO_Desc *layer, void *buf, ber_len_t size)
{
    struct stall *stall = layer->sbiod_pvt;
    if (stall->deadline_ms != 0 && session_clock_ms() >= stall->deadline_ms) {
        stall->passed = true;
        errno = ETIMEDOUT;
        return -1;
    }
    ber_slen_t n = LBER_SBIOD_READ_NEXT(layer, buf, size);
    if (n < 0 && errno == EAGAIN && stall->deadline_ms != 0) {
        await(layer->sbiod_sb, stall->deadline_ms);
        errno = EAGAIN;
    }
    return n;
}

static ber_slen_t transmit(Sockbuf_IO_Desc *layer, void *buf, ber_len_t size)
{
    return LBER_SBIOD_WRITE_NEXT(layer, buf, size);
}

enum rc stall_install(LDAP *ld, struct stall *stall, struct err *err)
{
    static Sockbuf_IO io = { setup, leave, control, receive, transmit, NULL };
    Sockbuf *sb = NULL;
    *stall = (struct stall){ 0 };
    if (ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) != LDAP_OPT_SUCCESS ||
        ber_sockbuf_add_io(sb, &io, LEVEL, stall) != 0) {
        return err_setf(err, RC_NOMEM, "libldap did not take the deadline");
    }
    return RC_OK;
}

void stall_begin(struct stall *stall, uint32_t timeout_s)
{
    stall->deadline_ms = session_clock_ms() + (int64_t)timeout_s * 1000;
    stall->passed = false;
}

void stall_end(struct stall *stall)
{
    stall->deadline_ms = 0;
}
