// The reader: one page on which a recipient unlocks the section, reads, searches, prints, and locks it again.

import { forget, identity, parseKeyFile, recall, remember } from "./keys.js";
import { configuration, fill, obstacle, onPage, save } from "./page.js";
import { sanitised } from "./sanitiser.js";
import { GateError, loadManifest, unlock } from "./section.js";

/** What the page says when nothing is wrong. */
const CALM = new Set(["", "opening", "opened", "locked", "forgotten", "found"]);

class Reader {
  #root;
  #config;
  #title = document.title;
  #section = null;
  #documents = new Map();
  #blobs = [];
  #search = null;
  #leaving = new AbortController();
  /** From one lock to the next. */
  #session = new AbortController();

  constructor(root, config) {
    this.#root = root;
    this.#config = config;
  }

  async start() {
    const { signal } = this.#leaving;
    addEventListener("hashchange", () => this.#route(), { signal });
    addEventListener("pagehide", () => this.#lock(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#fromStore(), { signal });
    const watch = window.document$?.subscribe(() => this.#root.isConnected || this.#leave());
    signal.addEventListener("abort", () => watch?.unsubscribe());
    const why = await obstacle(this.#config);
    if (!this.#root.isConnected) return;
    if (why) return this.#say(why);
    const file = this.#part("file");
    file.onchange = () => file.files[0] && this.#take(file.files[0]);
    this.#part("paste").oninput = ({ target }) => parseKeyFile(target.value) && this.#try((signal) => this.#use(target.value, signal));
    this.#part("paste").onchange = ({ target }) => target.value && this.#try((signal) => this.#use(target.value, signal));
    this.#part("unlock").ondragover = (event) => event.preventDefault();
    this.#part("unlock").ondrop = (event) => {
      event.preventDefault();
      if (event.dataTransfer.files[0]) this.#take(event.dataTransfer.files[0]);
    };
    this.#part("lock").onclick = () => {
      this.#lock();
      history.replaceState(history.state, "", location.pathname + location.search);
      this.#say("locked");
      this.#part("file").focus();
    };
    this.#part("forget").onclick = () =>
      this.#try(async () => {
        await forget(this.#config.portal);
        this.#kept = false;
        this.#say("forgotten");
        // The button that had the focus is gone; only one of these two is shown.
        for (const name of ["file", "lock"]) this.#part(name).focus();
      });
    this.#part("print").onclick = () => print();
    this.#part("query").oninput = ({ target }) => this.#find(target.value);
    this.#part("open").onclick = (event) => this.#follow(event);
    this.#show("unlock");
    await this.#fromStore();
  }

  #part(name) {
    return this.#root.querySelector(`[data-part=${name}]`);
  }

  #say(kind, values = {}) {
    const status = this.#part("status");
    status.textContent = kind ? fill(this.#config.words[kind], values) : "";
    status.classList.toggle("gp-status--refused", !CALM.has(kind));
  }

  /** Whether this browser holds a key: as long as it does, it can be told to forget it. */
  set #kept(kept) {
    this.#part("forget").hidden = !kept;
  }

