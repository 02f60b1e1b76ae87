"""The figures of one benchmark: a table for people, and one line of JSON last for machines."""

import json
import os
import statistics
from datetime import UTC, datetime
from pathlib import Path


class Report:
    def __init__(self, bench: str, *notes: str) -> None:
        self.bench, self.rows = bench, []
        self.notes = [machine(), *notes]
        self._load_before = os.getloadavg()[0]

    def add(self, name: str, value: float, unit: str) -> None:
        """Three digits that count: more would be noise."""
        self.rows.append({"name": name, "value": float(f"{value:.3g}"), "unit": unit})

    def count(self, name: str, value: float) -> None:
        """Exact: a number of things that happened."""
        self.rows.append({"name": name, "value": float(value), "unit": ""})

    def spread(self, name: str, milliseconds: list[float]) -> None:
        """Median and p95 of many, each a row of its own."""
        self.add(f"{name}, median", statistics.median(milliseconds), "ms")
        self.add(f"{name}, p95", p95(milliseconds), "ms")

    def show(self) -> None:
        load = f"load average (1 min) {self._load_before:.1f} before, {os.getloadavg()[0]:.1f} after"
        print("\n".join([*self.notes, load, ""]))
        width = max(len(row["name"]) for row in self.rows)
        for row in self.rows:
            print(f"{row['name']:<{width}}  {row['value']:>10,.12g} {row['unit']}")
        print(json.dumps({"bench": self.bench, "rows": self.rows}), flush=True)


def p95(values: list[float]) -> float:
    """The value that 95 % do not exceed (nearest rank)."""
    return sorted(values)[-(-95 * len(values) // 100) - 1]


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    return f"{datetime.now(UTC):%Y-%m-%d}, {model}, {os.cpu_count()} cores"
