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


def held(events):
    """One event for each route that was announced, as it stood last, and one for each that went: by its withdrawal, or
    with the session."""
    routes, gone = collections.OrderedDict(), []
    settled, others = [], []
    for event in events:
        if event["type"] != "route":
            others.append(event)
            continue
        key = event["from"], event["to"], event.get("path_id"), event["prefix"]
        if not event["withdrawn"]:
            routes[key] = event
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
