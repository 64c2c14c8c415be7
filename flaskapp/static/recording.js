// A recording's player; on the page of a day also the strip: scrubbed by pointer, finger and keys, zoomed, and played on from one segment to the next.

const SAY_TROUBLE = {
  hevc: "This browser cannot play H.265. The preview plays; or download the file and watch it with another player.",
  other: "This browser cannot play this file. The preview plays; or download the file and watch it with another player.",
  none: "This browser cannot play this file, and it has no preview, or none yet. Download it and watch it with another player.",
};
const LEAST_S = 60;
const two = (number) => String(number).padStart(2, "0");

class Film {
  constructor(element) {
    this.element = element;
    this.video = element.querySelector("video");
    this.trouble = element.querySelector("[data-trouble]");
    this.button = document.querySelector("[data-quality]");
    this.small = Boolean(this.video?.dataset.preview) && this.video.getAttribute("src") === this.video.dataset.preview;
    if (!this.video) return;
    this.video.addEventListener("error", () => this.fails());
    this.video.addEventListener("loadedmetadata", () => this.begins());
    this.button?.addEventListener("click", () => this.change());
    this.offer();
  }

  load({ id, bare }, at, play) {
    const { dataset } = this.video;
    dataset.preview = bare ? "" : `/recording/${id}/preview`;
    dataset.full = `/recording/${id}/file`;
    this.video.poster = bare ? "" : `/recording/${id}/thumbnail`;
    this.id = id;
    this.fellBack = false;
    this.set(this.wantsFull || bare ? dataset.full : dataset.preview, at, play);
  }

  set(source, at, play) {
    this.trouble.hidden = true;
    this.small = source === this.video.dataset.preview;
    this.wanted = { at, play };
    this.video.src = source;
    this.offer();
  }

  // Where to begin outlasts a source that turns out not to be there.
  begins() {
    const { at, play } = this.wanted ?? {};
    this.wanted = null;
    if (at) this.video.currentTime = Math.min(at, Math.max(0, (this.video.duration || at) - 0.05));
    if (play) this.video.play().catch(() => {});
  }

  // To a second of what is loaded, or will be.
  go(at, play) {
    if (this.video.readyState < 1) {
      this.wanted = { at, play: play || this.plays };
      return;
    }
    this.video.currentTime = at;
    if (play) this.video.play().catch(() => {});
  }

  get plays() {
    return this.wanted ? this.wanted.play : !this.video.paused;
  }

  offer() {
    if (!this.button) return;
    const { preview, full } = this.video.dataset;
    this.button.hidden = !(preview && full);
    this.button.textContent = this.small ? "Full picture" : "Preview";
  }

  change() {
    const { preview, full } = this.video.dataset;
    this.wantsFull = this.small;
    this.fellBack = false;
    this.set(this.small ? full : preview, this.video.currentTime, !this.video.paused);
  }

  // A missing preview is no trouble while the browser plays the whole file.
  fails() {
    const { preview, full } = this.video.dataset;
    if (this.small && full && !this.fellBack) {
      this.fellBack = true;
      return this.set(full, this.wanted?.at ?? this.video.currentTime, this.wanted?.play ?? false);
    }
    const why = !preview || this.fellBack ? "none" : this.element.dataset.video === "hevc" ? "hevc" : "other";
    this.trouble.querySelector("span").textContent = SAY_TROUBLE[why];
    this.trouble.hidden = false;
  }
}

class Strip {
  constructor(element, film) {
    this.element = element;
    this.film = film;
    this.start = Number(element.dataset.start);
    this.whole = Number(element.dataset.seconds);
    this.view = { from: 0, span: this.whole };
    this.spans = [...element.querySelectorAll("[data-a]")];
    this.cursor = element.querySelector("[data-cursor]");
    this.bubble = element.querySelector("[data-bubble]");
    this.minutes = element.querySelector("[data-minutes]");
    this.segments = this.of("rect.span.segment");
    this.clips = this.of("rect.span.clips");
    this.offset = hourOffset(element);
    this.pointers = new Map();
    const watching = document.querySelector("[data-watching]")?.dataset.watching;
    this.playing = [...this.segments, ...this.clips].find((one) => one.id === watching);
    this.at = this.playing?.a ?? 0;
    this.wire();
    this.draw();
  }

  of(selector) {
    return [...this.element.querySelectorAll(selector)].map((rect) => ({
      id: rect.dataset.id, a: Number(rect.dataset.a), b: Number(rect.dataset.b),
      from: (Number(rect.dataset.from) - this.start) / 1000, says: rect.textContent, bare: "bare" in rect.dataset,
    }));
  }

