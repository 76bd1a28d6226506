"""The backlog in a process of its own: scoring whole arrays and solving the flow keep the interpreter's lock.

Needs the extra ``[optimize]`` (ortools, which brings numpy). Run as a module it reads one problem as JSON and writes
one solution. Where the extra is not installed, or the process fails, the greedy plan is made and says so.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import itertools
import operator
import os
import select
import subprocess
import sys
import tempfile
import typing as t
from dataclasses import dataclass, fields
from types import SimpleNamespace

import orjson

from services.assignment.domain.backlog import Ask, Choice, Flow, Lawyers, Problem, Solution, solve_greedily
from services.assignment.domain.points import UNKNOWN, Algebra, Weights, parts

SECONDS = 60
LOOK = 0.02  # seconds between looks for the outline
END = b"\n"


class Solver(t.Protocol):
    """Finds the best plan that can be had."""

    def prepare(self, outline: Problem) -> None:
        """Tell ahead what cases ask for, while it is looked up who may not take them: ``sizes`` may be empty."""

    def __call__(self, problem: Problem) -> Solution: ...


@contextlib.contextmanager
def solver() -> t.Iterator[Solver]:
    """What finds the optimum, or the greedy plan where there is no solver.

    Its process starts at once, so that it is ready when the problem has been read.
    """
    if importlib.util.find_spec("ortools") is None:
        yield _Greedy()
        return
    with tempfile.TemporaryFile() as told:
        command = [sys.executable, "-m", "services.assignment.solve", str(told.fileno())]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[told.fileno()],
        )
        try:
            yield _InProcess(process, told)
        finally:
            process.kill()
            process.communicate()


def solve(problem: Problem) -> Solution:
    with solver() as solve_one:
        return solve_one(problem)


class _Greedy:
    def prepare(self, outline: Problem) -> None: ...

    def __call__(self, problem: Problem) -> Solution:
        return solve_greedily(problem)


@dataclass
class _InProcess:
    """``told``: a file without a name with a line for the outline, if there is one, and one for the problem.

    A pipe would make this process wait for a reader that is not ready, or (eventlet) for ever for one that has died.
    """

    process: subprocess.Popen[bytes]
    told: t.IO[bytes]

    def prepare(self, outline: Problem) -> None:
        self._tell(outline)

    def __call__(self, problem: Problem) -> Solution:
        if not problem.groups or not len(problem.lawyers):
            return solve_greedily(problem)
        self._tell(problem)
        try:
            found, _ = self.process.communicate(timeout=SECONDS)  # which ends its input: all is told
        except (subprocess.SubprocessError, OSError):
            return solve_greedily(problem)
        return _solution(orjson.loads(found)) if self.process.returncode == 0 else solve_greedily(problem)

    def _tell(self, problem: Problem) -> None:
        self.told.write(orjson.dumps(problem) + END)
        self.told.flush()


def optimum(problem: Problem, scored: Scored | None = None) -> Solution:
    """The flow of least cost; needs ortools. ``scored``: what was ranked before, of the same lawyers."""
    from services.assignment import flow

    scored = scored or Scored(problem)
    scored.regroup(problem)
    found = flow.solve(problem, scored)
    shown = [_shown(scored, number, taken) for number, taken in enumerate(found.flows)]
    return Solution("optimum", found.flows, shown, found.considered, found.short)


#: So many of the best lawyers of a group are shown beside those who take its cases.
SHOWN = 5
#: What a case asks of a lawyer apart from its matter: each brings its points whatever the others bring.
ALONE = ("standing", "near", "wish")
#: What a case asks, whoever may not take it.
WANTED = operator.attrgetter(*(one.name for one in fields(Ask) if one.name not in ("blocked", "firms")))


def _shown(scored: Scored, number: int, taken: Flow) -> list[Choice]:
    """The best lawyers of a group and whoever takes its cases, best first."""
    ids, points = scored.of_kind(scored.kinds[number])
    ask, firms = scored.problem.groups[number], scored.problem.lawyers.firm
    most, shown = SHOWN, set[int]()
    while len(shown) < SHOWN and most < 2 * len(ids):
        most *= 2
        best = enumerate(ids[:most].tolist())
        fit = (place for place, lawyer in best if lawyer not in ask.blocked and firms[lawyer] not in ask.firms)
        shown = set(itertools.islice(fit, SHOWN))
    shown = shown.union(*((ids == lawyer).nonzero()[0].tolist() for lawyer, _ in taken))
    return [(int(ids[place]), int(points[place])) for place in sorted(shown)]


class Scored:
    """The ranking over whole arrays: the formulas of domain/points.py for all lawyers at once."""

    def __init__(self, problem: Problem) -> None:
        import numpy

        self.numpy = numpy
        self.algebra = Algebra(numpy.minimum, numpy.where)
        lawyers = problem.lawyers
        self.number = len(lawyers)
        whole = ("capacity", "load", "practice_years", "rested_from", "criminal_years", "firm")
        self.columns = {name: numpy.array(getattr(lawyers, name), dtype=numpy.int64) for name in whole}
        flags = ("for_minors", "everywhere", "absent")
        self.flags = {name: numpy.array(getattr(lawyers, name), dtype=bool) for name in flags}
        self.gender = numpy.array([one or "" for one in lawyers.gender])
        self.firm_district = numpy.array(lawyers.firm_district)
        self.ready = ~self.flags["absent"] & (self.columns["load"] < self.columns["capacity"])
        self.known: dict[tuple[str, str], t.Any] = {}
        self.known_kinds: dict[tuple[t.Any, ...], int] = {}
        self.asked: list[tuple[Ask, Weights]] = []
        self.ranked: dict[int, tuple[t.Any, t.Any]] = {}
        self.brought: dict[t.Any, t.Any] = {}
        #: where points are equal, whoever has rested longer comes first, then by number
        self.place_in_tie = numpy.empty(self.number, dtype=numpy.int64)
        self.place_in_tie[numpy.argsort(self.columns["rested_from"], kind="stable")] = numpy.arange(self.number)
        self.regroup(problem)

    def regroup(self, problem: Problem) -> None:
        """Go on with the groups of another problem of the same lawyers; what was ranked is known."""
        self.problem = problem
        #: for each group the number of its kind: groups that ask for the same, whoever may not
        self.kinds = [self._kind(ask, weights) for ask, weights in zip(problem.groups, problem.weights, strict=True)]

    def _kind(self, ask: Ask, weights: Weights) -> int:
        kind = self.known_kinds.setdefault(WANTED(ask), len(self.asked))
        if kind == len(self.asked):
            self.asked.append((ask, weights))
        return kind

    def rank_all(self) -> None:
        """Rank the lawyers for every kind of case."""
        for kind in range(len(self.asked)):
            self.of_kind(kind)

    def choices(self, number: int) -> list[Choice]:
        """As domain.backlog.choices."""
        ids, points = self.of_group(number)
        return list(zip(ids.tolist(), points.tolist(), strict=True))

    def of_group(self, number: int, above: int | None = None) -> tuple[t.Any, t.Any]:
        """The lawyers who may be asked for a group's cases, best first, and their points; only those with more than
        ``above``."""
        ask = self.problem.groups[number]
        return self.of_kind(self.kinds[number], above, ask.blocked, ask.firms)

    def points(self, number: int, lawyer: int) -> int:
        """What a lawyer would bring for a group's cases, whether the lawyer may take them or not."""
        ids, points = self.of_kind(self.kinds[number])
        return int(points[ids == lawyer][0])

    def barred(self, ids: t.Any, blocked: t.Collection[int], firms: t.Collection[int]) -> t.Any:
        """Which of some lawyers may not: themselves, or with their firm."""
        if firms:
            of_firm = self.numpy.zeros(len(self.firm_district), dtype=bool)
            of_firm[list(firms)] = True
            barred = of_firm[self.columns["firm"][ids]]
        else:
            barred = self.numpy.zeros(len(ids), dtype=bool)
        for lawyer in blocked:
            barred |= ids == lawyer
        return barred

    def of_kind(
        self,
        kind: int,
        above: int | None = None,
        blocked: t.Collection[int] = (),
        firms: t.Collection[int] = (),
    ) -> tuple[t.Any, t.Any]:
        """As of_group, with those who may not be asked for some groups of the kind; but not ``blocked`` and firms."""
        if kind not in self.ranked:
            self.ranked[kind] = self._rank(*self.asked[kind])
        ids, points = self.ranked[kind]
        if above is not None:
            first = len(points) - int(points[::-1].searchsorted(above, side="right"))
            ids, points = ids[:first], points[:first]
        if not blocked and not firms:
            return ids, points
        allowed = ~self.barred(ids, blocked, firms)
        return ids[allowed], points[allowed]

    def _rank(self, ask: Ask, weights: Weights) -> tuple[t.Any, t.Any]:
        numpy = self.numpy
        points = self._points(ask, weights)
        (fit,) = numpy.nonzero(self._allowed(ask))
        # one key for points and ties, each lawyer's its own: a plain sort of whole numbers
        order = numpy.argsort(self.place_in_tie[fit] - points[fit] * self.number)
        best = fit[order]
        return best, points[best]

    def _points(self, ask: Ask, weights: Weights) -> t.Any:
        """The score, put together from parts that many kinds of cases have in common."""
        place = ask.place or ask.district or ""
        work = self._part(weights, "", matter=ask.matter, priority=ask.priority)
        points = work + self._part(weights, "standing", organization=ask.organization)
        points += self._part(weights, "near", place=place)
        if ask.wished is not None:
            points += self._part(weights, "wish", wished=ask.wished)
        return points

    def _part(self, weights: Weights, name: str, **asked: t.Any) -> t.Any:
        """What a consideration of ``ALONE`` brings each lawyer, or (without a name) all the others together."""
        key = (weights, name, *asked.values())
        if key not in self.brought:
            brought = parts(self._facts(**asked), weights, self.problem.now, asked.get("priority", False), self.algebra)
            self.brought[key] = brought[name] if name else sum(brought[one] for one in brought if one not in ALONE)
        return self.brought[key]

    def _facts(
        self,
        *,
        matter: str = "",
        priority: bool = False,
        organization: str = "",
        place: str = "",
        wished: int = UNKNOWN,
    ) -> t.Any:
        columns = self.columns
        return SimpleNamespace(
            capacity=columns["capacity"],
            load=columns["load"],
            specialty_years=self._years(matter),
            practice_years=columns["practice_years"],
            rested_from=columns["rested_from"],
            distance=self._metres(place),
            near=self.firm_district[columns["firm"]] == place,
            standing=self._has("standing", organization),
            wished=self.numpy.arange(self.number) == wished,
        )

    def _allowed(self, ask: Ask) -> t.Any:
        allowed = self.ready.copy()
        if ask.grave:
            allowed &= self.columns["criminal_years"] >= self.problem.years_for_grave
        if ask.minor:
            allowed &= self.flags["for_minors"]
        if ask.district is not None:
            allowed &= self.flags["everywhere"] | self._has("districts", ask.district)
        if ask.gender is not None:
            allowed &= self.gender == ask.gender
        if ask.language is not None:
            allowed &= self._has("languages", ask.language)
        return allowed

    def _has(self, table: str, key: str) -> t.Any:
        if (table, key) not in self.known:
            has = self.numpy.zeros(self.number, dtype=bool)
            has[getattr(self.problem.lawyers, table).get(key, [])] = True
            self.known[table, key] = has
        return self.known[table, key]

    def _years(self, matter: str) -> t.Any:
        if ("years", matter) not in self.known:
            years = self.numpy.full(self.number, UNKNOWN, dtype=self.numpy.int64)
            for lawyer, practised in self.problem.lawyers.specialties.get(matter, ()):
                years[lawyer] = practised
            self.known["years", matter] = years
        return self.known["years", matter]

    def _metres(self, place: str) -> t.Any:
        if ("metres", place) not in self.known:
            of_firms = self.problem.lawyers.metres.get(place)
            metres = self.numpy.array(of_firms or [UNKNOWN] * len(self.firm_district), dtype=self.numpy.int64)
            self.known["metres", place] = metres[self.columns["firm"]]
        return self.known["metres", place]


