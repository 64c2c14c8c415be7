// The wall: each pane shows the newest picture that it can load, and skips those between; nothing is done in the background.

import { ago, listen } from "./stream.js";

const SPEECH = "hearthwatch-wall-speech";
const MOST_SAID = 3;
const state = document.getElementById("stream-state");
const panes = new Map();

class Pane {
  constructor(element) {
    this.element = element;
    this.at = Date.parse(element.dataset.at ?? "") || 0;
    this.loading = false;
    element.addEventListener("click", (event) => this.enlarge(event));
  }

  tell(news) {
    if (Date.parse(news.at) < this.at) return;
    this.silent(false);
    this.next = news;
    if (!this.loading) this.load();
  }

  async load() {
    this.loading = true;
    while (this.next) {
      const news = this.next;
      this.next = null;
      const image = new Image(640, 360);
      image.src = `/picture/${news.image}/thumb`;
      image.alt = `Newest picture of ${this.element.dataset.name}`;
      try { await image.decode(); } catch { continue; }
      this.put(image, news);
    }
    this.loading = false;
  }

  put(image, news) {
    this.at = Date.parse(news.at);
    this.element.dataset.image = news.image;
    const time = this.element.querySelector(".about time");
    time.dataset.ago = "";
    time.dateTime = news.at;
    time.textContent = ago(Math.max(0, (Date.now() - this.at) / 1000));
    this.element.querySelector("img, .nothing").replaceWith(image);
  }

  silent(yes, clock) {
    this.element.classList.toggle("dark", yes);
    this.element.querySelector(".since").textContent = yes && clock ? `since ${clock}` : "";
  }

  // One tap enlarges, the next goes back; the address leads to the camera's own page, as a tap does without a picture.
  enlarge(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !this.element.querySelector("img")) return;
    event.preventDefault();
    const large = this.element.classList.contains("large");
    small();
    this.element.classList.toggle("large", !large);
  }
}

function small() {
  for (const one of document.querySelectorAll(".pane.large")) one.classList.remove("large");
}

for (const element of document.querySelectorAll(".pane")) panes.set(element.dataset.camera, new Pane(element));

async function catchUp() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll(".pane")) {
    const { camera, image, at } = fresh.dataset;
    const pane = panes.get(camera);
    if (!pane) return location.reload();
    if (image && Date.parse(at) > pane.at) pane.tell({ image, at });
    pane.silent(fresh.classList.contains("dark"), fresh.querySelector(".since").textContent.replace("since ", ""));
  }
}

const voice = document.querySelector("[data-speech]");
const canSpeak = "speechSynthesis" in window;
let said = 0;

function say(words) {
  if (!canSpeak || !voice.checked || document.hidden || said >= MOST_SAID) return;
  const utterance = new SpeechSynthesisUtterance(words);
  said += 1;
  utterance.onend = utterance.onerror = () => { said -= 1; };
  window.speechSynthesis.speak(utterance);
}

const nameOf = (camera) => panes.get(camera)?.element.dataset.name ?? "";

if (canSpeak) {
  voice.closest("label").hidden = false;
  voice.checked = localStorage.getItem(SPEECH) === "on";
  voice.addEventListener("change", () => {
    localStorage.setItem(SPEECH, voice.checked ? "on" : "off");
    if (!voice.checked) window.speechSynthesis.cancel();
    said = 0;
    if (voice.checked) say("I will say who comes, and alerts.");
  });
}

const full = document.querySelector("[data-full]");
if (document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
}
addEventListener("keydown", (event) => { if (event.key === "Escape") small(); });

listen(
  {
    picture: (news) => (panes.has(news.camera) ? panes.get(news.camera).tell(news) : location.reload()),
    event: (news) => {
      if (news.silent === null || !news.camera) return;
      panes.get(news.camera)?.silent(news.silent, news.clock);
      if (news.silent) say(`${nameOf(news.camera)} is dark.`);
    },
    sighting: (news) => say(`${news.label}, ${nameOf(news.camera)}.`),
    decision: (news) => { if (news.outcome === "told") say(`Alert, ${nameOf(news.camera)}.`); },
  },
  (open) => {
    if (open) {
      state.hidden = true;
      catchUp().catch(() => {});
    } else {
      state.textContent = "Not connected, trying again…";
      state.hidden = false;
    }
  },
  { restsInBackground: true },
);
