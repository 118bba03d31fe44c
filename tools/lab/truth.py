"""What truly happened in a scenario, by the endpoints' own records. The shape: truth.schema.json."""
import json

SCHEMA = "uptake-lab-truth/1"
CELLS = ("family", "direction", "vantage")
SKIP = "not applicable"  # an outcome, beside True, False and None


class Truth:
    """Events, and four-way counts for a perfect observer at the mirror port, in the words of the measures."""

    def __init__(self, scenario, *sources):
        self.document = {"schema": SCHEMA, "scenario": scenario, "sources": list(sources), "counts": [], "events": []}
        self.files = {}  # name: text, to stand beside the capture

    def source(self, *records):
        """Names records that the truth was taken from."""
        self.document["sources"] += records

    def operator(self, *options):
        """What an operator knows of the own network, as options of uptake."""
        self.document["operator"] = list(options)

    def event(self, kind, **fields):
        """One thing that happened. Fields are those of uptake's events of the same type wherever it has them; only
        what an endpoint itself recorded is given."""
        self.document["events"].append({"type": kind, **fields})

    def count(self, measure, unit, passes, fails, unobservable=0, not_applicable=None, **cell):
        """One measure of the catalogue (or of one to come); `cell` narrows it by family, direction or vantage."""
        assert set(cell) <= set(CELLS), cell
        row = {"measure": measure, "unit": unit, "pass": passes, "fail": fails, "unobservable": unobservable, **cell}
        if not_applicable is not None:
            row["not_applicable"] = not_applicable
        self.document["counts"].append(row)

    def share(self, measure, unit, outcomes, **cell):
        """Counts an iterable of True (pass), False (fail), None (unobservable) and SKIP (not applicable; the row says
        how many where there are any)."""
        seen = list(outcomes)
        self.count(measure, unit, sum(o is True for o in seen), sum(o is False for o in seen),
                   sum(o is None for o in seen), seen.count(SKIP) or None, **cell)

    def note(self, **parts):
        """More of what the endpoints said, for the reader; nothing compares it."""
        self.document.setdefault("notes", {}).update(parts)

    def beside(self, name, text):
        """A file of its own among those of the case."""
        self.files[name] = text

    def text(self):
        rows = {k: v for k, v in self.document.items() if k not in ("counts", "events")}
        head = json.dumps(rows, indent=1, sort_keys=True)[:-2]
        for part in ("counts", "events"):
            lines = ",\n  ".join(json.dumps(row) for row in self.document[part])
            head += f',\n "{part}": [\n  {lines}\n ]' if lines else f',\n "{part}": []'
        return head + "\n}\n"
