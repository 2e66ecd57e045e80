// The page "Is my site in the list?".

import { candidates, fileOf, found, linesOf, read, readable } from "./names.js";

const fill = (words, host) => words.replaceAll("{host}", host);

/** A host as people read it, with its encoded form behind it where that is another. */
function shown(host) {
  const plain = readable(host);
  return plain && plain !== host ? `${plain} (${host})` : host;
}

/** The names that a host belongs to which are listed, the longest first: { kind, host, name, places }. */
async function lookUp(host, config, load) {
  const said = candidates(host, config.depths).map(async (name) => {
    const hit = found(await load(fileOf(name, config.bits)), name);
    if (!hit) return [];
    const kind = hit.platform && name !== host ? "platform" : "listed";
    return [{ kind, host, name, places: config.sets[hit.set] }];
  });
  const labels = host.split(".");
  const ends = labels.map((_, at) => labels.slice(at).join("."));
  const suffixes = ends.filter((end) => Object.hasOwn(config.suffixes, end));
  const all = suffixes.map((name) => ({ kind: "suffix", host, name, places: config.sets[config.suffixes[name]] }));
  return [...(await Promise.all(said)).flat(), ...all].sort((one, other) => other.name.length - one.name.length);
}

function start(root) {
  const part = (name, within = root) => within.querySelector(`[data-part=${name}]`);
  const config = JSON.parse(part("configuration").dataset.configuration);
  const lists = root.querySelectorAll("[data-list] [data-part=said]");
  const besides = new Set([...root.querySelectorAll("[data-voluntary]")].map((one) => Number(one.dataset.list)));
  const everywhere = [...lists].map((said) => said.closest("[data-list]").dataset.list);
  const loads = new Map();
  const load = (file) => {
    if (!loads.has(file)) {
      const loaded = fetch(`${config.files}${file}.txt`, { credentials: "omit", referrerPolicy: "no-referrer" }).then(
        async (answer) => {
          if (!answer.ok) throw new TypeError("not there");
          return linesOf(await answer.text(), file);
        },
      );
      loaded.catch(() => loads.delete(file));
      loads.set(file, loaded);
    }
    return loads.get(file);
  };

  let turn = 0;
  async function tell(text) {
    const mine = ++turn;
    const { host, other, problem } = read(text);
    let letters = [{ kind: problem, host: text.trim() }];
    if (!problem) {
      try {
        const hosts = [host, other].filter(Boolean);
        letters = (await Promise.all(hosts.map((one) => lookUp(one, config, load)))).flat().flatMap(apart);
        if (!letters.length) letters = [{ kind: "missed", host, places: everywhere }];
      } catch {
        letters = [{ kind: "failed", host }];
      }
    }
    if (mine === turn) show(letters, host ?? "");
  }

  /** What is said of a name by lists that the form asks for, and by those that are given besides. */
  function apart(said) {
    const [asked, given] = [false, true].map((is) => said.places.filter((place) => besides.has(place) === is));
    return [{ ...said, places: asked }, { ...said, places: given, voluntary: true }].filter((one) => one.places.length);
  }

  const template = (kind) => root.querySelector(`[data-answer=${kind}]`).content.cloneNode(true);

  function letter({ kind, host, name, places, voluntary }) {
    const shape = template(kind);
    const put = (place, words) => part(place, shape) && (part(place, shape).textContent = words);
    put("host", shown(host));
    if (name) put("name", shown(name));
    if (name === host) part("below", shape)?.remove();
    part(voluntary ? "official" : "voluntary", shape)?.remove();
    for (const place of places ?? []) {
      const said = root.querySelector(`[data-list="${place}"] [data-part=said] li`);
      part("releases", shape).append(said.cloneNode(true));
    }
    return shape;
  }

  function show(letters, host) {
    const asking = template("asking");
    if (host) {
      const { email, subject, body } = config.ask;
      const [title, message] = [subject, body].map((words) => encodeURIComponent(fill(words, host)));
      const ask = part("ask", asking);
      if (ask) ask.href = `mailto:${email}?subject=${title}&body=${message}`;
      part("message").textContent = fill(body, host);
    }
    part("answer").dataset.kind = letters[0].kind;
    part("answer").replaceChildren(...letters.map(letter), ...(host ? [asking] : []));
  }

  /** What stands behind # and is no place of the page. */
  function fromAddress() {
    const text = decoded(location.hash.slice(1));
    if (!text || document.getElementById(text)) return;
    part("query").value = text;
    tell(text);
  }

  part("fallback").hidden = true;
  part("form").hidden = false;
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = part("query").value;
    const { host } = read(text);
    history.replaceState(history.state, "", `#${encodeURIComponent(host ?? "")}`);
    tell(text);
  });
  addEventListener("hashchange", () => root.isConnected && fromAddress());
  fromAddress();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

let known = null;
function look() {
  const root = document.querySelector("[data-gp-lookup]");
  if (root && root !== known && root.querySelector("[data-part=configuration]")) start(root);
  known = root;
}
if (window.document$) window.document$.subscribe(look);
else look();
