import { h, icon } from "./dom.js";
import { LANGUAGES, SHORT, TAGS, clock, say } from "./words.js";

/**
 * The panel's elements and their words. It knows nothing of the network.
 * `on` has `close()`, `submit()`, `language(id)`, `toEnd()`, `menu()` and `clip()`.
 */
export class Panel {
  card = null; // closes what lies over the conversation (widget-parts/card.js)
  #on;
  #words = []; // [node, key, attribute or null]
  #language = "en";
  #who = ["who_start"];
  #notice = null; // [key, params, action]
  #typing = "";

  constructor(on) {
    this.#on = on;
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
    this.field = this.#makeField();
    this.sendButton = h("button", { type: "submit", class: "send" }, icon("send"));
    this.node = h("dialog", { class: "panel", "aria-labelledby": "title", tabindex: "-1" });
    this.rest = h("div", { class: "rest" }, this.#makeBody(), this.#makeFoot());
    this.node.append(this.#makeHead(), this.rest);
    this.#word(this.log, "log", "aria-label");
    this.#word(this.field, this.languages.hidden ? "hint_one" : "hint", "placeholder");
    this.#name(this.sendButton, "send");
  }

  setLanguage(language) {
    this.#language = language;
    this.node.lang = TAGS[language];
    for (const [node, key, attribute] of this.#words) {
      if (attribute) node.setAttribute(attribute, this.#say(key));
      else node.textContent = this.#say(key);
    }
    for (const button of this.languages.children) {
      button.setAttribute("aria-pressed", String(button.value === language));
    }
    this.setWho(...this.#who);
    this.setTyping(this.#typing);
    if (this.#notice) this.#drawNotice();
  }

  /** `key` is one of the `who_…` words; the line is coloured, but never by colour alone. */
  setWho(key, told = {}) {
    this.#who = [key, told];
    const { mark } = told;
    const shown = this.#say(key, { ...told, since: clock(this.#language, told.since) });
    const lines = [h("span", {}, shown)];
    if (mark) {
      const name = h("b", {}, this.#say("who_mark", { mark }));
      lines.push(h("span", { class: "mark" }, name, " ", h("span", {}, this.#say("who_sign"))));
    }
    this.who.className = `who ${key}`;
    const all = h("span", {}, ...lines);
    // What did not change is not read aloud again.
    if (this.who.lastChild.textContent !== all.textContent) this.who.lastChild.replaceWith(all);
  }

  /** `key` is `bot_writing`, `agent_writing` or nothing. */
  setTyping(key) {
    this.#typing = key;
    this.typing.hidden = !key;
    const text = key ? this.#say(key) : "";
    if (this.typing.lastChild.textContent === text) return;
    this.typing.lastChild.textContent = text;
    this.status.textContent = text;
  }

  /** Shows an error or a hint until the next one; `action` is `[key, function]`. */
  setNotice(key, params = {}, action = null) {
    this.#notice = key ? [key, params, action] : null;
    this.#drawNotice();
  }

  get noticeKey() {
    return this.#notice?.[0] ?? null;
  }

  tell(key) {
    this.status.textContent = this.#say(key);
  }

  setUnseen(unseen) {
    this.newer.hidden = !unseen;
  }

  setUsable(usable) {
    for (const part of [this.field, this.sendButton, this.clip]) part.disabled = !usable;
  }

  #say(key, params) {
    return say(this.#language, key, params);
  }

  #word(node, key, attribute = null) {
    this.#words.push([node, key, attribute]);
    return node;
  }

  // A button without words: its name for the ear and for the pointer.
  #name(node, key) {
    this.#word(node, key, "aria-label");
    return this.#word(node, key, "title");
  }

  #button(name, sign, onclick) {
    return this.#name(h("button", { type: "button", class: name, onclick }, icon(sign)), name);
  }

  #drawNotice() {
    if (!this.#notice) {
      this.notice.replaceChildren();
      return;
    }
    const [key, params, action] = this.#notice;
    const kind = this.#say(params.kind);
    const parts = [h("p", {}, this.#say(key, { ...params, kind }))];
    if (action) {
      parts.push(h("button", { type: "button", onclick: action[1] }, this.#say(action[0])));
    }
    this.notice.replaceChildren(...parts);
  }

  #makeField() {
    // Some browsers and extensions send what is typed to a spelling service: not here.
    const quiet = { spellcheck: "false", autocomplete: "off", "data-gramm": "false" };
    return h("textarea", { id: "field", rows: "1", enterkeyhint: "send", ...quiet });
  }

  #makeHead() {
    const title = this.#word(h("h2", { id: "title" }), "title");
    const close = this.#button("close", "close", this.#on.close);
    this.menu = this.#button("menu", "menu", this.#on.menu);
    this.menu.setAttribute("aria-haspopup", "dialog");
    this.languages = h("div", { class: "languages", role: "group" });
    for (const [id, name] of Object.entries(LANGUAGES)) {
      const onclick = () => this.#on.language(id);
      const named = { value: id, lang: TAGS[id], "aria-label": name, title: name };
      this.languages.append(h("button", { type: "button", onclick, ...named }, SHORT[id]));
    }
    this.languages.hidden = this.languages.children.length < 2;
    this.who = h("p", { class: "who", role: "status" }, h("span", { class: "dot" }), h("span"));
    this.#word(this.languages, "language", "aria-label");
    const bar = h("div", { class: "bar" }, title, this.languages, this.menu, close);
    return h("div", { class: "head" }, bar, this.who);
  }

  #makeBody() {
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.typing = h("p", { class: "typing", hidden: true }, dots, h("span", {}));
    this.newer = this.#button("newer", "down", this.#on.toEnd);
    this.newer.hidden = true;
    return h("div", { class: "body" }, this.log, this.typing, this.newer);
  }

  #makeFoot() {
    this.notice = h("div", { class: "notice", role: "alert" });
    this.status = h("p", { class: "unseen-text", role: "status" });
    const never = h("p", { class: "never" }, icon("shield"), this.#word(h("span"), "never"));
    const label = this.#word(h("label", { for: "field", class: "unseen-text" }), "field");
    this.clip = this.#button("clip", "clip", this.#on.clip);
    const form = h("form", { class: "composer" }, label, this.clip, this.field, this.sendButton);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#on.submit();
    });
    return h("div", { class: "base" }, this.notice, never, form, this.status);
  }
}
