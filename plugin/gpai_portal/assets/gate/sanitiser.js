// HTML of a document as elements, copied from a list of what documents consist of. Whoever could seal another HTML
// could still run no script with it, load nothing, send nothing, and lead nobody away.

const ELEMENTS = (
  "a abbr bdi blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img kbd li ol p pre q s section small " +
  "span strong sub sup table tbody td tfoot th thead time tr ul"
).split(" ");

/** The attributes that are copied with any value. */
const FREE = "alt aria-label data-label datetime dir id lang scope title".split(" ");
const number = (value) => /^\d{1,4}$/.test(value);
/** Those that are copied if their value passes a test. */
const TESTED = {
  class: (value) => value.split(/\s+/).every((name) => /^(gp|gp-[\w-]+|language-[\w+#.-]+)?$/.test(name)),
  colspan: number,
  "data-attachment": (value) => /^[0-9a-f]{32}$/.test(value),
  href: (value) => URL.canParse(value, document.baseURI) && /^(https?|mailto):/.test(new URL(value, document.baseURI)),
  rowspan: number,
  start: number,
  style: (value) => /^text-align: ?(left|right|center);?$/.test(value),
  tabindex: (value) => value === "0",
};

/** A fragment with the text of some HTML and what of its elements is allowed. It is parsed where nothing of it can act. */
export function sanitised(html) {
  const fragment = document.createDocumentFragment();
  copy(new DOMParser().parseFromString(html, "text/html").body, fragment);
  return fragment;
}

/** Of an element that is not allowed, its text and the allowed elements in it stay. */
function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    let into = to;
    if (ELEMENTS.includes(node.localName)) {
      into = document.createElement(node.localName);
      for (const { name, value } of node.attributes) {
        if (FREE.includes(name) || (Object.hasOwn(TESTED, name) && TESTED[name](value))) into.setAttribute(name, value);
      }
      to.append(into);
    }
    copy(node, into);
  }
}
