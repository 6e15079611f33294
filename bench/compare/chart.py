"""Bar charts as SVG, which show on light and dark pages."""

from html import escape

WIDTH, LABEL, BAR, GAP, TOP = 760, 220, 20, 8, 44
OURS_COLOUR, OTHER_COLOUR, TEXT_COLOUR = "#2f81f7", "#8b949e", "#768390"


def bars(title, rows):
    """`rows`: (label, value, least, most, text, whether it is ours); a line shows least to most."""
    height = TOP + len(rows) * (BAR + GAP) + GAP
    room = WIDTH - LABEL - 130
    most = max((row[3] for row in rows), default=0) or 1
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
             f'font-family="sans-serif" font-size="13" fill="{TEXT_COLOUR}">',
             f"<title>{escape(title)}</title>",
             f'<text x="8" y="24" font-size="16" font-weight="bold">{escape(title)}</text>']
    for index, (label, value, low, high, text, is_ours) in enumerate(rows):
        top = TOP + index * (BAR + GAP)
        middle = top + BAR / 2
        scale = room / most
        colour = OURS_COLOUR if is_ours else OTHER_COLOUR
        parts += [f'<text x="{LABEL - 8}" y="{middle + 5:.0f}" text-anchor="end">{escape(label)}</text>',
                  f'<rect x="{LABEL}" y="{top}" width="{value * scale:.1f}" height="{BAR}" fill="{colour}"/>',
                  f'<line x1="{LABEL + low * scale:.1f}" x2="{LABEL + high * scale:.1f}" y1="{middle:.1f}" '
                  f'y2="{middle:.1f}" stroke="{TEXT_COLOUR}" stroke-width="2"/>',
                  f'<text x="{LABEL + high * scale + 8:.1f}" y="{middle + 5:.0f}">{escape(text)}</text>']
    return "\n".join([*parts, "</svg>", ""])


# File name, title, workload, metric.
CHARTS = (("rate-64", "Calls per second, 64 in flight", "closed_64", "rate"),
          ("rate-512", "Calls per second, 512 in flight", "closed_512", "rate"),
          ("p50-1", "Median time of a call, µs, 1 in flight (less is better)", "closed_1", "p50_us"),
          ("p99-half", "p99, µs, at 50 % of each one's own peak (less is better)", "open_50", "p99_us"),
          ("cpu", "Service CPU, µs per call, 64 in flight (less is better)", "closed_64", "service_cpu_us"),
          ("memory", "Memory of an idle service, MiB (less is better)", "memory", "idle_bytes"))


def charts(results, contestants, number):
    """Name, title and SVG of each, of what was measured. A local call would dwarf all the rest."""
    for name, title, workload, metric in CHARTS:
        unit = 1 << 20 if metric.endswith("_bytes") else 1
        rows = []
        for one in contestants:
            series = results.get(one.name, workload, metric)
            if series and one.name != "fairlead_local":
                value, low, high = (found / unit for found in (series.median, series.least, series.most))
                rows.append((one.label, value, low, high, number(value), one.ours and one.name != "raw"))
        if rows:
            yield name, title, bars(title, rows)
