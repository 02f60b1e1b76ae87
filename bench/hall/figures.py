"""The table of bin/bench chat."""

import sys

from bench.hall.listening import Cost, Listening
from bench.kit.report import Report

OURS = ("daphne", "uvicorn")


class Figures:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._cpu: dict[str, dict[str, float]] = {}  # circumstances -> server -> microseconds

    def add(self, name: str, viewers: int, found: Listening) -> None:
        print(f"{name}, {viewers} viewers: {found}", file=sys.stderr)  # it takes minutes
        self._report.add(f"{name}, {viewers} viewers, memory a connection", found.memory_kib, "KiB")
        if found.gone:
            self._report.add(f"{name}, {viewers} viewers, put out", found.gone, "viewers")
        for kind, cost in found.costs.items():
            circumstances = f"{viewers} viewers{kind}"
            self._cpu.setdefault(circumstances, {})[name] = cost.cpu_us
            self._tell(f"{name}, {circumstances}", cost)

    def _tell(self, where: str, cost: Cost) -> None:
        self._report.add(f"{where}, CPU a delivered message", cost.cpu_us, "us")
        self._report.add(f"{where}, share of a core", 100 * cost.share, "%")
        self._report.add(f"{where}, delivery p50", cost.p50_ms, "ms")
        self._report.add(f"{where}, delivery p99", cost.p99_ms, "ms")
        if cost.lost:
            self._report.add(f"{where}, never came", 100 * cost.lost, "%")

    def compare(self) -> None:
        """Ours against each of the others, by CPU."""
        for circumstances, by_name in self._cpu.items():
            for name in [name for name in OURS if name in by_name]:
                for other in [other for other in by_name if other not in OURS]:
                    ratio = by_name[name] / by_name[other] if by_name[other] else 0
                    self._report.add(f"{name}, {circumstances}, CPU against {other}", ratio, "x")
