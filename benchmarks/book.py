"""How fast a book is drawn: loan-paths a second against numpy's normal generator, a plain simulation, and workers.

    python benchmarks/book.py [LOANS] [PATHS]

Times are of the processor; of the workers those of the clock too, which say little where others work beside them. The
plain simulation is what one would write first: factors, residuals, a comparison, a lognormal for every loan and path.
No public package has these states (contract, offtaker, collateral); for Vasicek's model alone the exact method is
compared with the same by simulation.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from computefi.books.run import run
from computefi.models.portfolio import Book, make_book
from computefi.models.portfolio_exact import distribution
from computefi.models.portfolio_paths import BLOCK, simulation
from random_books import random_columns

BLOCKS = 24


def book_of(loans: int, factors: int) -> Book:
    columns = random_columns(5, loans, names=8, factors=factors)
    columns["pd"] = columns["pd"] * 0.3
    return make_book(**columns)


def plain(book: Book, paths: int) -> float:
    """Seconds of the simulation that one would write first; each loan, whether it fails or not, has its collateral."""
    loans, random = book.loans, np.random.default_rng(1)
    start = time.process_time()
    for _ in range(paths // BLOCK):
        factors = random.standard_normal((BLOCK, book.factors))
        driver = factors @ book.loading.T + loans.rest * random.standard_normal((BLOCK, len(book.offtaker)))
        score = factors @ book.collateral_loading.T
        score += np.sqrt(loans.own[:, 0]) * random.standard_normal(score.shape)
        value = loans.mean[:, 0] * np.exp(loans.spread[:, 0] * score - loans.spread[:, 0] ** 2 / 2)
        lost = np.where(driver < loans.bound[:, 0], np.maximum(1 - value / loans.claim[:, 0], 0), 0)
        (lost * loans.owed[:, 0]).sum(axis=1)
    return time.process_time() - start


def main(loans: int = 10_000, paths: int = 100_000) -> None:
    np.seterr(all="ignore")
    book = book_of(loans, 4)
    drawn = BLOCKS * BLOCK * loans
    start = time.process_time()
    random, out = np.random.default_rng(1), np.empty((BLOCK, 256))
    for _ in range(drawn // out.size):
        random.standard_normal(out=out)
    normals = time.process_time() - start
    print(f"numpy's normal generator alone   {drawn / normals / 1e6:8.1f} million a second")
    for words, level in (("drawn, half of it in the bad state", 0.999), ("drawn, no bad state", 0.5)):
        prepared = simulation(book, 1, 0.0, level)
        start = time.process_time()
        for number in range(BLOCKS):
            prepared.block(number)
        took = time.process_time() - start
        print(
            f"{words:<35}{drawn / took / 1e6:6.1f} million loan-paths a second, {took / normals:.2f} times the normals"
        )
    took = plain(book, BLOCKS * BLOCK)
    print(f"{'plain simulation':<35}{drawn / took / 1e6:6.1f} million loan-paths a second, {took / normals:.2f} times")
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            start, work = time.perf_counter(), time.process_time()
            answer = run(book, paths=paths, seed=1, nu=0, levels=[0.999], journal=Path(folder) / "j", workers=workers)
            took, work = time.perf_counter() - start, time.process_time() - work
        tail = answer.tails[0]
        print(f"{loans:,} loans × {paths:,} paths × 4 factors, {workers} workers, both passes: {took:.1f} s, "
              f"{work:.1f} s of processor, VaR "
              f"{tail.at_risk.value:,.0f} ± {tail.at_risk.error / tail.at_risk.value:.2%}")  # fmt: skip
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"most memory of the process       {memory:8.0f} MB")
    for count, factors in ((1_000, 1), (1_000, 4), (5_000, 1)):
        one = book_of(count, factors)
        start = time.process_time()
        distribution(one)
        print(f"exact distribution of {count:,} loans, factors {factors}: {time.process_time() - start:.2f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
