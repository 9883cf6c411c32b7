// One constructable style sheet: a strict policy (style-src 'self') lets it in, and nothing of the
// page's own styles gets through the shadow root. Colours and shape are set from outside by the
// --seedwarden-… properties.

const CSS = `
:host {
  --surface: var(--seedwarden-surface, #fff);
  --ground: var(--seedwarden-ground, #f5f7f5);
  --ink: var(--seedwarden-ink, #1b2a2b);
  --muted: var(--seedwarden-muted, #55646a);
  --line: var(--seedwarden-line, #d8e0dd);
  --edge: #7c8c8e;
  --mine: var(--seedwarden-mine, #e0efeb);
  --person: #ece9f8; --person-ink: #43347e;
  --caution: #fdf4de; --caution-ink: #5f4300;
  --danger: #fcebe9; --danger-ink: #8c1d13;
  --good: #1f7a4d;
  --radius: var(--seedwarden-radius, 16px);
}
@media (prefers-color-scheme: dark) {
  :host {
    --surface: var(--seedwarden-surface, #182123);
    --ground: var(--seedwarden-ground, #11191a);
    --ink: var(--seedwarden-ink, #e6eceb);
    --muted: var(--seedwarden-muted, #a5b4b5);
    --line: var(--seedwarden-line, #2e3b3d);
    --edge: #76878a;
    --mine: var(--seedwarden-mine, #1f3f3b);
    --person: #2d2846; --person-ink: #cfc6ff;
    --caution: #38300f; --caution-ink: #f3dc9a;
    --danger: #43201c; --danger-ink: #ffc9c2;
    --good: #7fd6a6;
  }
}
*, ::before, ::after { box-sizing: border-box }
[hidden] { display: none !important }
p, h2, ol { margin: 0; padding: 0 }
button, textarea { font: inherit; color: inherit }
button { min-height: 44px; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
svg {
  inline-size: 1.35em; block-size: 1.35em; flex: none; fill: none;
  stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
}
.unseen-text {
  position: absolute; inline-size: 1px; block-size: 1px; margin: -1px;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}

.panel {
  position: fixed; z-index: var(--seedwarden-z, 2147483000); inset: auto 1rem 1rem auto;
  inline-size: min(26rem, 100vw - 2rem); block-size: min(44rem, 100dvh - 2rem);
  max-inline-size: none; max-block-size: none; margin: 0; padding: 0;
  font-size: 1rem; line-height: 1.55; color: var(--ink); background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden;
  box-shadow: 0 4px 12px rgb(10 30 30 / .1), 0 16px 48px rgb(10 30 30 / .22);
}
.panel[open] { display: flex; flex-direction: column; animation: rise .18s ease-out }
.panel:focus { outline: none }
.panel::backdrop { background: none }
@keyframes rise { from { opacity: 0; transform: translateY(12px) } }

.head { flex: none; border-block-end: 1px solid var(--line) }
.bar { display: flex; align-items: center; gap: .15rem; padding: .5rem .5rem .25rem 1.1rem }
h2 { flex: 1; min-inline-size: 0; font-size: 1.0625rem; font-weight: 650 }
.languages { display: flex; margin-inline-end: .2rem; border: 1px solid var(--line); border-radius: 2rem; padding: 2px }
.languages button {
  min-height: 40px; min-inline-size: 40px; padding: 0 .4rem; font-size: .875rem; color: var(--muted);
  background: none; border: 1px solid transparent; border-radius: 2rem;
}
.languages [aria-pressed="true"] { color: var(--ink); background: var(--mine); font-weight: 600 }
.close, .menu, .clip {
  flex: none; display: grid; place-items: center; inline-size: 44px; padding: 0;
  background: none; border: 1px solid transparent; border-radius: 50%;
}
.menu svg { stroke-width: 3.5 }
.close:hover, .menu:hover, .clip:hover, .languages button:hover { background: var(--ground) }
.languages [aria-pressed="true"]:hover { background: var(--mine) }
.who {
  display: flex; gap: .55rem; align-items: baseline; padding: 0 1.1rem .65rem;
  font-size: .875rem; line-height: 1.4; color: var(--muted);
}
.dot {
  flex: none; inline-size: .6rem; block-size: .6rem; border-radius: 50%;
  border: 2px solid currentColor; background: none;
}
.who_bot .dot { border-color: var(--accent); background: var(--accent) }
.who_human { color: var(--ink); font-weight: 600 }
.mark { display: block; margin-block-start: .15rem; font-size: .8125rem; color: var(--muted) }
.mark > span { font-weight: 400 }
.who_human .dot { border-color: var(--good); background: var(--good) }
.who_lost { color: var(--danger-ink); font-weight: 600 }
.who_lost .dot { border-radius: 2px; background: currentColor }

.rest { position: relative; display: flex; flex: 1; flex-direction: column; min-block-size: 0 }
.body { position: relative; display: flex; flex: 1; flex-direction: column; min-block-size: 0 }
.log {
  flex: 1; min-block-size: 0; padding: 1rem 1.1rem; overflow-y: auto;
  overscroll-behavior: contain; background: var(--ground); position: relative;
}
.log:focus-visible { outline-offset: -4px }
.log ol { display: flex; flex-direction: column; gap: 1rem; list-style: none; min-block-size: 100% }
.item { align-self: flex-start; max-inline-size: 88%; min-inline-size: 0 }
.item.customer { align-self: flex-end }
.author, .foot { font-size: .8125rem; color: var(--muted); padding-inline: .2rem }
.author { margin-block-end: .2rem; font-weight: 600 }
.foot { margin-block-start: .2rem; font-variant-numeric: tabular-nums }
.item.customer > .author, .item.customer > .foot { text-align: end }
.text {
  padding: .7rem .95rem; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--surface); border: 1px solid var(--line);
  border-radius: 4px var(--radius) var(--radius) var(--radius);
}
.customer .text {
  background: var(--mine); border-color: transparent;
  border-radius: var(--radius) 4px var(--radius) var(--radius);
}
.agent .text { background: var(--person); border-color: transparent }
.agent .author { color: var(--person-ink) }
/* Answers given in one breath: one time is enough. */
.item.bot:has(+ .item.bot) > .foot { display: none }
.item.bot + .item.bot { margin-block-start: -.35rem }
.item.system { align-self: center; max-inline-size: 100%; text-align: center }
.system .text { background: none; border-style: dashed; border-radius: 10px; font-size: .9375rem }
.pending .text { opacity: .72 }
.unsent .text { background: none; border: 1px dashed var(--danger-ink) }
.unsent .foot { color: var(--danger-ink) }
.text a { color: var(--accent); text-underline-offset: 2px; overflow-wrap: anywhere }
.hidden-note {
  margin-block-start: .4rem; padding: .5rem .8rem; font-size: .875rem;
  color: var(--caution-ink); background: var(--caution); border-radius: 10px;
}
.choices { display: flex; flex-wrap: wrap; gap: .5rem; margin-block-start: .6rem }
.choices button, .retry, .notice button {
  padding: .35rem 1rem; text-align: start; color: var(--accent); background: var(--surface);
  border: 1.5px solid var(--accent); border-radius: 1.4rem; font-weight: 550;
}
.choices button:hover, .retry:hover, .notice button:hover { background: var(--mine) }
.retry { display: block; margin: .4rem 0 0 auto }

.typing {
  display: flex; align-items: center; gap: .6rem; padding: .35rem 1.1rem .6rem;
  font-size: .875rem; color: var(--muted); background: var(--ground);
}
.dots { display: inline-flex; gap: 4px }
.dots i {
  inline-size: 6px; block-size: 6px; border-radius: 50%; background: currentColor;
  animation: breathe 1.2s infinite ease-in-out;
}
.dots i:nth-child(2) { animation-delay: .18s }
.dots i:nth-child(3) { animation-delay: .36s }
@keyframes breathe { 50% { opacity: .25 } }
.newer {
  position: absolute; inset-block-end: .75rem; inset-inline-end: .9rem; inline-size: 44px; padding: 0;
  display: grid; place-items: center; color: var(--on-accent); background: var(--accent);
  border: 1px solid transparent; border-radius: 50%; box-shadow: 0 2px 10px rgb(10 30 30 / .25);
}

.base {
  flex: none; padding: .6rem .85rem max(.85rem, env(safe-area-inset-bottom));
  border-block-start: 1px solid var(--line);
}
.notice:not(:empty) {
  display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-block-end: .6rem;
  padding: .6rem .85rem; font-size: .9375rem; color: var(--caution-ink);
  background: var(--caution); border-radius: 10px;
}
.notice p { flex: 1 1 16rem }
.never {
  display: flex; align-items: center; gap: .45rem; padding: 0 .25rem .5rem;
  font-size: .8125rem; line-height: 1.35; color: var(--muted);
}
.never svg { color: var(--accent) }
.composer { display: flex; align-items: flex-end; gap: .35rem }
textarea {
  flex: 1; min-inline-size: 0; min-block-size: 46px; max-block-size: min(9.5rem, 30dvh);
  padding: .6rem .85rem; resize: none; font-size: 1rem; line-height: 1.5;
  color: var(--ink); background: var(--surface);
  border: 1.5px solid var(--edge); border-radius: 14px;
}
textarea::placeholder { color: var(--muted); opacity: 1 }
textarea:focus-visible { outline-offset: 0; border-color: var(--accent) }
.send {
  display: grid; place-items: center; inline-size: 46px; min-height: 46px; padding: 0; flex: none;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent;
  border-radius: 14px;
}
.send:hover { filter: brightness(1.08) }
:disabled { opacity: .55; cursor: default }

@media (max-height: 480px) { .mark > span { display: none } }
@media (max-width: 640px), (max-height: 480px) {
  .panel {
    inset: var(--view-top, 0) 0 auto 0; inline-size: 100%;
    block-size: var(--view-height, 100dvh); border: 0; border-radius: 0;
  }
  .bar { padding-block-start: max(.5rem, env(safe-area-inset-top)) }
}
/* A page enlarged four times leaves little room: then the whole panel scrolls, not the log alone. */
@media (max-height: 300px) {
  .panel[open], .rest { display: block; overflow-y: auto }
  .log { max-block-size: none; overflow: visible }
}
@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; scroll-behavior: auto !important }
}
@media (forced-colors: active) {
  .dot, .dots i { background: CanvasText; border-color: CanvasText }
  .who_start .dot, .who_queue .dot { background: Canvas }
  .customer .text { border-color: CanvasText }
  .languages [aria-pressed="true"] { border-color: Highlight }
}
`;

/** The panel's style sheet. */
export function sheet() {
  const made = new CSSStyleSheet();
  made.replaceSync(CSS);
  return made;
}
