"""The contract, as data, on a cluster: the very cases that our own engine is held to (tests/contract)."""

from __future__ import annotations

from tests.contract.test_river import (  # noqa: F401 - collected here too, where `indexed` is the cluster's
    river,
    test_a_cursor_belongs_to_its_question,
    test_a_hit_says_why_it_answers,
    test_ask,
    test_over_time,
    test_own_words_of_a_speaker,
    test_pages_behind_each_other_are_the_list,
    test_reprints_from_the_first_date_on,
    test_stats_name_the_engine,
    test_the_whole_archive_comes_in_its_order,
    test_what_is_not_there_is_not_found,
    test_words_that_are_asked_for_are_marked_in_an_article,
)
from tests.contract.test_search import test_case  # noqa: F401
