"""The contents of a long page, where its template asks for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from gpai_portal.markup import Heading, headings

#: What a template puts where contents may stand. Data cannot say it, since it is escaped.
MARK = "<!--gp-contents-->"

#: A page with fewer headings is seen at a glance.
FEWEST = 4

#: The deepest headings that are listed.
DEEPEST = 3


def with_contents(
    body: str, left_out: Collection[str], shown: Callable[[Sequence[Heading]], str]
) -> tuple[str, list[Heading]]:
    """The HTML of a page with its contents, as ``shown`` makes them of its headings, and all headings where they are
    then. Elements of the classes ``left_out`` are no part of a title."""
    found = list(headings(body, left_out))
    before, mark, after = body.partition(MARK)
    if not mark:
        return body, found
    listed = [heading for heading in found if heading.start > len(before) and 1 < heading.level <= DEEPEST]
    body = before + (shown(listed) if len(listed) >= FEWEST else "") + after
    return body, list(headings(body, left_out))
