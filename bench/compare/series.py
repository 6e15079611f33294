"""What was measured in the rounds: medians, their spread, and how one compares with another."""

import statistics


class Series:
    """The values of one measurement, one for each round."""

    def __init__(self, values=()):
        self.values = list(values)

    def add(self, value):
        self.values.append(value)

    def __bool__(self):
        return bool(self.values)

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def least(self):
        return min(self.values)

    @property
    def most(self):
        return max(self.values)


def ratio(one, other):
    """The median of one to that of the other; None if either is missing or there is nothing to divide by."""
    if not one or not other or other.median == 0:
        return None
    return one.median / other.median


class Results:
    """Everything that was measured: for each contestant, workload and metric a Series.

    What could not be measured has a reason instead: of a contestant as a whole, or of a cell.
    """

    def __init__(self):
        self._series = {}
        self._reasons = {}

    def add(self, contestant, workload, metric, value):
        self._series.setdefault((contestant, workload, metric), Series()).add(value)

    def get(self, contestant, workload, metric):
        """A Series; an empty one if it was not measured."""
        return self._series.get((contestant, workload, metric), Series())

    def miss(self, contestant, reason, workload=None):
        self._reasons[contestant, workload] = reason

    def reason(self, contestant, workload=None):
        """Why something is not there; None if nobody said so."""
        return self._reasons.get((contestant, None)) or self._reasons.get((contestant, workload))

    def peak(self, contestant, workloads):
        """The highest median of calls per second among workloads; None if there is none."""
        found = [self.get(contestant, name, "rate") for name in workloads]
        return max((series.median for series in found if series), default=None)

    def as_json(self):
        return {"values": [{"contestant": contestant, "workload": workload, "metric": metric,
                            "median": series.median, "values": series.values}
                           for (contestant, workload, metric), series in self._series.items()],
                "missing": [{"contestant": contestant, "workload": workload, "reason": reason}
                            for (contestant, workload), reason in self._reasons.items()]}
