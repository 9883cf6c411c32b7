// Checks without leaving the page, and stops a secret before it is sent. Without this script the form
// is sent and answered as a page.

import { beforeSend, prepare } from "./widget/before-send.js";

const form = document.querySelector("#check");
const field = form.elements.contact;
const result = document.querySelector("#result");

function note(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "note";
  paragraph.textContent = text;
  return paragraph;
}

function filled(selector, texts) {
  const card = document.querySelector(selector).content.cloneNode(true);
  for (const [place, text] of Object.entries(texts)) card.querySelector(place).textContent = text;
  return card;
}

function robbery(text) {
  return filled("template[data-robbery]", { ".advice": text });
}

function verdict({ value, verdict: name, why }) {
  return filled(`template[data-verdict="${CSS.escape(name)}"]`, { ".value": value, ".why": why });
}

async function check() {
  const response = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new FormData(form),
    credentials: "omit",
  });
  if (!response.ok) return [note(form.dataset[response.status === 429 ? "busy" : "failed"])];
  const found = await response.json();
  const notes = found.note ? [note(found.note)] : [];
  return [...notes, ...found.advice.map(robbery), ...found.judgements.map(verdict)];
}

async function answer() {
  if (!field.value.trim()) return [note(form.dataset.empty)];
  if (await beforeSend(field.value)) return [note(form.dataset.stopped)];
  return check();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  result.replaceChildren(note(form.dataset.checking));
  const shown = await answer().catch(() => [note(form.dataset.failed)]);
  result.replaceChildren(...shown);
});

field.addEventListener("focus", prepare, { once: true });

// Enter asks, as in a field of one line; an input method's Enter is its own.
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});
