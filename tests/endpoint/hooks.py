"""What else must hold of an answer? Loaded by schemathesis (SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

from typing import Any

import schemathesis

# No schema can say that a cursor is of this very question, and that no offset stands beside it.
BEYOND_A_SCHEMA = frozenset({"cursor"})


@schemathesis.check
def refused_for_its_meaning_alone(ctx: Any, response: Any, case: Any) -> None:
    """What the description allows is never refused as a parameter that cannot be read."""
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    problem = response.json()
    if problem["code"] == "invalid_parameter" and problem.get("parameter") not in BEYOND_A_SCHEMA:
        raise AssertionError(f"refused although the description allows it: {problem['detail']}")


@schemathesis.check
def guarded_and_named(ctx: Any, response: Any, case: Any) -> None:
    """Every answer has the headers of all answers, and sets no cookie."""
    headers = {name.lower() for name in response.headers}
    missing = {"x-content-type-options", "content-security-policy", "x-request-id"} - headers
    if missing or "set-cookie" in headers:
        raise AssertionError(f"missing {sorted(missing)}, cookies: {'set-cookie' in headers}")
