/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords of preferences: what may be told of them, and that nothing else stays in memory. The vectors are encrypted here, with
 * the key of [MS-GPPREF] 2.2.1.1.4 given to OpenSSL a second time. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include "audit/decode/format/cpassword.h"
#include "audit/decode/format/crypt.h"
#include "tests/support/t.h"
#include "tests/unit/decode/xml/encrypt.h"

static struct secret *key_of(char fill)
{
    char bytes[FINGERPRINT_KEY_SIZE];
    struct err err = { .rc = RC_OK };
    memset(bytes, fill, sizeof(bytes));
    T_EQ_I(crypt_prepare(&err), RC_OK);
    return secret_new(bytes, sizeof(bytes));
}

static struct cpassword look(const char *text, const struct secret *key)
{
    struct cpassword c;
    size_t n = strlen(text);
    /* Exactly as long, so that a sanitizer sees a byte too far. */
    char *copy = malloc(n > 0 ? n : 1);
    memcpy(copy, text, n);
    cpassword_read(copy, n, key, &c);
    free(copy);
    return c;
}

static void tells_length_and_equality(void)
{
    char a[ENCRYPT_MAX], b[ENCRYPT_MAX], c[ENCRYPT_MAX];
    struct secret *key = key_of('k'), *other = key_of('o');
    encrypt_password("Ward-Seven-7", ENCRYPT_AS_WINDOWS, a);
    encrypt_password("Ward-Seven-7", ENCRYPT_PADDED_TEXT, b);
    encrypt_password("Ward-Seven-8", ENCRYPT_AS_WINDOWS, c);
    T_OK(strchr(a, '=') == NULL && strchr(b, '=') != NULL);
    struct cpassword x = look(a, key), y = look(b, key), z = look(c, key), w = look(a, other);
    T_EQ_I(x.state, CPASSWORD_SET);
    T_EQ_I(x.length, 12);
    T_EQ_I(strlen(x.fingerprint), FINGERPRINT_TEXT_MAX - 1);
    T_EQ_S(x.fingerprint, y.fingerprint);
    T_OK(strcmp(x.fingerprint, z.fingerprint) != 0);
    T_OK(strcmp(x.fingerprint, w.fingerprint) != 0);
    /* The sign of a password is that of its NT hash: the one that a SAM gives. */
    char sign[FINGERPRINT_TEXT_MAX];
    T_OK(fingerprint_password(key,
                              (const uint8_t *)"W\0a\0r\0d\0-\0S\0e\0v\0e\0n\0-\0"
                                               "7\0",
                              24, sign));
    T_EQ_S(x.fingerprint, sign);
    x = look(a, NULL);
    T_EQ_I(x.state, CPASSWORD_SET);
    T_EQ_I(x.length, 12);
    T_EQ_S(x.fingerprint, "");
    secret_free(key);
    secret_free(other);
}

static void counts_characters(void)
{
    char text[ENCRYPT_MAX], longest[257];
    struct secret *key = key_of('k');

    static const struct {
        const char *password;
        uint32_t length;
    } cases[] = { { "1", 1 }, { "病棟のPC", 5 }, { "🏥", 2 }, { "12345678", 8 } };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        encrypt_password(cases[i].password, ENCRYPT_AS_WINDOWS, text);
        T_EQ_I(look(text, key).length, cases[i].length);
        T_EQ_I(look(text, key).state, CPASSWORD_SET);
    }
    memset(longest, 'x', 256);
    longest[256] = '\0';
    encrypt_password(longest, ENCRYPT_AS_WINDOWS, text);
    T_EQ_I(look(text, key).length, 256);
    encrypt_password("ends with NUL", ENCRYPT_WITH_NUL, text);
    T_EQ_I(look(text, key).length, 13);
    secret_free(key);
}

