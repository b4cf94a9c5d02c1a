#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes binary security descriptors with Samba's own encoder: an independent oracle for audit/decode/secdesc.c.

Run from the top of the tree with Debian's python3-samba; the output is committed (tests/fuzz/corpus/secdesc/*.bin and
security_descriptors.tsv: name, the text that Samba gives back for the bytes)."""
import pathlib

from samba.dcerpc import security
from samba.ndr import ndr_pack

DOMAIN = "S-1-5-21-1-2-3"
X = DOMAIN + "-1105"
ALL = "RPWPCRCCDCLCLORCWOWDSDDTSW"
RESET = "00299570-246d-11d0-a768-00aa006e0529"
GET_ALL = "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2"
MEMBER = "bf9679c0-0de6-11d0-a285-00aa003049e2"
USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
RESTRICTIONS = "4c164200-20c0-11d0-a768-00aa006e0529"

TEXTS = {
    "empty_dacl": "O:DAG:DAD:",
    "no_dacl": "O:BAG:SY",
    "owner_only": "O:" + X,
    "full": f"O:DAG:DAD:PAI(A;;{ALL};;;SY)(A;CI;{ALL};;;{X})",
    "generic": f"O:DAG:DAD:(A;;GA;;;{X})(A;;GWGR;;;AO)(A;;GX;;;WD)",
    "reset": f"O:DAG:DAD:AI(OA;;CR;{RESET};;{X})(OA;CIIO;CR;{RESET};{USER};AO)(OA;CIID;CR;{RESET};{USER};RS)",
    "replicate": f"O:BAG:BAD:AI(OA;;CR;{GET_ALL};;{X})(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;ED)",
    "denied": f"O:DAG:DAD:(OD;;CR;{RESET};;{X})(OA;;CR;{RESET};;{X})(D;;WP;;;AO)(A;;WPRP;;;AO)",
    "denied_late": f"O:DAG:DAD:(OA;;CR;{RESET};;{X})(OD;;CR;{RESET};;{X})",
    "members": f"O:DAG:DAD:(OA;;WP;{MEMBER};;{X})(OA;;SW;{MEMBER};;AU)(OA;;WP;{RESTRICTIONS};;AO)",
    "audited": f"O:DAG:DAD:(A;;RP;;;AU)S:AI(AU;SAFA;WDWO;;;WD)(OU;CIIOSA;WP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;{USER};WD)",
    "many": "O:DAG:DAD:" + "".join(f"(OA;CI;WP;{MEMBER};;{DOMAIN}-{r})" for r in range(2000, 2100)),
}


def main():
    top = pathlib.Path(__file__).resolve().parent
    corpus = top.parent / "fuzz" / "corpus" / "secdesc"
    corpus.mkdir(parents=True, exist_ok=True)
    sid = security.dom_sid(DOMAIN)
    lines = []
    for name, text in TEXTS.items():
        descriptor = security.descriptor.from_sddl(text, sid)
        (corpus / f"{name}.bin").write_bytes(ndr_pack(descriptor))
        lines.append(f"{name}\t{descriptor.as_sddl(sid)}\n")
    (top / "security_descriptors.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main()
