#!/usr/bin/python3
"""Inside a host's namespaces: what its passdb has on record about the built-in Administrator."""
from samba.dcerpc import security
from samba.samba3 import param, passdb

param.get_context().load("/etc/samba/smb.conf")
passdb.set_secrets_dir("/var/lib/samba/private")
db = passdb.PDB("tdbsam:/var/lib/samba/private/passdb.tdb")
u = db.getsampwsid(security.dom_sid("%s-500" % passdb.get_global_sam_sid()))
print("rid=500 bad=%d locked=%s disabled=%s name=%s" % (u.bad_password_count, "yes" if u.acct_ctrl & 0x400 else "no",
                                                        "yes" if u.acct_ctrl & 1 else "no", u.username))
