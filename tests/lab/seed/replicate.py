"""Both domain controllers pull everything from each other, now and (ADD_REF) from here on.
Runs in the namespaces of dc2; one process, because starting samba-tool ten times costs 10 s."""
import os
import sys
import time

os.environ.setdefault("LAB_NOW", str(int(time.time())))
from samba import credentials, drs_utils
from samba.dcerpc import drsuapi
from lab import *

creds = credentials.Credentials()
creds.guess(lp)
creds.set_username("Administrator")
with open(os.path.join(STATE, "accounts", "Administrator.password")) as f:
    creds.set_password(f.read())
contexts = [BASE, CONFIG, SCHEMA, "DC=DomainDnsZones," + BASE, "DC=ForestDnsZones," + BASE]
agents = {}
for r in sam.search("CN=Sites," + CONFIG, ldb.SCOPE_SUBTREE, "(objectClass=nTDSDSA)", attrs=["objectGUID"]):
    agents[r.dn.get_component_value(1).lower()] = str(ndr_unpack(misc.GUID, r["objectGUID"][0]))
for to, source in (("dc2", "dc1"), ("dc1", "dc2")):
    server, handle, _ = drs_utils.drsuapi_connect("%s.%s" % (to, DOMAIN), lp, creds)
    for nc in contexts:
        for attempt in range(40):
            try:
                drs_utils.sendDsReplicaSync(server, handle, agents[source], nc, drsuapi.DRSUAPI_DRS_WRIT_REP | drsuapi.DRSUAPI_DRS_ADD_REF)
                break
            except drs_utils.drsException as e:
                if attempt == 39:
                    sys.exit("%s from %s, %s: %s" % (to, source, nc, e))
                time.sleep(0.5)
        print("%s from %s: %s (attempt %d)" % (to, source, nc, attempt + 1))
