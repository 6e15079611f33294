"""The rounds: contestants take turns in each workload, and whoever begins changes from round to round."""

import programs
import workloads

MANY = 10_000  # callers whose memory is measured
MANY_SECONDS = 1.5  # at least, for they wait half a second


def turns(contestants, turn):
    """Their order in a round: whoever comes first meets a processor that has rested."""
    shift = turn % len(contestants) if contestants else 0
    return contestants[shift:] + contestants[:shift]


class Rounds:
    def __init__(self, results, contestants, nats_url, count, seconds):
        self._results, self._contestants, self._nats_url = results, contestants, nats_url
        self._count, self._seconds = count, seconds

    def measure(self, workload):
        """All rounds of one workload."""
        self._go_round(workload.name, lambda one: self._measure_one(one, workload),
                       [one for one in self._contestants if self.can(one, workload)])

    def measure_start(self):
        """From the start of a service to when it can be called."""
        self._go_round("start", self._measure_start, self._served())

    def measure_memory(self):
        """Memory of an idle service, and what so many callers add."""
        # Bare sockets have a buffer that so many calls overrun.
        self._go_round("memory", self._measure_memory, [one for one in self._served() if one.name != "raw"])

    def _served(self):
        return [one for one in self._contestants if one.serves]

    def can(self, contestant, workload):
        """Whether it can be asked this; else the reason is kept."""
        reason = workload.reason_against(contestant)
        if not reason and workload.peak_of:
            peak, rate = self._peak(contestant.name), self.rate(contestant, workload)
            if peak and rate and peak < rate:
                reason = f"its own peak is less than {rate} calls/s"
        if reason:
            self._results.miss(contestant.name, reason, workload.name)
        return not reason

    def _go_round(self, name, measure, contestants):
        for turn in range(self._count):
            programs.tell(f"{name}: round {turn + 1} of {self._count}")
            for contestant in turns(contestants, turn):
                if self._results.reason(contestant.name, name):
                    continue
                try:
                    measure(contestant)
                # Also what a program that has ended, or says what is no JSON, leads to.
                except (programs.Failure, OSError, ValueError, KeyError) as failure:
                    programs.tell(f"{contestant.label}: {failure}")
                    self._results.miss(contestant.name, "it failed, see the log", name)

    def _peak(self, name):
        return self._results.peak(name, [f"closed_{count}" for count in workloads.CLOSED])

    def rate(self, contestant, workload):
        """Calls per second of an open loop; None for a closed one, or if no peak is known."""
        peak = workload.share and self._peak(workload.peak_of or contestant.name)
        return max(1, round(peak * workload.share)) if peak else None

    def _measure_one(self, contestant, workload):
        rate = self.rate(contestant, workload)
        if workload.share and not rate:
            raise programs.Failure(f"the peak of {workload.peak_of or contestant.name} is not known")
        with programs.services(contestant, self._nats_url, workload.instances) as services:
            before = [service.cpu_seconds() for service in services]
            address = services[0].address if services else "local"
            found = programs.load(contestant, address, workload.work, workload.in_flight, self._seconds, rate)
            cpu = sum(service.cpu_seconds() for service in services) - sum(before)
        self._add(contestant, workload.name, found, cpu)

    def _add(self, contestant, name, found, cpu):
        def add(metric, value):
            self._results.add(contestant.name, name, metric, value)

        calls = found["calls"]
        if not calls:
            raise programs.Failure("no call was answered")
        add("rate", calls / found["seconds"])
        add("failed", found["failed"])
        for metric in ("p50_us", "p90_us", "p99_us", "p999_us", "max_us"):
            add(metric, found[metric])
        add("client_cpu_us", found["cpu_seconds"] * 1e6 / calls)
        if contestant.serves:
            # The service was watched while the load warmed up, too, a tenth of the time.
            add("service_cpu_us", cpu * 1e6 / (calls * 1.1))

    def _measure_start(self, contestant):
        with programs.services(contestant, self._nats_url) as (service,):
            self._results.add(contestant.name, "start", "ready_ms", service.start_seconds * 1e3)
            found = programs.load(contestant, service.address, "average", 1, 0.2)
            if found["failed"] or not found["calls"]:
                raise programs.Failure("it was ready and answered nothing")

    def _measure_memory(self, contestant):
        with programs.services(contestant, self._nats_url) as (service,):
            idle = service.memory()
            self._results.add(contestant.name, "memory", "idle_bytes", idle)
            if "wait" not in contestant.works:
                return
            one = programs.load(contestant, service.address, "wait", 1, 0.1)
            found = programs.load(contestant, service.address, "wait", MANY, max(self._seconds, MANY_SECONDS))
            most = service.memory("VmHWM")
        if not found["calls"]:
            raise programs.Failure("no call was answered")
        self._results.add(contestant.name, "memory", "many_added_bytes", most - idle)
        self._results.add(contestant.name, "memory", "many_failed", found["failed"])
        # The loads of others keep a histogram for each caller, which is not their library's.
        if contestant.ours:
            self._results.add(contestant.name, "memory", "caller_added_bytes",
                              found["memory_bytes"] - one["memory_bytes"])
