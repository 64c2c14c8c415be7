// One camera, live: its pictures as they come, or its recorder's video. Nothing is loaded in a tab that nobody sees.

const screen = document.querySelector("[data-screen]");
const image = screen.querySelector("img");
const video = screen.querySelector("video");
const buttons = document.querySelectorAll("[data-choose]");
const AGAIN_MS = 3000;
let chosen = "pictures";
let player = null;
let again;

function pictures(on) {
  clearTimeout(again);
  if (on) image.src = `${screen.dataset.mjpeg}?${Date.now()}`;
  else image.removeAttribute("src");
}

// An ended stream is an error, or looks finished: a session may have ended, then the page leads to the door.
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
    const Hls = window.Hls;
    player = new Hls({ enableWorker: false, liveSyncDurationCount: 2, maxBufferLength: 20 });
    player.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) choose("pictures", "Video could not be played; these are pictures."); });
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

function choose(wanted, words) {
  chosen = wanted;
  const moving = wanted === "video";
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.choose === wanted));
  image.hidden = moving;
  if (video) video.hidden = !moving;
  if (words) document.querySelector("[data-state]").textContent = words;
  pictures(!moving && !document.hidden);
  if (moving && !document.hidden) return film().catch(() => choose("pictures", "Video could not be loaded; these are pictures."));
  player?.destroy();
  player = null;
}

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => choose(button.dataset.choose));
}
document.addEventListener("visibilitychange", () => choose(chosen));
if (screen.dataset.hls) choose("video");
