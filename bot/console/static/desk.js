// Live parts of the desk: the server's events wake htmx, which asks for finished fragments.

// htmx hands what the server sent to the parser. Markup that could run something is refused: the
// server escapes what customers write, and this is the second lock behind that.
const RUNS = /<\s*(?:script|iframe|object|embed|base|meta|link)\b|<[^>]*\s(?:on\w+|srcdoc|style)\s*=|javascript:/i;
if (window.trustedTypes) {
  window.trustedTypes.createPolicy("default", {
    createHTML: (markup) => {
      if (RUNS.test(markup)) throw new TypeError("This fragment could run something.");
      return markup;
    },
  });
}

const TYPING_SECONDS = 6;
const RETRY_SECONDS = 5;

class Live {
  constructor(place) {
    this.place = place;
    this.connection = document.getElementById("connection");
    this.connect();
  }

  connect() {
    const source = new EventSource(this.place.dataset.live);
    source.onopen = () => { this.connection.hidden = true; };
    source.onerror = () => {
      this.connection.hidden = false;
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.connect(), RETRY_SECONDS * 1000);
    };
    source.addEventListener("queue", () => this.wake("queue"));
    source.addEventListener("message", () => { this.quiet(); this.wake("message"); });
    source.addEventListener("resync", () => this.wake("message"));
    source.addEventListener("notes", () => this.wake("notes"));
    source.addEventListener("typing", () => this.types());
    source.addEventListener("owner", (event) => this.owner(JSON.parse(event.data)));
  }

  // The stream tells the owner whenever it begins: what was said before it did is fetched now.
  owner(standing) {
    this.wake("message");
    if (String(standing.epoch) === this.place.dataset.epoch) return;
    this.place.dataset.epoch = standing.epoch;
    this.wake("owner");
  }

  wake(what) {
    window.htmx.trigger(document.body, `desk:${what}`);
  }

  types() {
    const typing = document.getElementById("typing");
    typing.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.quiet(), TYPING_SECONDS * 1000);
  }

  quiet() {
    const typing = document.getElementById("typing");
    if (typing) typing.hidden = true;
  }
}

function showEnd(log) {
  log.scrollTop = log.scrollHeight;
}

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-live]");
  if (place) new Live(place);
  const log = document.getElementById("log");
  if (log) showEnd(log);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "bubbles") showEnd(event.target.parentElement);
});

// What was refused or could not be sent stands in an alert; the field keeps its words.
document.addEventListener("htmx:sendError", () => {
  document.getElementById("connection").hidden = false;
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (event.target.matches("[data-send]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// One open menu at a time, and Escape closes it and gives the focus back.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("toggle", (event) => {
  if (!event.target.matches("details.menu[open]")) return;
  for (const other of document.querySelectorAll("details.menu[open]")) {
    if (other !== event.target) other.open = false;
  }
}, true);
