"""What is wrong with a page, as lines for one report."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: One line for each rule and summary, with the first elements.
RUN_AXE = """async ([context, rules]) => {
  const found = new Map();
  for (const {id, nodes} of (await axe.run(context, {runOnly: rules, resultTypes: ["violations"]})).violations)
    for (const {failureSummary, target} of nodes) {
      const key = `axe ${id}: ${failureSummary.replace(/\\s+/g, " ")}`;
      found.set(key, [...(found.get(key) ?? []), target.join(" ")]);
    }
  return [...found].map(([key, at]) => `${key}\\n    ${at.length} times, at ${at.slice(0, 3).join(" | ")}`);
}"""

#: Elements that stick out, for the message; empty when the document does not scroll sideways.
OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")]
    .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
    .map(e => e.tagName.toLowerCase() + [...e.classList].map(name => "." + name).join(""));
  return [`${root.scrollWidth} px wide, ${root.clientWidth} px shown: ${wide.slice(-5).join(", ")}`];
}"""


def watch(page: Page, base: str) -> list[str]:
    """What the browser complains about, and requests that leave the site; grows while the page is used."""
    found: list[str] = []
    page.on("console", lambda m: found.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(f"script error: {error}"))
    home = urlsplit(base).netloc
    page.on(
        "request", lambda r: found.append(f"request: {r.url}") if urlsplit(r.url).netloc not in (home, "") else None
    )
    return found


def axe_violations(page: Page, axe: str, context: str = "html", rules: list[str] | None = None) -> list[str]:
    page.evaluate(axe)
    return page.evaluate(RUN_AXE, [context, rules or TAGS])


def fail_on(problems: list[str]) -> None:
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
