// What the pages' scripts share: times in words, and the one stream of a page.

export function ago(seconds) {
  if (seconds < 2) return "now";
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

function showMode({ mode, says }) {
  for (const place of document.querySelectorAll(".modes .waits")) {
    place.textContent = says ?? "";
    place.hidden = !says;
  }
  for (const button of document.querySelectorAll(".modes button")) button.setAttribute("aria-pressed", String(button.value === mode));
}

const LOST_MS = 4000;

// One stream a page. A browser that was refused, because too many listen, asks again after a while.
// `onState` hears of each time it opens, and when it has been gone for four seconds.
// `restsInBackground`: it is closed while nobody sees the page.
export function listen(handlers, onState = () => {}, { restsInBackground = false } = {}) {
  const url = document.body.dataset.stream;
  if (!url || !window.EventSource) return;
  let source, again, lost = null;
  const found = () => {
    clearTimeout(lost);
    lost = null;
  };
  const open = () => {
    clearTimeout(again);
    source = new EventSource(url);
    for (const [kind, handle] of Object.entries({ mode: showMode, ...handlers })) {
      source.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
    }
    source.onopen = () => {
      document.body.dataset.listening = "";
      found();
      onState(true);
    };
    source.onerror = () => {
      // Each try that fails is told, every two seconds: the first one counts.
      lost ??= setTimeout(() => onState(false), LOST_MS);
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 10000);
    };
  };
  const close = () => {
    clearTimeout(again);
    found();
    source?.close();
    delete document.body.dataset.listening;
  };
  if (!restsInBackground || !document.hidden) open();
  if (restsInBackground) document.addEventListener("visibilitychange", () => {
    close();
    if (!document.hidden) open();
  });
  // A page in the background holds no stream; coming back, it is loaded anew from what the browser keeps.
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
