// One picture: keys, swipe, boxes, zoom. Neighbours are swapped in place, so that looking through is quick.

import * as correction from "./correction.js";

const keys = document.getElementById("keys");
let zoom;

class Zoom {
  constructor(stage, sheet) {
    Object.assign(this, { stage, sheet, scale: 1, x: 0, y: 0, touches: new Map(), start: null, tapped: 0 });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => this.up(event));
    stage.addEventListener("dblclick", (event) => this.toggle(event));
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  apply() {
    this.scale = Math.min(8, Math.max(1, this.scale));
    const width = this.sheet.offsetWidth, height = this.sheet.offsetHeight;
    this.x = Math.min(0, Math.max(width - width * this.scale, this.x));
    this.y = Math.min(0, Math.max(height - height * this.scale, this.y));
    this.sheet.style.transform = this.scale === 1 ? "" : `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.stage.classList.toggle("zoomed", this.scale > 1);
  }

  at(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left - this.sheet.offsetLeft, y: event.clientY - box.top - this.sheet.offsetTop };
  }

  around(point, scale) {
    const wanted = Math.min(8, Math.max(1, scale));
    this.x = point.x - ((point.x - this.x) * wanted) / this.scale;
    this.y = point.y - ((point.y - this.y) * wanted) / this.scale;
    this.scale = wanted;
    this.apply();
  }

  toggle(event) {
    if (event.target.closest(".turn")) return;
    this.around(this.at(event), this.scale > 1 ? 1 : 2.5);
  }

  wheel(event) {
    if (!event.ctrlKey && this.scale === 1) return;
    event.preventDefault();
    this.around(this.at(event), this.scale * Math.exp(-event.deltaY / 300));
  }

  down(event) {
    if (event.target.closest(".turn")) return;
    this.touches.set(event.pointerId, this.at(event));
    this.start = { ...this.at(event), time: event.timeStamp, x0: this.x, y0: this.y };
    if (this.touches.size === 2) this.pinch = { gap: this.gap(), scale: this.scale };
  }

  gap() {
    const [one, two] = [...this.touches.values()];
    return Math.hypot(one.x - two.x, one.y - two.y);
  }

  move(event) {
    if (!this.touches.has(event.pointerId)) return;
    const point = this.at(event);
    this.touches.set(event.pointerId, point);
    if (this.touches.size === 2) {
      const [one, two] = [...this.touches.values()];
      this.around({ x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 }, (this.pinch.scale * this.gap()) / this.pinch.gap);
    } else if (this.scale > 1) {
      this.x = this.start.x0 + point.x - this.start.x;
      this.y = this.start.y0 + point.y - this.start.y;
      this.apply();
    }
  }

  up(event) {
    const single = this.touches.size === 1 && this.touches.has(event.pointerId);
    this.touches.delete(event.pointerId);
    if (event.type === "pointerup" && single && !this.pinch && event.pointerType === "touch") this.touched(event);
    if (!this.touches.size) this.pinch = null;
  }

  touched(event) {
    const point = this.at(event), dx = point.x - this.start.x, dy = point.y - this.start.y;
    if (this.scale === 1 && Math.abs(dx) > 60 && Math.abs(dx) > 2 * Math.abs(dy)) return turn(dx < 0 ? "j" : "k");
    if (Math.abs(dx) + Math.abs(dy) > 12) return;
    if (event.timeStamp - this.tapped < 300) this.toggle(event);
    this.tapped = event.timeStamp;
  }
}

function turn(key) {
  document.querySelector(`[data-viewer] [data-key="${key}"]`)?.click();
}

async function swap(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.assign(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-viewer]");
  await fresh.querySelector("img").decode?.().catch(() => {});
  document.querySelector("[data-viewer]").replaceWith(document.adoptNode(fresh));
  document.title = page.title;
  history.replaceState(null, "", link.href);
  begin();
}

function tag(group) {
  document.querySelector(".tag")?.remove();
  for (const other of document.querySelectorAll(".found.on")) other.classList.remove("on");
  if (!group) return;
  group.classList.add("on");
  const words = document.createElement("span");
  words.className = `tag ${[...group.classList].find((name) => /^c\d$/.test(name))}`;
  words.textContent = group.dataset.words;
  const stage = document.querySelector("[data-stage]");
  const box = group.querySelector(".box").getBoundingClientRect(), around = stage.getBoundingClientRect();
  stage.append(words);
  words.style.left = `${Math.max(4, Math.min(box.left - around.left, around.width - words.offsetWidth - 4))}px`;
  words.style.top = `${Math.max(4, box.top - around.top - words.offsetHeight - 4)}px`;
}

function toggleBoxes() {
  const button = document.querySelector("[data-boxes]");
  const shown = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", shown);
  document.querySelector("[data-sheet]").classList.toggle("bare", !shown);
  localStorage.setItem("boxes", shown ? "on" : "off");
}

function begin() {
  const viewer = document.querySelector("[data-viewer]");
  zoom = new Zoom(viewer.querySelector("[data-stage]"), viewer.querySelector("[data-sheet]"));
  if (localStorage.getItem("boxes") === "off") toggleBoxes();
  viewer.querySelector("[data-boxes]").addEventListener("click", toggleBoxes);
  for (const group of viewer.querySelectorAll(".found")) {
    group.addEventListener("focus", () => tag(group));
    group.addEventListener("blur", () => tag(null));
    group.addEventListener("pointerenter", () => tag(group));
    group.addEventListener("click", () => tag(group));
  }
  for (const button of viewer.querySelectorAll("button[data-point]")) {
    button.addEventListener("click", () => tag(viewer.querySelector(`[data-found="${button.dataset.point}"]`)));
  }
  for (const link of viewer.querySelectorAll(".turn")) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      swap(link);
    });
    new Image().src = link.dataset.nextFile;
  }
  correction.begin(viewer, tag);
  viewer.dataset.ready = "";
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("input, textarea, select") || event.metaKey || event.ctrlKey || event.altKey) return;
  if (!keys.open && correction.pressed(event.key)) return event.preventDefault();
  if (event.key === "j" || event.key === "ArrowRight") turn("j");
  else if (event.key === "k" || event.key === "ArrowLeft") turn("k");
  else if (event.key === "b") toggleBoxes();
  else if (event.key === "?") keys.showModal();
  else if (event.key === "Escape" && !keys.open) turn("Escape");
});

begin();
