// One camera, live: its pictures as they come, or its recorder's video. Nothing is loaded in a tab that nobody sees.

import { ago, listen } from "./stream.js";

const screen = document.querySelector("[data-screen]");
const image = screen.querySelector("img");
const video = screen.querySelector("video");
const nothing = screen.querySelector("[data-nothing]");
const newest = document.querySelector("[data-newest]");
const state = document.querySelector("[data-state]");
const buttons = document.querySelectorAll("[data-choose]");
const AGAIN_MS = 3000;
let chosen = "pictures";
let player = null;
let some = !nothing;
let again;

function say(words) {
  state.textContent = words;
  state.hidden = !words;
}

function instead() {
  return some ? "This browser could not play the video; these are pictures." : "This browser could not play the video.";
}

function pictures(on) {
  clearTimeout(again);
  if (on && some) image.src = `${screen.dataset.mjpeg}?${Date.now()}`;
  else image.removeAttribute("src");
  image.hidden = chosen !== "pictures" || !some;
  if (nothing) nothing.hidden = chosen !== "pictures" || some;
}

image.addEventListener("error", () => {
  clearTimeout(again);
  if (chosen === "pictures" && !document.hidden) again = setTimeout(() => pictures(true), AGAIN_MS);
});

async function film() {
  if (player) return;
  if (video.canPlayType("application/vnd.apple.mpegurl") && !window.MediaSource) {
    video.src = screen.dataset.hls;
    player = { destroy: () => video.removeAttribute("src") };
  } else {
    await script(screen.dataset.player);
    // Meanwhile something else may have been chosen, or the tab left.
    if (player || chosen !== "video" || document.hidden) return;
    const Hls = window.Hls;
    player = new Hls({ enableWorker: false, liveSyncDurationCount: 2, maxBufferLength: 20 });
    player.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) choose("pictures", instead()); });
    player.loadSource(screen.dataset.hls);
    player.attachMedia(video);
  }
  video.play().catch(() => {});
}

function script(address) {
  if (window.Hls) return Promise.resolve();
  return new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });
}

function choose(wanted, words = "") {
  chosen = wanted;
  const moving = wanted === "video";
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.choose === wanted));
  if (video) video.hidden = !moving;
  say(words);
  pictures(!moving && !document.hidden);
  if (moving && !document.hidden) return film().catch(() => choose("pictures", instead()));
  player?.destroy();
  player = null;
}

function came({ camera, at }) {
  if (camera !== screen.dataset.camera) return;
  screen.classList.remove("dark");
  const time = document.createElement("time");
  time.dataset.ago = "";
  time.dateTime = at;
  time.textContent = ago(Math.max(0, (Date.now() - Date.parse(at)) / 1000));
  newest.replaceChildren("Newest picture ", time);
  if (some) return;
  some = true;
  pictures(chosen === "pictures" && !document.hidden);
}

function silence({ camera, silent, clock }) {
  if (camera !== screen.dataset.camera || silent === null) return;
  screen.classList.toggle("dark", silent);
  if (silent) newest.textContent = `Dark since ${clock}`;
}

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => choose(button.dataset.choose));
}
document.addEventListener("visibilitychange", () => choose(chosen));
if (screen.dataset.hls) choose("video");

// A film of pictures that was cut off looks like one in which nothing happens: with the page's stream it begins anew.
let begun = false;
listen(
  { picture: came, event: silence },
  (open) => {
    if (!open) say("Not connected, trying again… What is shown is old.");
    else if (begun) choose(chosen);
    begun = true;
  },
  { restsInBackground: true },
);
