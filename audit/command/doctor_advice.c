/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/doctor_advice.h"

#include <string.h>

#include "audit/base/macros.h"

#define ORDINARY_EN \
    "every domain user may normally read this: look whether the audit account is denied by an explicit entry"
#define ORDINARY_JA \
    "通常はすべてのドメイン ユーザーが読み取れます。監査用アカウントを拒否する設定がないか確認してください"

static const struct source_advice table[] = {
    { "ldap.rootdse", "the server's description of itself (rootDSE)",
      "サーバーの基本情報（rootDSE）", ORDINARY_EN, ORDINARY_JA },
    { "ldap.schema", "the schema", "スキーマ", ORDINARY_EN, ORDINARY_JA },
    { "ldap.forest", "forest-wide settings", "フォレスト全体の設定", ORDINARY_EN, ORDINARY_JA },
    { "ldap.domain", "password and lockout policy of the domain",
      "ドメインのパスワード ポリシーとロックアウト設定", ORDINARY_EN, ORDINARY_JA },
    { "ldap.pso", "fine-grained password policies (PSO)",
      "細かい設定が可能なパスワード ポリシー（PSO）",
      "only Domain Admins may read these: give the audit account \"Read all properties\" and \"List contents\" on "
      "CN=Password Settings Container,CN=System, for this object and all below",
      "既定では Domain Admins だけが読み取れます。CN=Password Settings Container,CN=System とその配下に対し、監査用アカウントへ"
      "「すべてのプロパティの読み取り」と「内容の一覧表示」を許可してください" },
    { "ldap.user", "user accounts", "ユーザー アカウント", ORDINARY_EN, ORDINARY_JA },
    { "ldap.computer", "computers", "コンピューター", ORDINARY_EN, ORDINARY_JA },
    { "ldap.service_account", "managed service accounts", "管理サービス アカウント", ORDINARY_EN,
      ORDINARY_JA },
    { "ldap.group", "groups and their members", "グループとメンバー", ORDINARY_EN, ORDINARY_JA },
    { "ldap.foreign", "principals of other domains", "外部のセキュリティ プリンシパル", ORDINARY_EN,
      ORDINARY_JA },
    { "ldap.trust", "trusts", "信頼関係", ORDINARY_EN, ORDINARY_JA },
    { "ldap.site", "sites and domain controllers", "サイトとドメイン コントローラー", ORDINARY_EN,
      ORDINARY_JA },
    { "ldap.ou", "organizational units and policy links", "組織単位（OU）とポリシーのリンク",
      ORDINARY_EN, ORDINARY_JA },
    { "ldap.gpo", "Group Policy objects", "グループ ポリシー オブジェクト（GPO）",
      "a GPO whose security filtering leaves out Authenticated Users cannot be read: give the audit account Read on it",
      "セキュリティ フィルター処理で Authenticated Users を外した GPO は読み取れません。監査用アカウントに読み取りを許可してください" },
    { "ldap.silo", "authentication policies and silos", "認証ポリシーとサイロ", ORDINARY_EN,
      ORDINARY_JA },
    { "ldap.security", "who may do what (security descriptors)", "アクセス権（セキュリティ記述子）",
      "give the audit account \"Read permissions\" on the objects named in the report",
      "報告書に挙がったオブジェクトに対し、監査用アカウントへ「アクセス許可の読み取り」を許可してください" },
    { "ldap.pki", "certificate templates and authorities", "証明書テンプレートと証明機関",
      ORDINARY_EN, ORDINARY_JA },
    { "ldap.kds", "root keys of the key distribution service", "KDS ルート キー",
      "only Domain Admins may read these; the dates alone are wanted, never the key: read them once with an administrator and attest",
      "既定では Domain Admins だけが読み取れます。必要なのは日付だけで、鍵は読み取りません。管理者が一度確認し、自己点検の回答として記録してください" },
    { "ldap.logon", "last logon on each domain controller",
      "ドメイン コントローラーごとの最終ログオン", ORDINARY_EN, ORDINARY_JA },
    { "ldap.metadata", "change records of secrets (replication metadata)",
      "パスワード変更の記録（レプリケーション メタデータ）",
      "every domain controller must answer; on each, the audit account needs to read replPropertyMetaData",
      "すべてのドメイン コントローラーが応答し、監査用アカウントが replPropertyMetaData を読み取れる必要があります" },
    { "ldap.ppolicy", "password policy attributes of OpenLDAP",
      "OpenLDAP のパスワード ポリシー属性",
      "load the overlay ppolicy, and let the audit account read pwdChangedTime, pwdReset, pwdAccountLockedTime, "
      "pwdFailureTime and pwdGraceUseTime of the accounts and search (not read) userPassword, without a size limit",
      "ppolicy オーバーレイを有効にし、監査用アカウントに pwdChangedTime、pwdReset、pwdAccountLockedTime、pwdFailureTime、"
      "pwdGraceUseTime の読み取りと userPassword の検索（search のみ。読み取りは不要）を許可し、件数制限を外してください" },
    { "ldap.accesslog", "access log of OpenLDAP", "OpenLDAP のアクセス ログ",
      "load the overlay accesslog (logops writes session), and let the audit account read its suffix but for reqMod and "
      "reqOld, and search (not read) reqMod, without a size limit",
      "accesslog オーバーレイ（logops writes session）を有効にし、監査用アカウントに reqMod と reqOld を除くログの読み取りと "
      "reqMod の検索（search のみ。読み取りは不要）を許可し、件数制限を外してください" },
    { "ldap.password_policy", "password policies of OpenLDAP", "OpenLDAP のパスワード ポリシー",
      "let the audit account read the entries of objectClass pwdPolicy (and, to learn which one is the default, "
      "olcPPolicyDefault below cn=config)",
      "監査用アカウントに objectClass が pwdPolicy のエントリーの読み取りを許可してください（既定のポリシーを判別するには、cn=config の "
      "olcPPolicyDefault の読み取りも必要です）" },
    { "ldap.otp", "tokens for one-time passwords of OpenLDAP",
      "OpenLDAP のワンタイム パスワード トークン",
      "let the audit account read oathTOTPToken, oathHOTPToken, oathTOTPLastTimeStep and oathHOTPCounter; never oathSecret",
      "監査用アカウントに oathTOTPToken、oathHOTPToken、oathTOTPLastTimeStep、oathHOTPCounter "
      "の読み取りを許可してください（oathSecret は許可しないでください）" },
    { "ldap.directory_group", "groups of OpenLDAP or FreeIPA", "OpenLDAP・FreeIPA のグループ",
      "let the audit account read member, uniqueMember and memberUid of the groups",
      "監査用アカウントにグループの member、uniqueMember、memberUid の読み取りを許可してください" },
    { "ldap.ipa", "accounts, policies and tokens of FreeIPA",
      "FreeIPA のアカウント・ポリシー・トークン",
      "give the audit account a role with the read permissions for users (with Kerberos and login attributes), password "
      "policies, the settings and OTP tokens; never ipatokenOTPkey",
      "監査用アカウントに、ユーザー（Kerberos とログインの属性を含む）、パスワード ポリシー、設定、OTP "
      "トークンの読み取り権限を持つロールを割り当ててください（ipatokenOTPkey は許可しないでください）" },
};

const struct source_advice *source_advice(const char *source)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(table[i].source, source) == 0) {
            return &table[i];
        }
    }
    return NULL;
}
