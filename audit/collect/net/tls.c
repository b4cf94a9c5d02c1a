/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls {
    SSL *ssl; /* owns both BIOs */
    BIO *in, *out;
    enum tls_state state;
    int alert;
};

static SSL_CTX *contexts[2];

static void on_info(const SSL *ssl, int where, int value)
{
    struct tls *t = SSL_get_app_data(ssl);
    bool is_fatal = (value >> 8) == SSL3_AL_FATAL;
    if (t && (where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && is_fatal) {
        t->alert = value & 0xff;
    }
}

static SSL_CTX *make_context(int most)
{
    SSL_CTX *c = SSL_CTX_new(TLS_client_method());
    if (!c) {
        return NULL;
    }
    /* Debian's own defaults forbid what many devices still speak. */
    if (SSL_CTX_set_cipher_list(c, "ALL:COMPLEMENTOFDEFAULT:@SECLEVEL=0") != 1 ||
        SSL_CTX_set_min_proto_version(c, TLS1_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(c, most) != 1) {
        SSL_CTX_free(c);
        return NULL;
    }
    SSL_CTX_set_verify(c, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_options(c, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
    (void)SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_cert_list(c, 65536);
    SSL_CTX_set_info_callback(c, on_info);
    return c;
}

enum rc tls_prepare(struct err *err)
{
    /* The system's configuration sets limits for clients that keep secrets. */
    if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1) {
        return err_setf(err, RC_UNSUPPORTED, "OpenSSL cannot be started");
    }
    if (!contexts[TLS_REACH_ANY]) {
        contexts[TLS_REACH_ANY] = make_context(0);
        contexts[TLS_REACH_OLD] = make_context(TLS1_1_VERSION);
    }
    ERR_clear_error();
    return contexts[TLS_REACH_ANY]
               ? RC_OK
               : err_setf(err, RC_UNSUPPORTED, "OpenSSL gives no TLS client context");
}

bool tls_can_be_old(void)
{
    return contexts[TLS_REACH_OLD] != NULL;
}

static bool is_address(const char *name)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

struct tls *tls_new(enum tls_reach reach, const char *name)
{
    struct tls *t = contexts[reach] ? calloc(1, sizeof(*t)) : NULL;
    if (!t) {
        return NULL;
    }
    t->alert = -1;
    t->ssl = SSL_new(contexts[reach]);
    t->in = BIO_new(BIO_s_mem());
    t->out = BIO_new(BIO_s_mem());
    if (!t->ssl || !t->in || !t->out) {
        SSL_free(t->ssl);
        BIO_free(t->in);
        BIO_free(t->out);
        free(t);
        return NULL;
    }
    (void)BIO_set_mem_eof_return(t->in, -1); /* empty means "later" */
    (void)BIO_set_mem_eof_return(t->out, -1);
    SSL_set_bio(t->ssl, t->in, t->out);
    (void)SSL_set_app_data(t->ssl, t);
    SSL_set_connect_state(t->ssl);
    if (name && *name && !is_address(name)) {
        char sni[TLSEXT_MAXLEN_host_name + 1]; /* OpenSSL's macro wants it writable */
        (void)snprintf(sni, sizeof(sni), "%s", name);
        (void)SSL_set_tlsext_host_name(t->ssl, sni);
    }
    return t;
}

void tls_free(struct tls *t)
{
    if (t) {
        SSL_free(t->ssl);
        free(t);
    }
}

static void drain(struct tls *t, struct wr *out)
{
    char *bytes = NULL;
    long n = BIO_get_mem_data(t->out, &bytes);
    if (n > 0) {
        wr_bytes(out, bytes, (size_t)n);
        (void)BIO_reset(t->out);
    }
}

/* True when OpenSSL only waits for more bytes. */
static bool wants_more(struct tls *t, int result)
{
    int e = SSL_get_error(t->ssl, result);
    return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE;
}

static void decrypt(struct tls *t, struct wr *in)
{
    uint8_t plain[4096];
    while (t->state == TLS_UP && !in->bad) {
        int n = SSL_read(t->ssl, plain, sizeof(plain));
        if (n > 0) {
            wr_bytes(in, plain, (size_t)n);
            continue;
        }
        /* A clean end of TLS is followed by the end of the connection, which tells the same. */
        if (!wants_more(t, n) && SSL_get_error(t->ssl, n) != SSL_ERROR_ZERO_RETURN) {
            t->state = TLS_FAILED;
        }
        break;
    }
}

enum tls_state tls_feed(struct tls *t, const uint8_t *p, size_t n, struct wr *in, struct wr *out)
{
    ERR_clear_error();
    if (n > 0 && (n > INT32_MAX || BIO_write(t->in, p, (int)n) != (int)n)) {
        t->state = TLS_FAILED;
    }
    bool was_shaking = t->state == TLS_SHAKING;
    if (was_shaking) {
        int rc = SSL_do_handshake(t->ssl);
        if (rc == 1) {
            t->state = TLS_UP;
        } else if (!wants_more(t, rc)) {
            t->state = TLS_FAILED;
        }
    }
    bool is_just_up = was_shaking && t->state == TLS_UP;
    decrypt(t, in);
    drain(t, out);
    if (is_just_up) {
        t->state = TLS_UP; /* what came behind the handshake is told when it is asked for again */
    }
    ERR_clear_error();
    return t->state;
}

bool tls_put(struct tls *t, const void *p, size_t n, struct wr *out)
{
    ERR_clear_error();
    bool is_sent = n == 0 || (n <= INT32_MAX && SSL_write(t->ssl, p, (int)n) == (int)n);
    drain(t, out);
    return is_sent;
}

int tls_alert(const struct tls *t)
{
    return t->alert;
}

void tls_read_facts(const struct tls *t, struct tls_facts *ret)
{
    struct tls_facts f = { 0 };
    const char *cipher = SSL_get_cipher_name(t->ssl);
    (void)snprintf(f.version, sizeof(f.version), "%s", SSL_get_version(t->ssl));
    (void)snprintf(f.cipher, sizeof(f.cipher), "%s", cipher ? cipher : "");
    X509 *x = SSL_get0_peer_certificate(t->ssl);
    if (x) {
        f.has_certificate = true;
        certificate_read(x, &f.certificate);
    }
    *ret = f;
}
