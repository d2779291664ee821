"""Prices bound every matching: no two are worth more than their two prices, whatever they are like."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bench.pairing import crowd as practitioners
from handlers.partners import prices as pricing
from handlers.partners.pairing import Crowd, matching
from handlers.partners.prices import PART, prices
from handlers.partners.rules import Candidate

WORDS = tuple(f"word{n}" for n in range(14))


def crowd(size: int, draw: random.Random, most_words: int) -> Crowd:
    people = [
        Candidate(
            number,
            draw.choice((None, "docs", "tests")),
            frozenset(draw.sample(WORDS, draw.randint(0, most_words))),
            frozenset(draw.sample(range(24), draw.randint(0, 14))),
            draw.choice(("en", "de")),
        )
        for number in range(1, size + 1)
    ]
    return Crowd(people, [], frozenset(), 1, size)


@pytest.mark.parametrize("most_words", [0, 4, 12])
@pytest.mark.parametrize("size", [2, 3, 20, 81])
@pytest.mark.parametrize("most_patterns", [1, 3000])
def test_no_pair_is_worth_more_than_its_prices(size: int, most_words: int, most_patterns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "MOST_PATTERNS", most_patterns)
    for seed in range(6):
        many = crowd(size, random.Random(seed), most_words)
        price, everybody = prices(many), np.arange(size)
        worth = many.compatibility(everybody)
        np.fill_diagonal(worth, 0)
        assert (price >= 0).all()
        assert (PART * worth <= price[:, None] + price[None, :]).all()


def test_the_bound_is_close_to_the_best_matching() -> None:
    many = Crowd(practitioners(300), [], frozenset(), 1, 300)
    worth = many.compatibility(np.arange(300))
    pairs, _over = matching(worth, ~np.eye(300, dtype=np.bool_))
    assert 0.96 <= sum(int(worth[pair]) for pair in pairs) * PART / int(prices(many).sum()) <= 1
