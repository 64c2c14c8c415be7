// Small things on every page; Live and the viewer bring their own module.

import { ago, listen } from "./stream.js";

document.documentElement.classList.add("scripted");

function refreshTimes() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const words = ago(Math.max(0, (now - Date.parse(time.dateTime)) / 1000));
    if (time.textContent !== words) time.textContent = words;
  }
}
setInterval(refreshTimes, 1000);

// Lists are not moved under the reader: a pill says how many came. What left is only marked where it stands.
const NOUNS = { picture: "picture", detected: "picture", event: "event", sighting: "sighting", decision: "decision", ruling: "trigger" };

function watchNews() {
  const pill = document.getElementById("news");
  const { news, camera, device, outcome, label, of } = document.body.dataset;
  const handlers = document.querySelector("[data-there]") || news?.includes("sighting") ? { departed: markDeparted } : {};
  if (pill && news && !("still" in document.body.dataset)) {
    const kinds = news.split(" ");
    let count = 0;
    for (const kind of kinds) {
      handlers[kind] = (item) => {
        if (camera && item.camera !== camera) return;
        if (device && item.device !== device) return;
        if (outcome && item.outcome !== outcome) return;
        if (of && !item[of]) return;
        if (label && !(item.boxes ?? [item]).some((box) => box.label === label)) return;
        count += item.count;
        pill.textContent = `${count} new ${NOUNS[kinds[0]]}${count === 1 ? "" : "s"}`;
        pill.hidden = false;
      };
    }
  }
  if (Object.keys(handlers).length) listen(handlers);
}

function markDeparted({ sighting, clock }) {
  for (const presence of document.querySelectorAll(`[data-there="${CSS.escape(sighting)}"]`)) {
    presence.textContent = `left at ${clock}`;
    presence.classList.remove("there");
  }
}

function wireForms() {
  for (const input of document.querySelectorAll("[data-submit]")) {
    input.addEventListener("change", () => { if (input.value) input.form.requestSubmit(); });
  }
  for (const range of document.querySelectorAll("[data-out]")) {
    range.addEventListener("input", () => { document.getElementById(range.dataset.out).textContent = `${range.value} %`; });
  }
  for (const field of document.querySelectorAll("[data-select]")) {
    field.addEventListener("focus", () => field.select());
    field.focus();
  }
}

// Without TLS a browser has no clipboard; what is chosen in a field it copies even so.
function wireCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = button.parentElement.querySelector("input");
      field.select();
      if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
      else document.execCommand("copy");
      button.textContent = "Copied";
    });
  }
}

watchNews();
wireForms();
wireCopying();
