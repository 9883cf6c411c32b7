import { h } from "../widget/dom.js";
import { learn, say } from "../widget/words.js";

// What lies over the conversation for a moment: the menu, a form, a question. The head stays in
// sight, because it tells who is talking.

learn({
  back_to: { en: "Back to the chat", zh: "返回对话" },
});

const CSS = `
.card {
  position: absolute; inset: 0; z-index: 1; display: flex; flex-direction: column; gap: .9rem;
  padding: 1rem 1.1rem 1.25rem; overflow-y: auto; overscroll-behavior: contain;
  background: var(--surface);
}
.card:focus { outline: none }
.card > * { flex: none }
.card h3, .card fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0 }
.card h3 { font-size: 1.0625rem; font-weight: 650 }
.card h4, .card legend { margin: 0; padding: 0; font-size: .9375rem; font-weight: 600 }
.card p { overflow-wrap: anywhere }
.card form { display: flex; flex-direction: column; gap: .9rem }
.card .small { font-size: .875rem; color: var(--muted) }
.card .told:empty { display: none }
.card .told {
  padding: .6rem .85rem; font-size: .9375rem; border-radius: 10px; background: var(--mine);
}
.card .told.wrong, .card .warning { color: var(--caution-ink); background: var(--caution) }
.card .warning { padding: .6rem .85rem; border-radius: 10px; font-size: .9375rem }
.card .row { display: flex; flex-wrap: wrap; gap: .5rem; margin-block-start: .35rem }
.card label.line { display: flex; gap: .6rem; align-items: center; min-block-size: 44px }
.card [type=radio] {
  flex: none; inline-size: 1.2rem; block-size: 1.2rem; margin: 0; accent-color: var(--accent);
}
.card textarea { inline-size: 100%; flex: none }
.card progress { inline-size: 100%; block-size: .6rem; accent-color: var(--accent) }
.card .row button, .card .back {
  padding: .35rem 1rem; text-align: start; color: var(--accent); background: var(--surface);
  border: 1.5px solid var(--accent); border-radius: 1.4rem; font-weight: 550;
}
.card .row button:hover, .card .back:hover { background: var(--mine) }
.card .row .strong { color: var(--on-accent); background: var(--accent) }
.card .row .strong:hover { background: var(--accent); filter: brightness(1.08) }
.card .row .danger { color: var(--danger-ink); border-color: var(--danger-ink) }
.card .row .danger:hover { background: var(--danger) }
.card .back { align-self: flex-start; border-color: var(--line); color: var(--ink) }
.card .row [aria-pressed="true"] { background: var(--mine) }
@media (max-height: 300px) {
  .card { position: static }
  .rest > [inert] { display: none }
}
@media (forced-colors: active) {
  .card .told, .card .warning { border: 1px solid CanvasText }
  .card [aria-pressed="true"] { border-color: Highlight }
}
`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);

/**
 * Lays a card over the conversation, one at a time; what lies below is out of reach meanwhile.
 * Escape, the way back and the end of the conversation take it away: `gone` is called, and the
 * focus returns to where it was.
 */
export function lay(chat, key, parts, gone = () => {}) {
  const { panel } = chat;
  panel.card?.();
  const root = panel.node.getRootNode();
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  const opener = root.activeElement;
  const below = [...panel.rest.children];
  const card = h(
    "section",
    { class: "card", role: "dialog", "aria-labelledby": "card", tabindex: "-1" },
    button(chat, "back_to", () => panel.card?.(), "back"),
    h("h3", { id: "card" }, say(chat.language, key)),
    ...parts,
  );
  panel.card = () => {
    panel.card = null;
    card.remove();
    for (const part of below) part.inert = false;
    gone();
    if (opener?.isConnected && opener !== panel.node) opener.focus();
    else chat.focus();
  };
  card.addEventListener("keydown", (event) => leave(event, panel));
  for (const part of below) part.inert = true;
  panel.rest.append(card);
  card.focus();
  return card;
}

/** A button with the words of `key`. */
export function button(chat, key, onclick, name = "") {
  return h("button", { type: "button", class: name, onclick }, say(chat.language, key));
}

/** The line of a card that tells how it went; heard as well as seen. */
export function teller(chat) {
  const node = h("p", { class: "told", role: "status" });
  const tell = (key, params = {}, wrong = false) => {
    node.className = wrong ? "told wrong" : "told";
    const text = key ? say(chat.language, key, params) : "";
    if (node.textContent !== text) node.textContent = text;
  };
  return { node, tell };
}

function leave(event, panel) {
  if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  event.stopPropagation();
  panel.card?.();
}
