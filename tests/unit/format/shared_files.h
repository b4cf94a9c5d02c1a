/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real files of ../shared/data that several tests of formats read. */
#ifndef TESTS_UNIT_FORMAT_SHARED_FILES_H
#define TESTS_UNIT_FORMAT_SHARED_FILES_H

#define GROUPER  "gpo/Group3r__Group3r/TestSysvol/Policies/"
#define GROUPER2 "gpo/l0ss__Grouper2/2b92508/Grouper2/TestPolicies/"
#define NSA      "gpo/nsacyber__Windows-Secure-Host-Baseline/"
#define SAMBA \
    "gpo/samba-team__samba/source4/selftest/provisions/generalized-gpo-backup/policy/{1E1DC8EA-390C-4800-B327-98B56A0AEA5D}/"
#define SECEDIT "Microsoft/Windows NT/SecEdit/GptTmpl.inf"

#define NSA_WINDOWS \
    NSA "Windows/Group Policy Objects/Computer/{A2A38432-E322-437F-9975-B7CC7F16F4AA}/"
#define NSA_USER NSA "Windows/Group Policy Objects/User/{B30BE6B3-794A-43CC-B6A4-52C447CEE0A7}/"
#define NSA_CHROME \
    NSA "Chrome/Group Policy Objects/Computer/{403B3DA7-7021-439A-8CA4-B2B0C1138937}/"
#define NSA_IE \
    NSA "Internet Explorer/Group Policy Objects/Computer/{32D5EEFD-DACE-44DC-BC16-D364B32B0D2A}/"
#define NSA_IE_USER \
    NSA "Internet Explorer/Group Policy Objects/User/{AF749E88-41DD-4DA8-8BD7-5CCEBABB6B75}/"
#define NSA_FIREWALL \
    NSA "Windows Firewall/Group Policy Objects/Computer/{3AD8D9F1-7CD7-4A0B-955A-8BBB76E51E23}/"

#endif
