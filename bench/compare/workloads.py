"""The matrix: what is asked of each contestant."""

import dataclasses

CLOSED = (1, 8, 64, 512)
OPEN_CALLERS = 512  # of an open loop at most; a call that finds none idle waits, and its wait counts
ECHOES = (128, 4096, 65536)
INSTANCES = (2, 4)
MICRO = "nats_go_micro"  # whose peak is the measure for a rate that all are asked for


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str   # in results
    title: str  # in tables
    kind: str   # on the command line
    work: str = "average"
    in_flight: int = 64
    share: float = 0  # of the peak, for an open loop
    peak_of: str = ""  # whose; else of each one's own
    instances: int = 1

    def reason_against(self, contestant):
        """Why this contestant cannot be asked this; None if it can."""
        if self.work.split(":")[0] not in contestant.works:
            return f"it has no {self.work.split(':')[0]}"
        if self.share and not contestant.open_loop:
            return "it has no open loop" if contestant.serves else "its load would wait for its own service"
        if self.instances > 1 and not (contestant.through_nats or contestant.ours and contestant.serves):
            return "one address is one instance" if contestant.serves else "its service is the caller's own"
        return None


def matrix():
    found = [Workload(f"closed_{count}", f"{count} in flight", "closed", in_flight=count) for count in CLOSED]
    found += [Workload(f"open_{percent}", f"open loop at {percent} % of its peak", "open",
                       in_flight=OPEN_CALLERS, share=percent / 100) for percent in (50, 80)]
    found.append(Workload("open_same", "open loop at one rate for all, 50 % of the peak of nats.go micro", "open",
                          in_flight=OPEN_CALLERS, share=0.5, peak_of=MICRO))
    found += [Workload(f"echo_{size}", f"echo of {size} bytes, 64 in flight", "echo", f"echo:{size}")
              for size in ECHOES]
    found += [Workload(f"instances_{count}", f"{count} instances, 64 in flight", "instances", instances=count)
              for count in INSTANCES]
    found.append(Workload("block", "handlers that block 1 ms, 200 callers", "block", "block", 200))
    return found


def select(kinds):
    """Those of the kinds; open loops need the closed ones that find the peak."""
    wanted = set(kinds) | ({"closed"} if "open" in kinds else set())
    return [workload for workload in matrix() if workload.kind in wanted]


KINDS = ("closed", "open", "echo", "instances", "block", "memory", "start", "wire", "size")
