// The reader: one page on which a recipient unlocks the section, reads, searches, prints, and locks it again.

import { identity } from "./hpke.js";
import { forget, parseKeyFile, recall, remember } from "./keys.js";
import { fill, onPage, save } from "./page.js";
import { sanitised } from "./sanitiser.js";
import { loadManifest, refuse, unlock } from "./section.js";

onPage("[data-gp-reader]", ({ root, config, part, say }) => {
  const pageTitle = document.title;
  /** Documents by id. */
  const entries = new Map();
  let section = null;
  /** From one lock to the next. */
  let session = new AbortController();

  /** As long as this browser holds a key, it can be told to forget it. */
  const showKept = (kept) => {
    part("forget").hidden = !kept;
  };

  function show(name) {
    for (const state of ["unlock", "open"]) part(state).hidden = state !== name;
  }

  /**
   * Runs a step and says what went wrong, in the page's words. A step asks its signal after each wait: what was locked
   * meanwhile must not be shown.
   */
  async function attempt(step) {
    const { signal } = session;
    try {
      return await step(signal);
    } catch (error) {
      if (signal.aborted) return false;
      say(error.kind ?? "failed");
      if (!error.kind) throw error;
      return false;
    }
  }

  function fromStore() {
    return attempt(async (signal) => {
      const kept = await recall(config.portal).catch(() => null);
      signal.throwIfAborted();
      showKept(kept);
      if (kept) await open(kept, signal).finally(() => kept.secret.fill(0));
    });
  }

  function take(file) {
    if (file) use(file.size > 100_000 ? "" : file.text());
  }

  /** text: of a key file, or a promise of it. */
  function use(text) {
    return attempt(async (signal) => {
      const found = parseKeyFile(await text);
      part("file").value = part("paste").value = "";
      if (!found) refuse("key");
      if (found.portal && found.portal !== config.portal) refuse("other-portal");
      const keep = part("remember").checked;
      try {
        await open(found, signal);
        if (!keep) return;
        await remember(config.portal, found).catch(() => refuse("not-kept"));
        showKept(true);
      } finally {
        found.secret.fill(0);
      }
    });
  }

  /** signedBy: the signing key that the key file names. The page, which the host could change, names one too. */
  async function open({ kem, secret, signedBy }, signal) {
    signal.throwIfAborted();
    if (!signedBy) refuse("no-signer");
    if (signedBy !== config.signedBy) refuse("other-signer");
    say("opening");
    const reader = await identity(kem, secret).catch(() => refuse("no-ml-kem"));
    const manifest = await loadManifest(config.sealed, config.portal, signedBy);
    const opened = await unlock(config.sealed, manifest, reader);
    const catalogue = await opened.catalogue();
    signal.throwIfAborted();
    list(catalogue);
    section = opened;
    show("open");
    const day = new Intl.DateTimeFormat(config.locale, { dateStyle: "long", timeZone: "UTC" });
    say("opened", { epoch: manifest.epoch, sealed: day.format(new Date(manifest.sealed)) });
    route();
  }

  function list(catalogue) {
    const groups = catalogue.groups.map(({ title, documents }) => {
      const items = documents.map((entry) => {
        const known = entries.get(entry.id)?.groups ?? [];
        entries.set(entry.id, { ...entry, groups: [...known, title] });
        const about = entry.about ? `, ${entry.about}` : "";
        return element("li", {}, element("a", { href: `#${entry.id}`, lang: entry.language }, entry.title), about);
      });
      return element("section", {}, element("h3", {}, title), element("ul", {}, ...items));
    });
    part("list").replaceChildren(...groups);
  }

  /** Shows what the address names: a document, a place in it, or the list. */
  async function route() {
    if (!section) return;
    const [id, index] = location.hash.slice(1).split("/");
    const entry = entries.get(id);
    if (entry) say("");
    part("contents").hidden = Boolean(entry);
    part("reading").hidden = !entry;
    if (!entry) {
      clearDocument();
      return part("documents").focus();
    }
    if (part("document").dataset.id !== id && !(await attempt((signal) => read(entry, signal)))) return;
    const target = places(part("document"))[index];
    if (target) target.scrollIntoView();
    else part("title").focus();
  }

  /** Shows a document. False if the reader has gone elsewhere meanwhile. */
  async function read(entry, signal) {
    const data = await section.readJson(entry.id);
    signal.throwIfAborted();
    if (!location.hash.startsWith(`#${entry.id}`)) return false;
    clearDocument();
    const body = part("document");
    body.dataset.id = entry.id;
    body.lang = data.language;
    body.replaceChildren(sanitised(data.html));
    part("title").textContent = data.title;
    part("title").lang = part("toc").lang = entry.language;
    part("about").textContent = [...entry.groups, entry.about].filter(Boolean).join(", ");
    document.title = `${data.title}, ${entry.groups[0]} - ${pageTitle}`;
    const links = data.toc.map(({ id, level, title }) =>
      element("li", { class: `gp-toc-${level}` }, element("a", { href: address(entry.id, body, id) }, title)),
    );
    part("toc").replaceChildren(element("ul", {}, ...links));
    part("toc-box").hidden = links.length < 2;
    const files = entry.attachments.map(({ id, name, size }) => {
      const about = ` (${fill(config.words.size, { count: Math.ceil(size / 1024) })})`;
      return element("li", {}, element("a", { href: `#attachment-${id}` }, name), about);
    });
    part("attachments").replaceChildren(...files);
    part("attachments-box").hidden = !files.length;
    for (const image of body.querySelectorAll("img[data-attachment]")) {
      const bytes = await section.read(image.dataset.attachment);
      signal.throwIfAborted();
      if (!image.isConnected) return false;
      const { type } = entry.attachments.find(({ id }) => id === image.dataset.attachment);
      image.src = URL.createObjectURL(new Blob([bytes], { type }));
    }
    return true;
  }

  /** Links within the page: documents, places in them, attachments. Themes that swap pages must not see the click. */
  function follow(event) {
    const link = event.target.closest?.("a");
    const href = link?.getAttribute("href") ?? "";
    if (!href.startsWith("#")) return;
    event.preventDefault();
    event.stopPropagation();
    const body = part("document");
    const { id } = body.dataset;
    const attachment = entries.get(id)?.attachments.find((file) => href === `#attachment-${file.id}`);
    attempt(async (signal) => {
      if (attachment) {
        const bytes = await section.read(attachment.id);
        signal.throwIfAborted();
        save(bytes, attachment.name, { type: attachment.type, signal });
      } else if (link.dataset.anchor) {
        const found = href.slice(1);
        const { html } = await section.readJson(found);
        signal.throwIfAborted();
        go(address(found, sanitised(html), link.dataset.anchor));
      } else {
        go(body.contains(link) ? address(id, body, decoded(href.slice(1))) : href);
      }
    });
  }

  /** Goes to an address; no event tells of one where the reader is already. */
  function go(to) {
    if (location.hash.slice(1) === to.slice(1)) route();
    else location.hash = to;
  }

  function find(query) {
    const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const results = part("results");
    if (!words.length) return results.replaceChildren();
    return attempt(async (signal) => {
      const places = await section.search();
      signal.throwIfAborted();
      if (part("query").value !== query) return;
      const found = places
        .map((entry) => ({ ...entry, score: score(entry, words) }))
        .filter((entry) => entry.score)
        .sort((one, two) => two.score - one.score)
        .slice(0, 20);
      const items = found.map(({ id, anchor, title, section, group, text }) => {
        const link = element("a", { href: `#${id}`, "data-anchor": anchor }, [title, section].filter(Boolean).join(": "));
        return element("li", {}, link, ` (${group}) `, element("q", {}, snippet(text, words)));
      });
      results.replaceChildren(...items);
      say("found", { count: found.length });
    });
  }

  function clearDocument() {
    for (const image of part("document").querySelectorAll("img")) URL.revokeObjectURL(image.src);
    for (const name of ["document", "title", "about", "toc", "attachments"]) part(name).replaceChildren();
    delete part("document").dataset.id;
    // A theme that swapped this page for another has set the title of that one.
    if (root.isConnected) document.title = pageTitle;
  }

  function lock() {
    session.abort();
    session = new AbortController();
    section = null;
    entries.clear();
    clearDocument();
    for (const name of ["list", "results"]) part(name).replaceChildren();
    part("query").value = "";
    part("remember").checked = false;
    say("");
    show("unlock");
  }

  const leaving = new AbortController();
  const { signal } = leaving;
  addEventListener("hashchange", () => route(), { signal });
  addEventListener("pagehide", () => lock(), { signal });
  addEventListener("pageshow", ({ persisted }) => persisted && fromStore(), { signal });
  const watch = window.document$?.subscribe(() => {
    if (root.isConnected) return;
    leaving.abort();
    watch.unsubscribe();
    lock();
  });
  const file = part("file");
  file.onchange = () => take(file.files[0]);
  part("paste").oninput = ({ target }) => parseKeyFile(target.value) && use(target.value);
  part("paste").onchange = ({ target }) => target.value && use(target.value);
  part("unlock").ondragover = (event) => event.preventDefault();
  part("unlock").ondrop = (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  };
  part("lock").onclick = () => {
    lock();
    history.replaceState(history.state, "", location.pathname + location.search);
    say("locked");
    part("file").focus();
  };
  part("forget").onclick = () =>
    attempt(async () => {
      await forget(config.portal);
      showKept(false);
      say("forgotten");
      // The button that had the focus is gone; only one of these two is shown.
      for (const name of ["file", "lock"]) part(name).focus();
    });
  part("print").onclick = () => print();
  part("query").oninput = ({ target }) => find(target.value);
  part("open").onclick = (event) => follow(event);
  show("unlock");
  fromStore();
});

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const places = (root) => [...root.querySelectorAll("[id]")];

/**
 * The address of a place in a document, which counts places and does not name them: the browser's history outlives the
 * lock, and anchors are made of private headings.
 */
function address(id, root, anchor) {
  const index = places(root).findIndex((place) => place.id === anchor);
  return index < 0 ? `#${id}` : `#${id}/${index}`;
}

/** The anchor that a fragment stands for; an author may have written one that is not encoded well. */
function decoded(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** Every word has to be there; titles and headings count more than text. */
function score({ title, section, text }, words) {
  let sum = 0;
  for (const word of words) {
    const has = (place) => place.toLowerCase().includes(word);
    const found = 8 * has(title) + 4 * has(section) + has(text);
    if (!found) return 0;
    sum += found;
  }
  return sum;
}

function snippet(text, words) {
  const at = Math.max(0, ...words.map((word) => text.toLowerCase().indexOf(word)));
  const start = text.lastIndexOf(" ", Math.max(0, at - 60)) + 1;
  return `${start ? "…" : ""}${text.slice(start, start + 160)}${text.length > start + 160 ? "…" : ""}`;
}