  #show(name) {
    for (const part of ["unlock", "open"]) this.#part(part).hidden = part !== name;
  }

  /**
   * Runs a step and says what went wrong, in the page's words. A step asks its signal after each wait: what was locked
   * meanwhile must not be shown.
   */
  async #try(step) {
    const { signal } = this.#session;
    try {
      return await step(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#say(error instanceof GateError ? error.kind : "failed");
      if (!(error instanceof GateError)) throw error;
      return undefined;
    }
  }

  #fromStore() {
    return this.#try(async (signal) => {
      const kept = await recall(this.#config.portal).catch(() => null);
      signal.throwIfAborted();
      this.#kept = Boolean(kept);
      if (kept) await this.#open(kept, signal).finally(() => kept.secret.fill(0));
    });
  }

  #take(file) {
    return this.#try(async (signal) => {
      if (file.size > 100_000) throw new GateError("key");
      await this.#use(await file.text(), signal);
    });
  }

  async #use(text, signal) {
    const found = parseKeyFile(text);
    this.#part("file").value = this.#part("paste").value = "";
    if (!found) throw new GateError("key");
    if (found.portal && found.portal !== this.#config.portal) throw new GateError("other-portal");
    const keep = this.#part("remember").checked;
    try {
      await this.#open(found, signal);
      if (!keep) return;
      await remember(this.#config.portal, found).catch(() => {
        throw new GateError("not-kept");
      });
      this.#kept = true;
    } finally {
      found.secret.fill(0);
    }
  }

  /** signedBy: the signing key that the key file names. The page, which the host could change, names one too. */
  async #open({ kem, secret, signedBy }, signal) {
    signal.throwIfAborted();
    if (!signedBy) throw new GateError("no-signer");
    if (signedBy !== this.#config.signedBy) throw new GateError("other-signer");
    this.#say("opening");
    const reader = await identity(kem, secret).catch(() => {
      throw new GateError("no-ml-kem");
    });
    const manifest = await loadManifest(this.#config.sealed, this.#config.portal, signedBy);
    const section = await unlock(this.#config.sealed, manifest, reader);
    const catalogue = await section.catalogue();
    signal.throwIfAborted();
    this.#section = section;
    this.#list(catalogue);
    this.#show("open");
    this.#say("opened", { ...section.about, sealed: this.#day(section.about.sealed) });
    this.#route();
  }

  #day(iso) {
    return new Intl.DateTimeFormat(this.#config.locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
  }

  #list(catalogue) {
    const groups = catalogue.groups.map(({ title, documents }) => {
      const list = element("ul", {}, documents.map((entry) => {
        const known = this.#documents.get(entry.id)?.groups ?? [];
        this.#documents.set(entry.id, { ...entry, groups: [...known, title] });
        const about = entry.about ? `, ${entry.about}` : "";
        return element("li", {}, [element("a", { href: `#${entry.id}`, lang: entry.language }, [entry.title]), about]);
      }));
      return element("section", {}, [element("h3", {}, [title]), list]);
    });
    this.#part("list").replaceChildren(...groups);
  }

  /** Shows what the address names: a document, a place in it, or the list. */
  async #route() {
    if (!this.#section) return;
    const [id, index] = location.hash.slice(1).split("/");
    const entry = this.#documents.get(id);
    if (entry) this.#say("");
    this.#part("contents").hidden = Boolean(entry);
    this.#part("reading").hidden = !entry;
    if (!entry) {
      this.#clearDocument();
      return this.#part("documents").focus();
    }
    if (this.#part("document").dataset.id !== id && !(await this.#try((signal) => this.#read(entry, signal)))) return;
    const target = places(this.#part("document"))[index];
    if (target) target.scrollIntoView();
    else this.#part("title").focus();
    return undefined;
  }

  /** Shows a document. False if the reader has gone elsewhere meanwhile. */
  async #read(entry, signal) {
    const data = await this.#section.readJson(entry.id);
    signal.throwIfAborted();
    if (!location.hash.startsWith(`#${entry.id}`)) return false;
    this.#clearDocument();
    const body = this.#part("document");
    body.dataset.id = entry.id;
    body.lang = data.language;
    body.replaceChildren(sanitised(data.html));
    this.#part("title").textContent = data.title;
    this.#part("title").lang = this.#part("toc").lang = entry.language;
    this.#part("about").textContent = [...entry.groups, entry.about].filter(Boolean).join(", ");
    document.title = `${data.title}, ${entry.groups[0]} - ${this.#title}`;
    const links = data.toc.map(({ id, level, title }) =>
      element("li", { class: `gp-toc-${level}` }, [element("a", { href: address(entry.id, body, id) }, [title])]),
    );
    this.#part("toc").replaceChildren(element("ul", {}, links));
    this.#part("toc-box").hidden = links.length < 2;
    const files = entry.attachments.map(({ id, name, size }) =>
      element("li", {}, [element("a", { href: `#attachment-${id}` }, [name]), ` (${fill(this.#config.words.size, { count: Math.ceil(size / 1024) })})`]),
    );
    this.#part("attachments").replaceChildren(...files);
    this.#part("attachments-box").hidden = !files.length;
    for (const image of body.querySelectorAll("img[data-attachment]")) {
      const bytes = await this.#section.read(image.dataset.attachment);
      signal.throwIfAborted();
      if (!image.isConnected) return false;
      const { type } = entry.attachments.find(({ id }) => id === image.dataset.attachment);
      image.src = this.#blob(bytes, type);
    }
    return true;
  }

  /** Links within the page: documents, places in them, attachments. Themes that swap pages must not see the click. */
  #follow(event) {
    const link = event.target.closest?.("a");
    const href = link?.getAttribute("href") ?? "";
    if (!href.startsWith("#")) return;
    event.preventDefault();
    event.stopPropagation();
    const body = this.#part("document");
    const { id } = body.dataset;
    const attachment = this.#documents.get(id)?.attachments.find((file) => href === `#attachment-${file.id}`);
    this.#try(async (signal) => {
      if (attachment) {
        const bytes = await this.#section.read(attachment.id);
        signal.throwIfAborted();
        save(bytes, attachment.name, { type: attachment.type, signal });
      } else if (link.dataset.anchor) {
        const found = href.slice(1);
        const { html } = await this.#section.readJson(found);
        signal.throwIfAborted();
        this.#go(address(found, sanitised(html), link.dataset.anchor));
      } else {
        this.#go(body.contains(link) ? address(id, body, decoded(href.slice(1))) : href);
      }
    });
  }

  /** Goes to an address; no event tells of one where the reader is already. */
  #go(to) {
    if (location.hash.slice(1) === to.slice(1)) this.#route();
    else location.hash = to;
  }

  async #find(query) {
    const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const results = this.#part("results");
    if (!words.length) return results.replaceChildren();
    await this.#try(async (signal) => {
      const entries = this.#search ?? (await this.#section.search());
      signal.throwIfAborted();
      this.#search = entries;
    });
    if (!this.#search || this.#part("query").value !== query) return undefined;
    const scored = this.#search
      .map((entry) => ({ entry, score: score(entry, words) }))
      .filter((found) => found.score)
      .sort((one, two) => two.score - one.score)
      .slice(0, 20);
    results.replaceChildren(
      ...scored.map(({ entry }) => {
        const link = { href: `#${entry.id}`, "data-anchor": entry.anchor };
        const name = [entry.title, entry.section].filter(Boolean).join(": ");
        const where = ` (${entry.group}) `;
        return element("li", {}, [element("a", link, [name]), where, element("q", {}, [snippet(entry.text, words)])]);
      }),
    );
    this.#say("found", { count: scored.length });
    return undefined;
  }

  #blob(bytes, type) {
    const address = URL.createObjectURL(new Blob([bytes], { type }));
    this.#blobs.push(address);
    return address;
  }

  #clearDocument() {
    for (const name of ["document", "title", "about", "toc", "attachments"]) this.#part(name).replaceChildren();
    delete this.#part("document").dataset.id;
    this.#blobs.splice(0).forEach((address) => URL.revokeObjectURL(address));
    // A theme that swapped this page for another has set the title of that one.
    if (this.#root.isConnected) document.title = this.#title;
  }

  #lock() {
    this.#session.abort();
    this.#session = new AbortController();
    this.#section = this.#search = null;
    this.#documents.clear();
    this.#clearDocument();
    for (const name of ["list", "results"]) this.#part(name).replaceChildren();
    this.#part("query").value = "";
    this.#part("remember").checked = false;
    this.#say("");
    this.#show("unlock");
  }

  #leave() {
    if (this.#leaving.signal.aborted) return;
    this.#leaving.abort();
    this.#lock();
  }
}

function element(name, attributes, children) {
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
  const places = [[title, 8], [section, 4], [text, 1]].map(([place, weight]) => [place.toLowerCase(), weight]);
  let sum = 0;
  for (const word of words) {
    const found = places.reduce((most, [place, weight]) => most + (place.includes(word) ? weight : 0), 0);
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

onPage("[data-gp-reader]", (root) => new Reader(root, configuration()).start());
