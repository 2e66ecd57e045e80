// The field on the first page: what is typed travels behind "#", which no server sees.

import { ready } from "./ready.js";

ready("[data-gp-ask]", (form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.href = `${form.action}#${encodeURIComponent(form.querySelector("input").value.trim())}`;
  });
});
