// Live tiles. A picture waits up to HOLD_MS for its boxes, so that boxes do not come and go with every picture.

import { ago, listen } from "./stream.js";

const HOLD_MS = 600;
const SVG = "http://www.w3.org/2000/svg";
const state = document.getElementById("stream-state");

class Tile {
  constructor(element) {
    this.element = element;
    this.at = Date.parse(element.dataset.at ?? 0) || 0;
    this.image = element.dataset.image;
    this.looks = element.dataset.plan === "detect";
    this.waiting = null;
    this.timer = null;
  }

  picture(news) {
    if (Date.parse(news.at) < this.at) return;
    if (this.element.classList.contains("dark")) this.silent(false);
    this.waiting = news;
    if (!this.looks) return this.show();
    this.timer ??= setTimeout(() => this.show(), HOLD_MS);
  }

  detected(news) {
    if (news.image === this.image) return this.draw(news);
    if (this.waiting ? news.image === this.waiting.image : Date.parse(news.at) >= this.at) {
      this.waiting = news;
      this.show();
    } else if (this.waiting && Date.parse(news.at) > this.at) {
      // Its boxes are here, and a newer picture already waits for its own: this one is worth a look meanwhile.
      const newer = this.waiting;
      this.waiting = news;
      this.show();
      this.picture(newer);
    }
  }

  async show() {
    clearTimeout(this.timer);
    this.timer = null;
    const news = this.waiting;
    this.waiting = null;
    if (!news || news.image === this.image) return;
    this.at = Date.parse(news.at);
    this.image = news.image;
    const loaded = new Image();
    loaded.src = `/picture/${news.image}/thumb`;
    try { await loaded.decode(); } catch { return; }
    if (this.image === news.image) this.put(loaded, news);
  }

  put(loaded, news) {
    const frame = this.element.querySelector(".frame");
    const old = frame.querySelector("img");
    loaded.alt = `Newest picture of ${this.element.querySelector("h2").textContent}`;
    if (old) old.replaceWith(loaded);
    else frame.replaceChildren(loaded);
    this.element.querySelector("a").href = `/picture/${news.image}?camera=${encodeURIComponent(news.camera)}`;
    this.stamp(news.at);
    this.draw(this.late?.image === news.image ? this.late : news);
  }

  stamp(at) {
    let time = this.element.querySelector(".caption time");
    if (!time) {
      time = document.createElement("time");
      time.dataset.ago = "";
      this.element.querySelector(".caption").append(time);
    }
    time.dateTime = at;
    time.title = new Date(at).toLocaleString();
    time.textContent = ago(Math.max(0, (Date.now() - Date.parse(at)) / 1000));
  }

  draw(news) {
    if (news.boxes) this.late = news;
    const frame = this.element.querySelector(".frame");
    const image = frame.querySelector("img");
    const shown = new URL(image?.src ?? "", location).pathname.includes(news.image);
    if (!shown) return;
    const width = image.naturalWidth || 16, height = image.naturalHeight || 9;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "boxes");
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
    svg.setAttribute("aria-hidden", "true");
    for (const found of news.boxes ?? []) svg.append(rectangle(found, width, height));
    frame.querySelector(".boxes")?.remove();
    frame.append(svg);
    this.element.querySelector(".seen").textContent = news.seen ?? "";
  }

  silent(yes, clock) {
    this.element.classList.toggle("dark", yes);
    this.element.querySelector(".since").textContent = yes && clock ? `since ${clock}` : "";
  }
}

function rectangle({ box: [x1, y1, x2, y2], colour }, width, height) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", `box c${colour}`);
  rect.setAttribute("x", x1 * width);
  rect.setAttribute("y", y1 * height);
  rect.setAttribute("width", (x2 - x1) * width);
  rect.setAttribute("height", (y2 - y1) * height);
  return rect;
}

const tiles = new Map();
for (const element of document.querySelectorAll(".tile")) tiles.set(element.dataset.camera, new Tile(element));

function tileOf(camera) {
  const tile = tiles.get(camera);
  // A camera that registered itself since: its tile comes with the page.
  if (!tile) location.reload();
  return tile;
}

// What came while no stream was open (before the first, or between two) is fetched once the stream is there.
async function catchUp() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll(".tile")) {
    const tile = tileOf(fresh.dataset.camera);
    if (!tile) return;
    if ((Date.parse(fresh.dataset.at) || 0) > tile.at || fresh.matches(".dark") !== tile.element.matches(".dark")) {
      tile.element.replaceWith(document.adoptNode(fresh));
      tiles.set(fresh.dataset.camera, new Tile(fresh));
    }
  }
}

listen(
  {
    picture: (news) => tileOf(news.camera)?.picture(news),
    detected: (news) => tiles.get(news.camera)?.detected(news),
    event: (news) => { if (news.silent !== null && news.camera) tiles.get(news.camera)?.silent(news.silent, news.clock); },
  },
  (open) => {
    if (open) {
      state.hidden = true;
      catchUp().catch(() => {});
    } else {
      state.textContent = "Not connected: these pictures may be old. Trying again…";
      state.hidden = false;
    }
  },
);
