// What was in force on a day that somebody names: the row of the table that says it.

import { ready } from "./ready.js";

ready("[data-gp-in-force]", (root) => {
  const form = root.querySelector("[data-part=when]");
  const input = form.querySelector("input");
  const said = form.querySelector("[data-part=said]");
  const rows = [...root.querySelectorAll("[data-from]")];
  const holds = ({ dataset }, day) => (!dataset.from || dataset.from <= day) && (!dataset.to || day <= dataset.to);

  function show() {
    const day = input.value;
    const isLate = day > input.max;
    const found = day && !isLate ? rows.find((row) => holds(row, day)) : undefined;
    for (const row of rows) row.classList.toggle("gp-on", row === found);
    const told = document.createElement("ul");
    for (const cell of found ? found.querySelectorAll("td") : []) {
      const item = document.createElement("li");
      const shown = cell.cloneNode(true);
      item.append(`${cell.dataset.label}: `, ...shown.childNodes);
      told.append(item);
    }
    if (found?.closest("details")) found.closest("details").open = true;
    said.replaceChildren(found ? told : isLate ? said.dataset.late : said.dataset.none);
    said.hidden = !day;
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", show);
  if (input.value) show();
});