static void knows_the_empty_one(void)
{
    char text[ENCRYPT_MAX];
    struct secret *key = key_of('k');
    struct cpassword c = look("", key);
    T_EQ_I(c.state, CPASSWORD_EMPTY);
    T_EQ_I(c.length, 0);
    T_EQ_S(c.fingerprint, "");
    encrypt_password("", ENCRYPT_AS_WINDOWS, text);
    T_OK(text[0] != '\0');
    c = look(text, key);
    T_EQ_I(c.state, CPASSWORD_EMPTY);
    T_EQ_S(c.fingerprint, "");
    secret_free(key);
}

static void says_what_it_cannot_read(void)
{
    static char big[65536];
    char text[ENCRYPT_MAX];
    struct secret *key = key_of('k');
    memset(big, 'A', sizeof(big) - 1);
    encrypt_password("wrong key", ENCRYPT_OTHER_KEY, text);
    static const char *const broken[] = {
        "not base64!",
        "A",
        "AAAA",
        "====",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAA==\n",
        "gpp_encrypted_password",
    };
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        struct cpassword c = look(broken[i], key);
        T_EQ_I(c.state, CPASSWORD_UNREADABLE);
        T_EQ_I(c.length, 0);
        T_EQ_S(c.fingerprint, "");
    }
    T_EQ_I(look(big, key).state, CPASSWORD_UNREADABLE);
    T_EQ_I(look(text, key).state, CPASSWORD_UNREADABLE);
    secret_free(key);
}

static struct secret *mutation_key;

static bool accept(const uint8_t *p, size_t n, void *context)
{
    struct cpassword c;
    (void)context;
    cpassword_read((const char *)p, n, mutation_key, &c);
    T_OK(c.state == CPASSWORD_SET
             ? c.length > 0 && strlen(c.fingerprint) == FINGERPRINT_TEXT_MAX - 1
             : c.length == 0 && c.fingerprint[0] == '\0');
    return c.state == CPASSWORD_SET;
}

static void survives_damage(void)
{
    char text[ENCRYPT_MAX];
    size_t accepted = 0, refused = 0;
    mutation_key = key_of('k');
    encrypt_password("Damaged on the way 2026", ENCRYPT_AS_WINDOWS, text);
    T_OK(accept((const uint8_t *)text, strlen(text), NULL));
    t_mutate((const uint8_t *)text, strlen(text), 0, accept, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > strlen(text));
    secret_free(mutation_key);
}

static struct {
    ucontext_t back, there;
    char text[ENCRYPT_MAX];
    struct secret *key;
    struct cpassword found;
} walk;

static void on_other_stack(void)
{
    cpassword_read(walk.text, strlen(walk.text), walk.key, &walk.found);
}

/* Runs it on a stack of its own, and looks through that afterwards. */
static void leaves_nothing_on_the_stack(void)
{
    static const char plain[] = "M\0a\0r\0k\0e\0r\0"
                                "9\0x";
    static uint8_t stack[256 * 1024];
    walk.key = key_of('k');
    encrypt_password("Marker9x", ENCRYPT_AS_WINDOWS, walk.text);
    T_EQ_I(getcontext(&walk.there), 0);
    walk.there.uc_stack.ss_sp = stack;
    walk.there.uc_stack.ss_size = sizeof(stack);
    walk.there.uc_link = &walk.back;
    makecontext(&walk.there, on_other_stack, 0);
    T_EQ_I(swapcontext(&walk.back, &walk.there), 0);
    T_EQ_I(walk.found.state, CPASSWORD_SET);
    T_EQ_I(walk.found.length, 8);
    T_OK(memmem(stack, sizeof(stack), plain, sizeof(plain) - 1) == NULL);
    T_OK(memmem(stack, sizeof(stack), plain, 6) == NULL);
    secret_free(walk.key);
}

#define TESTS(X)                 \
    X(tells_length_and_equality) \
    X(counts_characters)         \
    X(knows_the_empty_one)       \
    X(says_what_it_cannot_read)  \
    X(survives_damage)           \
    X(leaves_nothing_on_the_stack)
T_MAIN("cpassword", TESTS)
