// A week: shows the windows of the list, and draws new ones into it. The form works without.

const STEP = 30;
const DAY = 24 * 60;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

const grid = document.querySelector("[data-grid]");
const rows = document.querySelector("[data-rows]");

const minutes = (text) => { const found = CLOCK.exec(text.trim()); return found ? found[1] * 60 + Number(found[2]) : null; };
const clock = (count) => `${String(Math.floor(count / 60) % 24).padStart(2, "0")}:${String(count % 60).padStart(2, "0")}`;
const columns = () => [...grid.querySelectorAll("[data-day]")];

function block(column, from, to, words) {
  const made = document.createElement("div");
  made.className = "week-block";
  made.textContent = words;
  made.setAttribute("data-block", "");
  made.style.top = `${(from / DAY) * 100}%`;
  made.style.height = `${((to - from) / DAY) * 100}%`;
  column.append(made);
}

function show() {
  for (const old of grid.querySelectorAll("[data-block]")) old.remove();
  for (const row of rows.querySelectorAll("[data-row]")) {
    const [from, to] = ["[data-from]", "[data-to]"].map((field) => minutes(row.querySelector(field).value));
    if (from === null || to === null) continue;
    for (const day of row.querySelectorAll("input:checked")) {
      const words = `${clock(from)}–${clock(to)}`;
      const column = columns()[day.value - 1];
      block(column, from, to > from ? to : DAY, words);
      if (to <= from && to > 0) block(columns()[day.value % 7], 0, to, words);
    }
  }
}

// A line that is still empty, or one more like it.
function emptyRow() {
  const all = [...rows.querySelectorAll("[data-row]")];
  const free = all.find((row) => !row.querySelector("[data-from]").value && !row.querySelector("[data-to]").value);
  if (free) return free;
  const key = `drawn${all.length}`;
  const made = all.at(-1).cloneNode(true);
  for (const field of made.querySelectorAll("input")) {
    field.name = field.name === "row" ? "row" : field.name.replace(/-.*$/, `-${key}`);
    if (field.type === "hidden") field.value = key;
    else if (field.type === "checkbox") field.checked = false;
    else field.value = "";
  }
  rows.append(made);
  return made;
}

function minuteAt(column, event) {
  const { top, height } = column.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientY - top) / height));
  return Math.round((share * DAY) / STEP) * STEP;
}

// The line that has these times already: another day of theirs is no line of its own.
function rowOf(from, to) {
  const all = [...rows.querySelectorAll("[data-row]")];
  return all.find((row) => minutes(row.querySelector("[data-from]").value) === from && minutes(row.querySelector("[data-to]").value) === to);
}

function add(day, from, to) {
  const row = rowOf(from, to % DAY) ?? emptyRow();
  const isFree = !row.querySelector("[data-from]").value;
  row.querySelector("[data-from]").value = clock(from);
  row.querySelector("[data-to]").value = clock(to);
  for (const box of row.querySelectorAll("[type=checkbox]")) box.checked = Number(box.value) === day || (!isFree && box.checked);
  show();
}

function draw(event) {
  const column = event.target.closest("[data-day]");
  if (!column || event.button !== 0) return;
  event.preventDefault();
  const start = minuteAt(column, event);
  const span = (at) => [Math.min(start, at), Math.max(start, at)];
  const move = (moved) => { show(); const [from, to] = span(minuteAt(column, moved)); block(column, from, to, `${clock(from)}–${clock(to)}`); };
  const end = (ended) => {
    removeEventListener("pointermove", move);
    const [from, to] = span(minuteAt(column, ended));
    if (to > from && from < DAY) add(Number(column.dataset.day), from, to);
    else show();
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end, { once: true });
}

if (grid && !rows.closest("fieldset").disabled) {
  grid.closest("[data-week]").hidden = false;
  grid.addEventListener("pointerdown", draw);
  rows.addEventListener("input", show);
  show();
}