def _problem(data: dict[str, t.Any]) -> Problem:
    groups = [Ask(**{**one, "blocked": tuple(one["blocked"])}) for one in data["groups"]]
    weights = [Weights(**one) for one in data["weights"]]
    return Problem(**{**data, "lawyers": Lawyers(**data["lawyers"]), "groups": groups, "weights": weights})


def _solution(data: dict[str, t.Any]) -> Solution:
    lists = {name: [[tuple(pair) for pair in group] for group in data[name]] for name in ("flows", "choices")}
    return Solution(data["method"], lists["flows"], lists["choices"], data["considered"], data["short"])


def _main(told: int) -> None:
    """Ranks for the outline while its input is open; solves what is there when it ends."""
    importlib.import_module("services.assignment.flow").load_solver()  # before the problem is there
    gc.disable()  # it ends when it has answered: to look through it for what can go is of no use
    scored = None
    while not select.select([sys.stdin], [], [], LOOK)[0]:
        if scored is None and (outline := _read(told)).endswith(END):
            scored = Scored(_problem(orjson.loads(outline.splitlines()[0])))
            scored.rank_all()
    problem = _problem(orjson.loads(_read(told).splitlines()[-1]))
    sys.stdout.buffer.write(orjson.dumps(optimum(problem, scored)))


def _read(file: int) -> bytes:
    """All of a file whose place is shared with the process that writes it."""
    return os.pread(file, os.fstat(file).st_size, 0)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
