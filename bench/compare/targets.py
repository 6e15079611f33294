"""What Fairlead is meant to reach, judged by what was measured."""

import dataclasses

import workloads
from series import ratio

MIB = 1 << 20


@dataclasses.dataclass(frozen=True)
class Verdict:
    text: str       # what is asked
    wanted: str
    found: str      # a figure, or why there is none
    reached: object  # True or False; None if it cannot be judged

    @property
    def word(self):
        return {True: "reached", False: "missed", None: "not judged"}[self.reached]


def what_is_wrong(results, name, workload):
    """Why figures are not judged, whatever they are: rounds that failed, or calls that did. None: nothing."""
    if reason := results.reason(name, workload):
        return reason
    failed = sum(results.get(name, workload, "failed").values)
    return f"{failed:.0f} calls failed" if failed else None


@dataclasses.dataclass(frozen=True)
class Ratio:
    """One contestant's figure to another's."""

    text: str
    workload: str
    metric: str
    one: str
    other: str
    limit: float
    at_least: bool = True
    other_metric: str = ""

    def judge(self, results):
        one = results.get(self.one, self.workload, self.metric)
        other = results.get(self.other, self.workload, self.other_metric or self.metric)
        found = ratio(one, other)
        wanted = f"{'≥' if self.at_least else '≤'} {self.limit:.3g} ×"
        for name in (self.one, self.other):
            if wrong := what_is_wrong(results, name, self.workload):
                return Verdict(self.text, wanted, f"{name}: {wrong}", None)
        if found is None:
            name = self.other if one else self.one
            return Verdict(self.text, wanted, f"{name}: it was not measured", None)
        reached = found >= self.limit if self.at_least else found <= self.limit
        return Verdict(self.text, wanted, f"{found:.2f} ×", reached)


@dataclasses.dataclass(frozen=True)
class Bound:
    """A figure of Fairlead's alone."""

    text: str
    workload: str
    metric: str
    one: str
    limit: float
    unit: float  # of what is shown
    unit_name: str
    at_least: bool = False

    def judge(self, results):
        series = results.get(self.one, self.workload, self.metric)
        wanted = f"{'≥' if self.at_least else '≤'} {self.limit / self.unit:g} {self.unit_name}"
        wrong = what_is_wrong(results, self.one, self.workload)
        if wrong or not series:
            return Verdict(self.text, wanted, wrong or "it was not measured", None)
        found = series.median
        reached = found >= self.limit if self.at_least else found <= self.limit
        return Verdict(self.text, wanted, f"{found / self.unit:.2f} {self.unit_name}", reached)


def _rate(workload, in_flight, one, other, limit, title):
    return Ratio(f"{title}, {in_flight} in flight, calls per second", workload, "rate", one, other, limit)


MICRO, GRPC = workloads.MICRO, "grpc_callback"
BROKER = "through nats-server"
TARGETS = (
    _rate("closed_64", 64, "fairlead", MICRO, 3.5, f"{BROKER}, to nats.go micro"),
    # libnats has two forms, each the faster for some loads; both are to be beaten.
    _rate("closed_64", 64, "fairlead", "libnats_service", 8, f"{BROKER}, to libnats, sent at once"),
    _rate("closed_64", 64, "fairlead", "libnats_buffered", 8, f"{BROKER}, to libnats, buffered"),
    _rate("closed_64", 64, "fairlead", GRPC, 3, f"{BROKER}, to grpc++ callback"),
    _rate("closed_64", 64, "fairlead", "raw", 0.75, f"{BROKER}, to bare sockets"),
    _rate("closed_512", 512, "fairlead", MICRO, 3, f"{BROKER}, to nats.go micro"),
    Ratio(f"{BROKER}, 1 in flight, p50 to nats.go micro's", "closed_1", "p50_us", "fairlead", MICRO, 1, False),
    Ratio(f"{BROKER}, p99 at 50 % of each one's peak, to nats.go micro's", "open_50", "p99_us", "fairlead", MICRO,
          0.5, False),
    Ratio(f"{BROKER}, p99 at one rate, 50 % of nats.go micro's peak, to nats.go micro's", "open_same", "p99_us",
          "fairlead", MICRO, 0.5, False),
    Ratio("service's processor time per call, 64 in flight, to nats.go micro's", "closed_64", "service_cpu_us",
          "fairlead", MICRO, 1 / 3, False),
    _rate("closed_64", 64, "fairlead_direct", GRPC, 6, "direct TLS, to grpc++ callback"),
    _rate("closed_64", 64, "fairlead_unix", GRPC, 10, "direct unix, to grpc++ callback"),
    Ratio("direct TLS, 1 in flight, p50 to grpc++ callback's", "closed_1", "p50_us", "fairlead_direct", GRPC, 0.8,
          False),
    Bound("local, one loop, 64 in flight", "closed_64", "rate", "fairlead_local", 2e6, 1e6, "M/s", at_least=True),
    Bound("idle service", "memory", "idle_bytes", "fairlead", 20 * MIB, MIB, "MiB"),
    Bound("10 000 in flight add, service", "memory", "many_added_bytes", "fairlead", 40 * MIB, MIB, "MiB"),
    Bound("10 000 in flight add, caller", "memory", "caller_added_bytes", "fairlead", 40 * MIB, MIB, "MiB"),
    Ratio("generated code of 100 methods compiles in, to the .pb.cc beside it", "generated", "fairlead_seconds",
          "fairlead", "fairlead", 1.5, False, "pb_seconds"),
    Bound("100 methods, stripped", "generated", "stripped_bytes", "fairlead", 10 * MIB, MIB, "MiB"),
)


def judge(results):
    return [target.judge(results) for target in TARGETS]
