# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of the Open Cybersecurity Schema Framework 1.5.0, of the class Compliance Finding and the objects that we write: attribute, type and requirement, as read in
github.com/ocsf/ocsf-schema (events/base_event.json, events/findings/finding.json and compliance_finding.json, objects/*.json, dictionary.json; version 1.5.0)
and schema.ocsf.io/1.5.0. Only what an event of ours may hold; whatever else stands in one is a mistake:
also what was deprecated by then (compliance.status_detail since 1.4.0, compliance_references since 1.5.0). "!" = required, "+" = recommended, "?" = optional."""

# Type: s string, i integer, t timestamp (milliseconds), o:NAME object, [..] list of it, j any JSON, e:NAME enumeration.
OBJECTS = {
    "compliance_finding": {
        "activity_id": "!e:activity", "activity_name": "?s", "category_uid": "!e:category", "category_name": "?s", "class_uid": "!e:class", "class_name": "?s",
        "type_uid": "!i", "type_name": "?s", "time": "!t", "message": "+s", "metadata": "!o:metadata", "severity_id": "!e:severity", "severity": "?s",
        "finding_info": "!o:finding_info", "compliance": "!o:compliance", "remediation": "+o:remediation", "resources": "+[o:resource_details]",
        "observables": "+[o:observable]", "status_id": "+e:finding_status", "status": "?s", "unmapped": "?j"},
    "metadata": {"version": "!s", "product": "!o:product", "log_name": "+s"},
    "product": {"name": "+s", "vendor_name": "+s", "version": "+s", "lang": "?s"},
    "finding_info": {"uid": "!s", "title": "+s", "desc": "?s", "types": "?[s]", "analytic": "+o:analytic", "last_seen_time": "?t", "attacks": "?[o:attack]",
                     "data_sources": "?[s]"},
    "analytic": {"type_id": "!e:analytic", "type": "?s", "uid": "+s", "name": "+s"},
    "attack": {"technique": "?o:technique", "sub_technique": "?o:technique"},
    "technique": {"uid": "+s"},
    "compliance": {"status_id": "+e:compliance_status", "status": "+s", "status_code": "?s", "status_details": "?[s]", "control": "+s", "standards": "+[s]",
                   "requirements": "?[s]", "checks": "?[o:check]"},
    "check": {"uid": "+s", "name": "+s", "status_id": "+e:check_status", "status": "+s", "severity_id": "?e:severity", "severity": "?s", "standards": "+[s]"},
    "remediation": {"desc": "!s"},
    "resource_details": {"uid": "+s", "name": "+s", "type": "?s", "data": "?j"},
    "observable": {"name": "+s", "type_id": "!e:observable", "value": "?s"},
}

# Number: caption; the text beside a number ("severity" beside "severity_id") is its caption.
ENUMS = {
    "activity": {1: "Create", 2: "Update", 3: "Close", 0: "Unknown", 99: "Other"},
    "category": {2: "Findings"},
    "class": {2003: "Compliance Finding"},
    "severity": {0: "Unknown", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal", 99: "Other"},
    "finding_status": {0: "Unknown", 1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved", 5: "Archived", 6: "Deleted", 99: "Other"},
    "compliance_status": {0: "Unknown", 1: "Pass", 2: "Warning", 3: "Fail", 99: "Other"},
    "check_status": {0: "Unknown", 1: "Pass", 2: "Warning", 3: "Fail", 99: "Other"},
    "analytic": {0: "Unknown", 1: "Rule", 2: "Behavioral", 3: "Statistical", 4: "Learning (ML/DL)", 99: "Other"},
    "observable": {10: None, 38: None},  # resource_details.uid and resource_details.name
}

SIBLINGS = {"activity_id": "activity_name", "category_uid": "category_name", "class_uid": "class_name", "severity_id": "severity", "status_id": "status", "type_id": "type"}
AT_LEAST_ONE = {"attack": ("tactic", "technique", "sub_technique"), "technique": ("name", "uid"), "product": ("name", "uid"), "resource_details": ("name", "uid")}


def json_type(kind):
    """The JSON Schema of a type."""
    if kind.startswith("["):
        return {"type": "array", "items": json_type(kind[1:-1])}
    if kind.startswith("o:"):
        return {"$ref": f"#/definitions/{kind[2:]}"}
    if kind.startswith("e:"):
        return {"type": "integer", "enum": sorted(ENUMS[kind[2:]])}
    return {"s": {"type": "string"}, "i": {"type": "integer"}, "t": {"type": "integer", "minimum": 0}, "j": {}}[kind]


def json_schema():
    """These facts as a JSON Schema of an event."""
    definitions = {}
    for name, attributes in OBJECTS.items():
        definitions[name] = {"type": "object", "additionalProperties": False, "properties": {k: json_type(v[1:]) for k, v in attributes.items()},
                             "required": sorted(k for k, v in attributes.items() if v[0] == "!")}
        if name in AT_LEAST_ONE:
            definitions[name]["anyOf"] = [{"required": [k]} for k in AT_LEAST_ONE[name] if k in attributes]
    return {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/compliance_finding", "definitions": definitions}


def mistakes(event, name="compliance_finding", where=""):
    """What a JSON Schema does not see: captions that are not those of their numbers, and type_uid."""
    found = []
    if name == "compliance_finding" and event.get("type_uid") != event.get("class_uid", 0) * 100 + event.get("activity_id", 0):
        found.append("type_uid is not class_uid * 100 + activity_id")
    for key, value in event.items():
        kind = OBJECTS[name].get(key, "?j")[1:]
        if kind.startswith("e:") and SIBLINGS.get(key) in event and value != 99 and ENUMS[kind[2:]].get(value) != event[SIBLINGS[key]]:
            found.append(f"{where}{key} {value} is not called {event[SIBLINGS[key]]}")
        for one in value if kind.startswith("[o:") else [value] if kind.startswith("o:") else []:
            found += mistakes(one, kind.strip("[]")[2:], f"{where}{key}.")
    return found
