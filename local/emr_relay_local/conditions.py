"""Conditions as DynamoDB has them: of two types, no value is less or greater than another.

moto breaks on such a comparison, which rows that others write can ask for.
"""

from collections.abc import Callable

from moto.dynamodb import comparisons

_ORDERINGS = (
    comparisons.OpLessThan,
    comparisons.OpLessThanOrEqual,
    comparisons.OpGreaterThan,
    comparisons.OpGreaterThanOrEqual,
)


def install() -> None:
    """Make moto compare whatever it is given."""
    for ordering in _ORDERINGS:
        ordering.expr = _of_one_type(ordering.expr)


def _of_one_type(compare: Callable) -> Callable:
    def expr(self, item) -> bool:
        try:
            return compare(self, item)
        except TypeError:
            return False

    return expr
