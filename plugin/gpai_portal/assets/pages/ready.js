// Scripts of pages, also with a theme that shows the next page without leaving the first.

/** Has something done with each page that comes to be shown; `root` finds what it is about, which is met once. */
export function ready(root, start) {
  const met = new WeakSet();
  const look = () => {
    for (const element of document.querySelectorAll(root)) {
      if (!met.has(element)) start(element);
      met.add(element);
    }
  };
  if (window.document$) window.document$.subscribe(look);
  else look();
}
