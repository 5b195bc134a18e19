"""Import and payment runs that are killed again and again: started by `test_kill_books`, forks what is to be killed.

    python -m tests.crash.books DATABASE_URL FOLDER SEED

Each fork does everything from the first file on, as a finance desk does after a power cut; the last one is left alone.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from app.db import create_engine, unit_of_work
from app.domain.bank_statement import import_statement
from app.domain.commitment import Commitment
from app.domain.purse import Payable, issue, settle
from tests.books import NOON

CASES, KILLS = 24, 12
DEPOSIT_FEN, FACE_FEN, FEE_FEN = 250_000, 100_000, 7_000


def deposit_fen(number: int) -> int:
    """What case so-and-so pays in; each another amount."""
    return DEPOSIT_FEN + 2 * number


def agency_fen(number: int) -> int:
    """What the agency gets of it."""
    return FACE_FEN + deposit_fen(number) // 2 - FEE_FEN


def work(url: str, folder: Path) -> None:
    """Import the deposits, issue and settle every case, import the payments."""
    database = create_engine(url)
    for file in sorted(folder.glob("deposits_*.csv")):
        with unit_of_work(database) as unit:
            import_statement(unit.session, file.read_bytes(), now=NOON)
    for number in range(CASES):
        with unit_of_work(database) as unit:
            case_number, paid_fen = f"2026-{number:05d}", deposit_fen(number)
            if unit.session.get(Commitment, case_number).state != "settled":  # type: ignore[union-attr]
                issue(unit.session, case_number, f"NXQ-{number}", paid_fen, now=NOON)
            settle(unit.session, case_number, Payable(FACE_FEN, paid_fen // 2, FEE_FEN), now=NOON)
    for file in sorted(folder.glob("payments_*.csv")):
        with unit_of_work(database) as unit:
            import_statement(unit.session, file.read_bytes(), now=NOON)
    database.dispose()


def main(url: str, folder: Path, seed: int) -> int:
    """Fork, kill, fork; print how many were killed at work; exit with the last one's code."""
    chance, killed = random.Random(seed), 0
    for number in range(KILLS + 1):
        child = os.fork()
        if child == 0:
            work(url, folder)
            os._exit(0)
        if number < KILLS:
            time.sleep(chance.uniform(0.01, 0.15))  # a fork that has everything behind it is done soon
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        killed += os.WIFSIGNALED(status)
    print(killed)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