  wire() {
    const on = (kind, handle, options) => this.element.addEventListener(kind, handle.bind(this), options);
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.leave);
    on("pointerleave", this.leave);
    on("keydown", this.key);
    on("wheel", this.wheel, { passive: false });
    const zooms = document.querySelector("[data-zooms]");
    if (zooms) zooms.hidden = false;
    zooms?.addEventListener("click", ({ target }) => {
      const dataset = target.closest("button")?.dataset;
      if (dataset?.zoom) this.zoom(Number(dataset.zoom), this.at);
      if (dataset?.pan) this.pan(Number(dataset.pan));
      if (dataset?.span) this.show(this.at - Number(dataset.span) / 2, Number(dataset.span));
    });
    this.film?.video?.addEventListener("timeupdate", () => this.follow());
    this.film?.video?.addEventListener("ended", () => this.next());
  }

  second(event) {
    const box = this.element.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return this.view.from + share * this.view.span;
  }

  down(event) {
    this.pointers.set(event.pointerId, event.clientX);
    this.element.setPointerCapture?.(event.pointerId);
    if (this.pointers.size === 2) this.pinch = { apart: this.apart(), span: this.view.span };
    else this.peek(this.second(event));
  }

  apart() {
    const [one, other] = [...this.pointers.values()];
    return Math.max(20, Math.abs(one - other));
  }

  move(event) {
    if (this.pointers.has(event.pointerId)) this.pointers.set(event.pointerId, event.clientX);
    if (this.pinch && this.pointers.size === 2) {
      const span = this.pinch.span * this.pinch.apart / this.apart();
      this.show(this.view.from + (this.view.span - span) / 2, span);
    } else this.peek(this.second(event));
  }

  up(event) {
    const pinched = this.pinch;
    this.pointers.delete(event.pointerId);
    if (this.pointers.size === 0) this.pinch = null;
    if (!pinched) this.seek(this.second(event), true);
    this.bubble.hidden = true;
  }

  leave(event) {
    this.pointers.delete(event.pointerId);
    if (this.pointers.size === 0) this.pinch = null;
    this.bubble.hidden = true;
  }

  wheel(event) {
    event.preventDefault();
    const aside = event.deltaX || (event.shiftKey ? event.deltaY : 0);
    if (aside) this.pan(aside / this.element.clientWidth);
    else this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.second(event));
  }

  key(event) {
    const step = event.shiftKey ? 60 : 10;
    const deeds = {
      ArrowLeft: () => this.seek(this.at - step), ArrowRight: () => this.seek(this.at + step),
      PageUp: () => this.seek(this.at - 600), PageDown: () => this.seek(this.at + 600),
      Home: () => this.seek(0), End: () => this.seek(this.whole),
      "+": () => this.zoom(0.5, this.at), "-": () => this.zoom(2, this.at), " ": () => this.toggle(),
    };
    if (!deeds[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    deeds[event.key]();
  }

  toggle() {
    const video = this.film?.video;
    if (!video) return;
    if (!this.playing) return this.next();
    if (video.paused) video.play().catch(() => {});
    else video.pause();
  }

  zoom(factor, around) {
    const span = Math.min(this.whole, Math.max(LEAST_S, this.view.span * factor));
    this.show(around - (around - this.view.from) * span / this.view.span, span);
  }

  show(from, wanted) {
    const span = Math.min(this.whole, Math.max(LEAST_S, wanted));
    this.view = { from: Math.min(this.whole - span, Math.max(0, from)), span };
    this.draw();
  }

  // By a share of what is seen.
  pan(share) {
    this.show(this.view.from + share * this.view.span, this.view.span);
  }

  percent(second) {
    return `${(100 * (second - this.view.from) / this.view.span).toFixed(3)}%`;
  }

  draw() {
    for (const one of this.spans) {
      const a = Number(one.dataset.a);
      if (one.tagName === "rect") {
        one.setAttribute("x", this.percent(a));
        one.setAttribute("width", `${Math.max(0, 100 * (Number(one.dataset.b) - a) / this.view.span).toFixed(3)}%`);
      } else if (one.tagName === "text") one.setAttribute("x", this.percent(a));
      else for (const end of ["x1", "x2"]) one.setAttribute(end, this.percent(a));
    }
    this.element.classList.toggle("near", this.view.span <= 21600);
    for (const one of document.querySelectorAll("[data-pan]")) {
      one.disabled = one.dataset.pan < 0 ? this.view.from <= 0 : this.view.from + this.view.span >= this.whole;
    }
    this.drawMinutes();
    this.mark();
  }

  // Between full hours the clock never changes by parts of an hour that this strip would name wrongly.
  drawMinutes() {
    const step = [60, 300, 600].find((seconds) => this.view.span / seconds <= 24);
    const made = [];
    for (let at = Math.ceil(this.view.from / step) * step; step && at < this.view.from + this.view.span; at += step) {
      if (at % 3600 === 0) continue;
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      text.setAttribute("x", this.percent(at));
      text.setAttribute("y", "13");
      text.textContent = this.words(at).slice(0, 5);
      made.push(text);
    }
    this.minutes.replaceChildren(...made);
  }

  words(second) {
    const at = Math.max(0, Math.min(this.whole, second));
    return `${two((this.offset(at) + 24) % 24)}:${two(Math.floor(at / 60) % 60)}:${two(Math.floor(at) % 60)}`;
  }

  mark() {
    for (const end of ["x1", "x2"]) this.cursor.setAttribute(end, this.percent(this.at));
    this.cursor.setAttribute("visibility", "visible");
    this.element.setAttribute("aria-valuenow", Math.round(this.at));
    this.element.setAttribute("aria-valuetext", this.words(this.at));
    const now = document.querySelector("[data-now]");
    if (now) now.textContent = this.words(this.at);
    const cut = document.querySelector("[data-cut]");
    if (cut) cut.search = `?at=${this.words(this.at)}`;
  }

  covering(second) {
    const within = (one) => one.a <= second && second < one.b;
    return this.segments.find(within) ?? this.clips.find(within);
  }

  peek(second) {
    const one = this.covering(second);
    const image = this.bubble.querySelector("img");
    image.hidden = !one;
    if (one && image.dataset.id !== one.id) {
      image.dataset.id = one.id;
      image.src = `/recording/${one.id}/thumbnail`;
    }
    this.bubble.querySelector("span").textContent = one ? this.words(second) : `${this.words(second)}, nothing recorded`;
    this.bubble.hidden = false;
    const width = this.element.clientWidth, half = this.bubble.offsetWidth / 2;
    const x = width * (second - this.view.from) / this.view.span;
    this.bubble.style.left = `${Math.min(width - half, Math.max(half, x))}px`;
  }

  seek(second, byPointer = false) {
    this.at = Math.max(0, Math.min(this.whole, second));
    const { from, span } = this.view;
    if (!byPointer && (this.at < from || this.at > from + span)) this.show(this.at - span / 2, span);
    const one = this.covering(this.at);
    const video = this.film?.video;
    if (!video && one && byPointer) location.search = `?play=${one.id}`;
    if (!video) return this.mark();
    if (!one) {
      this.playing = null;
      video.pause();
      this.say("Nothing was recorded then");
    } else if (one === this.playing && this.film.id === one.id) {
      this.film.go(this.at - one.from, byPointer);
    } else this.open(one, this.at - one.from, this.film.plays || byPointer);
    this.mark();
  }

  open(one, offset, play) {
    this.playing = one;
    this.film.load(one, offset, play);
    this.say(one.says);
    for (const deed of document.querySelectorAll("[data-deed]")) {
      deed.href = deed.dataset.deed === "one" ? `/recording/${one.id}` : `/recording/${one.id}/file?download=1`;
    }
  }

  say(words) {
    const said = document.querySelector("[data-said]");
    if (said) said.textContent = words;
  }

  follow() {
    if (!this.playing || this.film.video.seeking || this.film.video.readyState < 1) return;
    this.at = this.playing.from + this.film.video.currentTime;
    const { from, span } = this.view;
    if (this.at > from + span && !this.film.video.paused) this.show(from + span * 0.9, span);
    this.mark();
  }

  // The next segment, over a gap too, which is said.
  next() {
    const end = this.playing?.b ?? this.at;
    const following = this.segments.find((one) => one.a >= end - 1 && one !== this.playing);
    if (!following) return;
    this.at = following.a;
    this.open(following, 0, true);
    const before = this.segments.findLast((one) => one.b <= following.a + 1);
    const missing = Math.round(following.a - (before?.b ?? following.a));
    if (missing > 2) this.say(`Nothing was recorded for ${missing < 90 ? `${missing} s` : `${Math.round(missing / 60)} min`} before this`);
    this.mark();
  }
}

// The hour on the wall at a second of the day, read off the strip's own hours: the house's, not this browser's.
function hourOffset(element) {
  const hours = [...element.querySelectorAll("text.hour")].map((one) => [Number(one.dataset.a), Number(one.textContent)]);
  return (second) => (hours.findLast(([at]) => at <= second) ?? [0, 0])[1];
}

const found = document.querySelector("[data-film]");
const film = found ? new Film(found) : null;
const element = document.querySelector("[data-strip]");
if (element) {
  const strip = new Strip(element, film);
  if (film && strip.playing) film.id = strip.playing.id;
}
