"""Proofs: what takes longer than a suite should. `make proofs` runs them and writes docs/proofs.md."""

import os

#: How much of each is run: 0.1 is a tenth.
SCALE = float(os.environ.get("SCALE") or 1)


def scaled(amount: int) -> int:
    """Return how many to run where `amount` is the whole."""
    return max(1, round(amount * SCALE))
