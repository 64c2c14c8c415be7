// Zones and masks, drawn with finger or mouse. The corners in the open form are the truth; the picture shows and changes them.

const SVG = "http://www.w3.org/2000/svg";
const TAP = 10, SNAP = 12, UNDO_S = 10, CORNERS_MAX = 64;
const drawing = document.querySelector("[data-drawing]");
const sheet = drawing.querySelector("[data-sheet]"), svg = sheet.querySelector("svg");
const draft = svg.querySelector("[data-draft]"), bar = drawing.querySelector("[data-bar]");
const folds = [...drawing.querySelectorAll("[data-fold]")];
const size = svg.viewBox.baseVal;
const state = { fold: null, points: [], closed: false, chosen: -1, pressed: null };

function read(text) {
  const lines = text.split("\n").map((line) => line.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? []);
  return lines.filter((line) => line.length === 2 && line.every((value) => value >= 0 && value <= 100));
}

const field = () => state.fold.querySelector("[name=corners]");
const written = (points) => points.map((point) => point.map((value) => +value.toFixed(2)).join(" ")).join("\n");
const between = ([x1, y1], [x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2];

// Nobody hits the last pixel with a finger: near the picture's edge is on it.
function snapped(pixels, side) {
  if (pixels < SNAP) return 0;
  return pixels > side - SNAP ? 100 : Math.round((pixels / side) * 10000) / 100;
}

function at(event) {
  const box = svg.getBoundingClientRect();
  return [snapped(event.clientX - box.left, box.width), snapped(event.clientY - box.top, box.height)];
}

function begin(fold) {
  Object.assign(state, { fold, points: read(fold.querySelector("[name=corners]").value), chosen: -1 });
  state.closed = state.points.length > 2;
  show();
  const top = drawing.getBoundingClientRect().top;
  if (top < -40 || top > innerHeight / 2) drawing.scrollIntoView({ block: "start" });
}

function end() {
  state.fold = null;
  show();
}

// What was typed or is saved goes to the picture, what is drawn goes to the form.
function change(points, keep = {}) {
  Object.assign(state, { points }, keep);
  field().value = written(points);
  show();
}

function words() {
  const count = state.points.length;
  if (state.closed && state.chosen >= 0) return `Corner ${state.chosen + 1} of ${count}: drag it, or use the arrow keys.`;
  if (state.closed) return "Drag a corner to move it, a small dot to add one.";
  if (count === 0) return "Tap the first corner in the picture.";
  return count < 3 ? "Tap the next corner." : "Tap the next corner, or the first one to close the shape.";
}

function show() {
  const { fold, points, closed } = state;
  for (const shape of svg.querySelectorAll("[data-shape]")) {
    shape.classList.toggle("edited", Boolean(fold) && shape.dataset.shape === fold.dataset.fold);
  }
  drawing.classList.toggle("editing", Boolean(fold));
  bar.hidden = !fold;
  draft.replaceChildren();
  const kept = document.activeElement?.dataset?.corner;
  for (const handle of sheet.querySelectorAll(".corner, .middle")) handle.remove();
  if (!fold) return;
  bar.querySelector("[data-hint]").textContent = words();
  toggleButtons();
  drawShape(points, closed);
  points.forEach((point, number) => addHandle(point, number));
  if (closed && points.length < CORNERS_MAX) points.forEach((point, number) => addMiddle(point, number));
  if (kept !== undefined) sheet.querySelector(`[data-corner="${kept}"]`)?.focus({ preventScroll: true });
}

function toggleButtons() {
  const count = state.points.length;
  const shown = { close: !state.closed && count > 2, back: !state.closed && count > 0, again: state.closed };
  shown.remove = state.closed && state.chosen >= 0 && count > 3;
  for (const button of bar.querySelectorAll("[data-do]")) button.hidden = !shown[button.dataset.do];
}

function drawShape(points, closed) {
  const kind = state.fold.querySelector("[name=kind]:checked")?.value ?? "mask";
  for (const layer of ["under", "over"]) {
    const line = document.createElementNS(SVG, closed ? "polygon" : "polyline");
    line.setAttribute("points", points.map(([x, y]) => `${(x * size.width) / 100},${(y * size.height) / 100}`).join(" "));
    line.setAttribute("class", layer);
    draft.append(line);
  }
  draft.setAttribute("class", `draft shape ${closed ? kind : "open"}`);
}

function placed(button, [x, y]) {
  button.type = "button";
  Object.assign(button.style, { left: `${x}%`, top: `${y}%` });
  sheet.append(button);
  return button;
}

function addHandle(point, number) {
  const handle = placed(document.createElement("button"), point);
  const closes = number === 0 && !state.closed && state.points.length > 2;
  handle.className = `corner${number === state.chosen ? " chosen" : ""}${closes ? " closes" : ""}`;
  handle.dataset.corner = number;
  const where = `${Math.round(point[0])} % from the left, ${Math.round(point[1])} % from the top`;
  handle.setAttribute("aria-label", closes ? "Close the shape" : `Corner ${number + 1}: ${where}`);
  handle.addEventListener("pointerdown", (event) => press(event, handle, number));
  handle.addEventListener("keydown", (event) => nudge(event, number));
  handle.addEventListener("click", (event) => { if (event.detail === 0) choose(number); });
}

function addMiddle(point, number) {
  const next = state.points[(number + 1) % state.points.length];
  const middle = placed(document.createElement("button"), between(point, next));
  middle.className = "middle";
  middle.tabIndex = -1;
  middle.setAttribute("aria-label", `Add a corner after corner ${number + 1}`);
  middle.addEventListener("pointerdown", (event) => {
    state.points.splice(number + 1, 0, between(point, next));
    press(event, middle, number + 1);
  });
}

function choose(number) {
  if (!state.closed && number === 0 && state.points.length > 2) state.closed = true;
  else if (state.closed) state.chosen = number;
  show();
}

// While a corner is dragged its own button stays, so that the finger keeps hold of it.
function press(event, handle, number) {
  event.preventDefault();
  event.stopPropagation();
  handle.setPointerCapture(event.pointerId);
  handle.focus({ preventScroll: true });
  const start = [event.clientX, event.clientY];
  let moved = handle.className === "middle";
  const move = (to) => {
    if (!moved && Math.hypot(to.clientX - start[0], to.clientY - start[1]) < 4) return;
    moved = true;
    state.points[number] = at(to);
    Object.assign(handle.style, { left: `${state.points[number][0]}%`, top: `${state.points[number][1]}%` });
    field().value = written(state.points);
    draft.replaceChildren();
    drawShape(state.points, state.closed);
  };
  const up = () => {
    handle.removeEventListener("pointermove", move);
    if (moved) change(state.points, { chosen: state.closed ? number : -1 });
    else choose(number);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", up, { once: true });
  handle.addEventListener("pointercancel", up, { once: true });
}

function nudge(event, number) {
  const step = event.shiftKey ? 5 : 0.5;
  const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
  if (dx || dy) {
    event.preventDefault();
    const points = [...state.points];
    points[number] = [points[number][0] + dx, points[number][1] + dy].map((value) => Math.min(100, Math.max(0, value)));
    change(points, { chosen: state.closed ? number : -1 });
  } else if (event.key === "Delete" && state.points.length > (state.closed ? 3 : 0)) {
    change(state.points.filter((_, other) => other !== number), { chosen: -1 });
  }
}

// A tap adds a corner; a finger that moves scrolls the page.
svg.addEventListener("pointerdown", (event) => { state.pressed = event.isPrimary ? [event.clientX, event.clientY] : null; });
svg.addEventListener("pointercancel", () => { state.pressed = null; });
svg.addEventListener("pointerup", (event) => {
  const pressed = state.pressed;
  state.pressed = null;
  if (!pressed || Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > TAP) return;
  if (!state.fold) open(event.target.closest("[data-shape]")?.dataset.shape);
  else if (!state.closed && state.points.length < CORNERS_MAX) change([...state.points, at(event)]);
  else if (state.chosen >= 0) { state.chosen = -1; show(); }
});

function open(id) {
  const fold = folds.find((one) => id && one.dataset.fold === id);
  if (fold) fold.open = true;
}

const steps = {
  close: () => { state.closed = true; show(); },
  back: () => change(state.points.slice(0, -1)),
  again: () => change([], { closed: false, chosen: -1 }),
  remove: () => change(state.points.filter((_, number) => number !== state.chosen), { chosen: -1 }),
};
// Each button listens for itself: touch screens give a finger near a bar that listens to the bar, not to the picture.
for (const button of bar.querySelectorAll("[data-do]")) button.addEventListener("click", steps[button.dataset.do]);

for (const fold of "locked" in drawing.dataset ? [] : folds) {
  fold.addEventListener("toggle", () => {
    if (fold.open) begin(fold);
    else if (state.fold === fold) end();
  });
  fold.querySelector("[name=corners]").addEventListener("input", (event) => {
    const points = read(event.target.value);
    Object.assign(state, { points, closed: points.length > 2, chosen: -1 });
    show();
  });
  for (const kind of fold.querySelectorAll("[name=kind]")) kind.addEventListener("change", show);
  if (fold.open) begin(fold);
}

// Deleting waits for ten seconds, in which it can be undone; whoever leaves the page has meant it.
const undo = document.querySelector("[data-undo]");
let leaving = null;

function hide(form, hidden) {
  const fold = form.closest("[data-fold]");
  fold.hidden = hidden;
  svg.querySelector(`[data-shape="${fold.dataset.fold}"]`).classList.toggle("gone", hidden);
}

async function finish() {
  if (!leaving) return;
  const { form, timer } = leaving;
  clearInterval(timer);
  leaving = null;
  undo.hidden = true;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => null);
  if (answer?.ok) return;
  hide(form, false);
  undo.querySelector("span").textContent = `${form.dataset.delete} could not be deleted. Try again.`;
  undo.querySelector("button").hidden = true;
  undo.hidden = false;
}

function leave(form) {
  finish();
  let left = UNDO_S;
  const say = () => { undo.querySelector("span").textContent = `${form.dataset.delete} is deleted in ${left} s.`; };
  const timer = setInterval(() => { left -= 1; say(); if (left <= 0) finish(); }, 1000);
  leaving = { form, timer };
  form.closest("[data-fold]").open = false;
  hide(form, true);
  drawing.scrollIntoView({ block: "start" });
  say();
  undo.querySelector("button").hidden = false;
  undo.hidden = false;
}

undo.querySelector("button").addEventListener("click", () => {
  clearInterval(leaving.timer);
  hide(leaving.form, false);
  leaving = null;
  undo.hidden = true;
});
for (const form of document.querySelectorAll("[data-delete]")) {
  form.addEventListener("submit", (event) => { event.preventDefault(); leave(form); });
}
addEventListener("pagehide", finish);

// Names and dots keep their size on the screen, whatever the picture's is.
new ResizeObserver(() => {
  const unit = size.width / Math.max(svg.clientWidth, 1);
  for (const text of svg.querySelectorAll("text")) text.setAttribute("font-size", 13 * unit);
  for (const dot of svg.querySelectorAll("circle")) dot.setAttribute("r", 4 * unit);
}).observe(svg);
drawing.dataset.ready = "";
