"""Markdown of what was measured."""

import re

import workloads
from series import ratio

MIB = 1 << 20
OURS = "fairlead"
BEGIN, END = "<!-- benchmarks -->", "<!-- end of benchmarks -->"


def number(value):
    """Three digits that count, and thousands set apart."""
    if abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(series, unit=1):
    """Median (least–most)."""
    if len(series.values) == 1:
        return number(series.median / unit)
    return f"{number(series.median / unit)} ({number(series.least / unit)}–{number(series.most / unit)})"


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", "|---|" + "--:|" * (len(head) - 1)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


class Report:
    def __init__(self, results, contestants, heads, verdicts):
        self._results, self._contestants = results, contestants
        self._heads, self._verdicts = heads, verdicts

    def text(self):
        parts = [self._what(), self._targets(), *map(self._rates, workloads.matrix()), self._rest(),
                 self._generated(), self._missing()]
        return "\n\n".join(part for part in parts if part)

    def _what(self):
        return "\n".join(f"- {name}: {value}" for name, value in self._heads.items())

    def _targets(self):
        return "### Targets\n\n" + table(
            ["target", "wanted", "found", ""],
            [[one.text, one.wanted, one.found, one.word] for one in self._verdicts])

    def _row(self, contestant, workload, cells):
        """Its cells, or why there are none."""
        reason = self._results.reason(contestant.name, workload)
        if reason:
            word = "missing" if self._results.reason(contestant.name) else "not measured"
            return [contestant.label, f"{word}: {reason}", *[""] * (len(cells) - 1)]
        return [contestant.label, *cells]

    def _cell(self, contestant, workload, metric, unit=1):
        series = self._results.get(contestant.name, workload, metric)
        return spread(series, unit) if series else "–"

    def _rates(self, workload):
        """The table of one workload; none if it was not measured at all."""
        name = workload.name
        if not any(self._results.get(one.name, name, "rate") for one in self._contestants):
            return ""
        rows = []
        for one in self._contestants:
            to_us = ratio(self._results.get(OURS, name, "rate"), self._results.get(one.name, name, "rate"))
            failed = self._results.get(one.name, name, "failed")
            cells = [self._cell(one, name, "rate"), "–" if to_us is None else f"{to_us:.2f}",
                     *(self._cell(one, name, metric) for metric in
                       ("p50_us", "p99_us", "p999_us", "client_cpu_us", "service_cpu_us")),
                     number(sum(failed.values)) if failed and sum(failed.values) else ""]
            rows.append(self._row(one, name, cells))
        head = ["", "calls/s", "Fairlead to it", "p50 µs", "p99 µs", "p99.9 µs", "client CPU s per M calls",
                "service CPU s per M calls", "failed"]
        return f"### {workload.title}\n\n" + table(head, rows)

    def _rest(self):
        """Start, memory, size, bytes on the wire: a line for each contestant."""
        columns = [("start", "ready_ms", "start to ready, ms", 1), ("memory", "idle_bytes", "idle, MiB", MIB),
                   ("memory", "many_added_bytes", "10 000 calls that wait add, MiB", MIB),
                   ("memory", "caller_added_bytes", "and to the callers' own process, MiB", MIB),
                   ("memory", "many_failed", "of these calls failed", 1),
                   ("binary", "binary_bytes", "stripped, MiB", MIB),
                   ("binary", "libraries_bytes", "its shared libraries, MiB", MIB),
                   ("wire", "sent_bytes", "sent per call, bytes", 1),
                   ("wire", "received_bytes", "received per call, bytes", 1)]
        columns = [column for column in columns
                   if any(self._results.get(one.name, *column[:2]) for one in self._contestants)]
        if not columns:
            return ""
        rows, notes = [], []
        for one in self._contestants:
            whole = self._results.reason(one.name)
            if whole:
                rows.append([one.label, f"missing: {whole}", *[""] * (len(columns) - 1)])
                continue
            rows.append([one.label, *(self._cell(one, workload, metric, unit)
                                      for workload, metric, _, unit in columns)])
            for workload in dict.fromkeys(column[0] for column in columns):
                reason = self._results.reason(one.name, workload)
                if reason:
                    notes.append(f"- {one.label}, {workload}: {reason}.")
        return "\n".join(["### Start, memory, size, bytes on the wire", "",
                          table(["", *(column[2] for column in columns)], rows), "", *notes]).rstrip()

    def _generated(self):
        lines = [("pb_seconds", "100 methods: `.pb.cc`, seconds to compile", 1),
                 ("fairlead_seconds", "100 methods: `.fairlead.cpp`, seconds to compile", 1),
                 ("handlers_seconds", "100 methods: their handlers, seconds to compile", 1),
                 ("stripped_bytes", "100 methods: program, stripped, MiB", MIB),
                 ("idle_bytes", "10 services of 100 methods each: idle, MiB", MIB)]
        found = [(self._results.get(OURS, "generated", metric), title, unit) for metric, title, unit in lines]
        rows = [[title, spread(series, unit)] for series, title, unit in found if series]
        return "### Generated code\n\n" + table(["", ""], rows) if rows else ""

    def _missing(self):
        found = [(one.label, self._results.reason(one.name)) for one in self._contestants]
        lines = [f"- {label}: {reason}" for label, reason in found if reason]
        return "### Missing\n\n" + "\n".join(lines) if lines else ""


def replace_between_marks(document, text):
    """The document with `text` between its marks. ValueError if they are not there once."""
    pattern = re.compile(f"({re.escape(BEGIN)}\n).*?({re.escape(END)})", re.S)
    new, count = pattern.subn(lambda match: match[1] + text + "\n" + match[2], document)
    if count != 1:
        raise ValueError(f"there is no one place between {BEGIN} and {END}")
    return new
