// The contents of a long page on phones: they stay in view, say where the reader is, and close after a choice. Without
// this script they are a list that opens at the top of the page.

import { ready } from "./ready.js";

ready(".gp-contents", (contents) => {
  const here = contents.querySelector("[data-gp-here]");
  const links = [...contents.querySelectorAll("a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let waiting = false;

  // Names the last heading that has passed below the line of the contents.
  function tell() {
    waiting = false;
    const line = contents.getBoundingClientRect().bottom + 24;
    const at = headings.findLastIndex((heading) => heading && heading.getBoundingClientRect().top < line);
    here.textContent = at < 0 ? "" : `: ${links[at].textContent}`;
  }

  contents.classList.add("gp-contents--live");
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a")) contents.open = false;
  });
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(tell);
  }, { passive: true });
  tell();
});
