"""What the receivers of BGP routes hold, from uptake's events: those tell what was said, the lab's truths what came of
it."""
import collections
import hashlib


def without_table(events, notes):
    """(events without those of the table that `notes` tell of, [what differs from it])."""
    table = notes.get("table")
    if table is None:
        return events, []
    ends = table["from"], table["to"]
    own = [e for e in events if e["type"] == "route" and (e["from"], e["to"]) == ends]
    prefixes = sorted(e["prefix"] for e in own if not e["withdrawn"])
    digest = hashlib.sha256("\n".join(prefixes).encode()).hexdigest()
    rest = [e for e in events if not (e["type"] == "route" and (e["from"], e["to"]) == ends)]
    if len(own) == table["routes"] and digest == table["sha256_of_sorted_prefixes"]:
        return rest, []
    return rest, [f"of the table uptake shows {len(own)} routes, digest {digest}"]


def key_of(event):
    return event["from"], event["to"], event.get("path_id"), event["prefix"]


def validities(events):
    """{key_of(): what the VRPs say of a route}, as it stood last."""
    return {key_of(event): {key: event[key] for key in ("validity", "invalid_by") if key in event}
            for event in events if event["type"] == "rov"}


def held(events):
    """One event for each route that was announced, as it stood last, with what VRPs say of it, and one for each that
    went: by its withdrawal, or with the session."""
    routes, gone = collections.OrderedDict(), []
    settled, others = [], []
    judged = validities(events)
    for event in events:
        if event["type"] != "route":
            others.append(event)
            continue
        key = key_of(event)
        if not event["withdrawn"]:
            routes[key] = {**event, **judged.get(key, {})}
            continue
        if key in routes:
            settled.append(routes.pop(key))
        gone.append(event)
    for session in others:
        if session["type"] != "bgp" or not session["notifications"]:
            continue
        ends = {session["client"], session["server"]}
        gone += [{**e, "withdrawn": True} for e in routes.values() if {e["from"], e["to"]} == ends]
    return others + settled + list(routes.values()) + gone
