-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which accounts the site file and the exports mean, and what proves a second factor of each account.
DELETE FROM named_principal; DELETE FROM named_member; DELETE FROM mfa_join; DELETE FROM mfa_factor; DELETE FROM mfa_state;
