// Material loads the index of the search and its worker with every page. Here both wait until somebody searches: until
// the search has the focus, or at once where the address of the page holds a query.
(() => {
  const { Worker, XMLHttpRequest } = window;
  const waiting = [];
  // The index of the language of the page, where it is not the first one of the site.
  const { index = "search_index.json" } = document.currentScript.dataset;
  let used = new URLSearchParams(location.search).has("q");

  addEventListener("focusin", (event) => {
    if (used || !event.target.closest("[data-md-component=search]")) return;
    used = true;
    for (const go of waiting) go();
  });

  window.XMLHttpRequest = class extends XMLHttpRequest {
    open(method, address, ...rest) {
      this.waits = String(address).endsWith("/search/search_index.json");
      super.open(method, this.waits ? String(address).replace(/[^/]*$/, index) : address, ...rest);
    }
    send(...body) {
      if (this.waits && !used) waiting.push(() => super.send(...body));
      else super.send(...body);
    }
  };

  // What is posted to it before there is a worker is posted once there is one; what it says is passed on.
  class Waiting extends EventTarget {
    constructor(address) {
      super();
      waiting.push(() => {
        this.worker = new Worker(address);
        this.worker.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
      });
    }
    postMessage(message) {
      if (this.worker) this.worker.postMessage(message);
      else waiting.push(() => this.worker.postMessage(message));
    }
  }

  window.Worker = class extends Worker {
    constructor(address, options) {
      if (!used && /\/workers\/search\.[^/]*$/.test(String(address))) return new Waiting(address);
      super(address, options);
    }
  };
})();
