// <seedwarden-chat>: one script tag, one element. This file is the button alone; the chat itself
// (static/widget/) is fetched when somebody reaches for it.

const WORDS = {
  en: { open: "Chat with support", unread: "new", failed: "The chat could not be loaded. Try again" },
  zh: { open: "联系客服", unread: "条新消息", failed: "对话加载失败，请重试" },
};

// What the chat is made of: asked for side by side, so that a far server is waited for once.
const FILES =
  "before-send chat client composer conversation dom inbox outbox panel shape stream styles transcript who words";

// The names that are ours, written in by the gateway (SEEDWARDEN_PUBLIC_URL and the allowed origins);
// a page of another name that shows this button is a copy. Empty: nobody told.
const HOSTS = [];
const COPY =
  "这个网页是仿冒的，不要输入任何内容。 This page is a copy and not ours. Enter nothing here. 官方网址 / Our address: ";

const LAUNCHER = `
:host {
  --accent: var(--seedwarden-accent, #1c5d56);
  --on-accent: var(--seedwarden-on-accent, #fff);
  font: 1rem/1.5 var(--seedwarden-font, system-ui, -apple-system, "Segoe UI", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif);
}
:host([hidden]) { display: none }
.launcher {
  position: fixed; z-index: var(--seedwarden-z, 2147483000);
  inset-block-end: max(1rem, env(safe-area-inset-bottom));
  inset-inline-end: max(1rem, env(safe-area-inset-right));
  display: flex; align-items: center; gap: .6rem; min-height: 3.25rem; padding: 0 1.35rem;
  font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent);
  border: 1px solid transparent; border-radius: 2rem; cursor: pointer;
  box-shadow: 0 2px 4px rgb(10 30 30 / .12), 0 8px 24px rgb(10 30 30 / .18);
}
.launcher:hover { filter: brightness(1.08) }
.launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px }
.launcher[hidden], .unread[hidden] { display: none }
.launcher::before {
  content: ""; inline-size: .65rem; block-size: .65rem; border-radius: 50%;
  background: currentColor; opacity: .85;
}
.copy {
  position: fixed; z-index: 2147483647; inset: auto 0 0 0; margin: 0; padding: 1rem 1.25rem;
  font-weight: 600; color: #fff; background: #8c1d13; border: 3px solid #fff;
}
.unread {
  padding: 0 .55rem; border-radius: 1rem; font-size: .875rem;
  color: var(--accent); background: var(--on-accent);
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--seedwarden-accent, #8fd0c4);
    --on-accent: var(--seedwarden-on-accent, #06201c);
  }
}
@media print { .launcher { display: none } }
`;

class SeedwardenChat extends HTMLElement {
  static observedAttributes = ["lang"];
  #root = this.attachShadow({ mode: "open" });
  #button = document.createElement("button");
  #label = document.createElement("span");
  #badge = document.createElement("span");
  #chat = null;
  #loading = null;
  #unread = 0;
  #language = "en";
  #base = new URL("api/v1/", import.meta.url);

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LAUNCHER);
    this.#root.adoptedStyleSheets = [sheet];
    this.#button.type = "button";
    this.#button.className = "launcher";
    this.#button.setAttribute("aria-haspopup", "dialog");
    this.#badge.className = "unread";
    this.#button.append(this.#label, this.#badge);
    this.#button.addEventListener("click", () => this.open());
    for (const type of ["pointerenter", "focus"]) {
      this.#button.addEventListener(type, () => this.#load().catch(() => {}), { once: true });
    }
    this.#root.append(this.#button);
    this.#draw();
  }

  connectedCallback() {
    if (isCopy()) {
      this.#warn();
      return;
    }
    this.#follow(this.lang || document.documentElement.lang);
    if (remembered()) this.open();
  }

  disconnectedCallback() {
    this.#chat?.end();
    this.#chat = null;
    this.#button.hidden = false;
  }

  attributeChangedCallback(_name, _before, language) {
    this.#follow(language);
  }

  // Nothing can be written on a page that only looks like ours.
  #warn() {
    const warning = document.createElement("p");
    warning.className = "copy";
    warning.setAttribute("role", "alert");
    warning.textContent = COPY + HOSTS[0];
    this.#root.replaceChildren(warning);
  }

  /** Opens the panel; `say` is sent as the customer's message. */
  async open({ say = "" } = {}) {
    if (isCopy()) return;
    try {
      await this.#load();
    } catch {
      this.#label.textContent = WORDS[this.#language].failed;
      return;
    }
    if (!this.isConnected) return;
    remember(true);
    this.#unread = 0;
    this.#button.hidden = true;
    this.#chat.show();
    this.#draw();
    if (say) this.#chat.say(say);
  }

  /** Closes the panel and gives the focus back to the button. */
  close() {
    remember(false);
    this.#chat?.hide();
    this.#button.hidden = false;
    this.#button.focus();
  }

  async #load() {
    this.#loading ??= fetched().catch((error) => {
      this.#loading = null;
      throw error;
    });
    const { Chat } = await this.#loading;
    if (!this.isConnected) return;
    this.#chat ??= new Chat(this.#hooks(), this.#root, this.#base, this.#language);
  }

  #hooks() {
    return {
      close: () => this.close(),
      unread: (count) => {
        this.#unread += count;
        this.#draw();
      },
      language: (language) => {
        this.#language = language;
        this.#draw();
      },
    };
  }

  #follow(tag) {
    this.#language = /^zh\b/i.test(tag ?? "") ? "zh" : "en";
    this.#chat?.preferLanguage(this.#language);
    this.#draw();
  }

  #draw() {
    const words = WORDS[this.#language];
    this.#button.lang = this.#language === "zh" ? "zh-Hans" : "en";
    this.#label.textContent = words.open;
    this.#badge.hidden = !this.#unread;
    this.#badge.textContent = this.#unread ? `${this.#unread} ${words.unread}` : "";
  }
}

// One that does not come is missed by the chat, which then does not come either.
function fetched() {
  for (const name of FILES.split(" ")) import(`./static/widget/${name}.js`).catch(() => {});
  return import("./static/widget/chat.js");
}

// Whether the panel was open when the page was left; storage may be forbidden.
const OPEN = "seedwarden-chat-open";

function remember(open) {
  try {
    if (open) sessionStorage.setItem(OPEN, "1");
    else sessionStorage.removeItem(OPEN);
  } catch {
    // Then the panel is closed after a reload, and one click brings it back.
  }
}

function isCopy() {
  return HOSTS.length > 0 && !HOSTS.includes(location.hostname);
}

function remembered() {
  try {
    return sessionStorage.getItem(OPEN) === "1";
  } catch {
    return false;
  }
}

customElements.define("seedwarden-chat", SeedwardenChat);
