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

// Lists are not moved under the reader: a pill says how many came.
function watchNews() {
  const pill = document.getElementById("news");
  const { news, camera, label } = document.body.dataset;
  if (!pill || !news || "still" in document.body.dataset) return;
  const noun = { picture: "picture", detected: "picture", event: "event", decision: "decision" }[news];
  let count = 0;
  listen({
    [news]: (item) => {
      if (camera && item.camera !== camera) return;
      if (label && !(item.boxes ?? []).some((box) => box.label === label)) return;
      count += item.count;
      pill.textContent = `${count} new ${noun}${count === 1 ? "" : "s"}`;
      pill.hidden = false;
    },
  });
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

watchNews();
wireForms();
