// Finds records in lists that fold: what does not match is hidden, groups with a match open. Without this script the
// field stays hidden, and every record can be read.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The groups that belong to a field: those that follow it in the same answer. */
function groups(form) {
  return [...form.parentElement.querySelectorAll("[data-gp-fold]")];
}

function filter(form) {
  const wanted = plain(form.querySelector("input").value.trim());
  let found = 0;
  let all = 0;
  for (const group of groups(form)) {
    let matches = 0;
    for (const entry of group.querySelectorAll(".gp-sets > li")) {
      entry.hidden = !plain(entry.textContent).includes(wanted);
      matches += entry.hidden ? 0 : 1;
      all += 1;
    }
    group.hidden = matches === 0;
    if (wanted || group.dataset.opened) {
      group.open = wanted !== "" && matches > 0;
      group.dataset.opened = wanted;
    }
    found += matches;
  }
  form.querySelector("output").textContent = wanted ? `${found} / ${all}` : "";
}

for (const form of document.querySelectorAll("[data-gp-filter]")) {
  if (!form.hidden) continue; // another copy of this script was here before
  form.hidden = false;
  form.addEventListener("input", () => filter(form));
  form.addEventListener("submit", (event) => event.preventDefault());
}
