// Putting right what was found, inside the viewer: the boxes' forms, their keys, and an undo that goes after its time.

let gone;

const folds = () => [...document.querySelectorAll("[data-fix]")];
const opened = () => document.querySelector("[data-fix][open]");

// Opens the next box's form, and brings the keyboard to its labels.
function openNext() {
  const all = folds();
  const next = all[(all.indexOf(opened()) + 1) % all.length];
  if (!next) return;
  for (const other of all) other.open = other === next;
  next.querySelector("summary").focus();
}

// The box whose form is open, or the only one; where it is not clear which is meant, the first one's form opens.
function meant() {
  const one = opened() ?? (folds().length === 1 ? folds()[0] : null);
  if (!one) openNext();
  return one;
}

const KEYS = {
  e: openNext,
  d: () => meant()?.querySelector("[data-remove]").requestSubmit(),
  h: () => meant()?.querySelector("[data-hide]").click(),
  n: () => document.querySelector("[data-empty]")?.requestSubmit(),
  u: () => document.querySelector("[data-undo] form")?.requestSubmit(),
};

export function pressed(key) {
  const fold = opened();
  if (key === "Escape" && fold) fold.open = false;
  else if (KEYS[key]) KEYS[key]();
  else return false;
  return true;
}

export function begin(viewer, point) {
  for (const fold of viewer.querySelectorAll("[data-fix]")) {
    fold.addEventListener("toggle", () => {
      if (fold.open) point(viewer.querySelector(`[data-found="${fold.dataset.fix}"]`));
      else if (!opened()) point(null);
    });
  }
  const undo = viewer.querySelector("[data-undo]");
  clearTimeout(gone);
  if (undo) gone = setTimeout(() => undo.remove(), undo.dataset.undo * 1000);
}
