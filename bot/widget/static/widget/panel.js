import { h, icon } from "./dom.js";
import { LANGUAGES, TAGS, say } from "./words.js";

/**
 * The panel's elements and their words. It knows nothing of the network.
 * `on` has `close()`, `submit()`, `language(id)`, `toEnd()`.
 */
export class Panel {
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
    this.node.append(this.#makeHead(), this.#makeBody(), this.#makeFoot());
    this.#word(this.log, "log", "aria-label");
    this.#word(this.field, "hint", "placeholder");
    this.#word(this.sendButton, "send", "aria-label");
    this.#word(this.sendButton, "send", "title");
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
  setWho(key, { name, badge, mark } = {}) {
    this.#who = [key, { name, badge, mark }];
    const parts = [this.#say(key, { name })];
    if (badge) parts.push(this.#say("who_badge", { badge }));
    if (mark) parts.push(this.#say("who_mark", { mark }));
    this.who.className = `who ${key}`;
    const text = parts.join(" · ");
    if (this.who.lastChild.textContent !== text) this.who.lastChild.textContent = text;
  }

  /** `key` is `bot_writing`, `agent_writing` or nothing. */
  setTyping(key) {
    this.#typing = key;
    this.typing.hidden = !key;
    this.typing.lastChild.textContent = key ? this.#say(key) : "";
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
    this.field.disabled = !usable;
    this.sendButton.disabled = !usable;
  }

  #say(key, params) {
    return say(this.#language, key, params);
  }

  #word(node, key, attribute = null) {
    this.#words.push([node, key, attribute]);
    return node;
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
    const close = h("button", { type: "button", class: "close", onclick: this.#on.close }, icon("close"));
    this.languages = h("div", { class: "languages", role: "group" });
    for (const [id, name] of Object.entries(LANGUAGES)) {
      const onclick = () => this.#on.language(id);
      this.languages.append(h("button", { type: "button", value: id, lang: TAGS[id], onclick }, name));
    }
    this.who = h("p", { class: "who", role: "status" }, h("span", { class: "dot" }), h("span"));
    this.#word(close, "close", "aria-label");
    this.#word(this.languages, "language", "aria-label");
    return h("div", { class: "head" }, h("div", { class: "bar" }, title, this.languages, close), this.who);
  }

  #makeBody() {
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.typing = h("p", { class: "typing", hidden: true }, dots, h("span", {}));
    const newer = { type: "button", class: "newer", hidden: true, onclick: this.#on.toEnd };
    this.newer = h("button", newer, icon("down"));
    this.#word(this.newer, "newer", "aria-label");
    this.#word(this.newer, "newer", "title");
    return h("div", { class: "body" }, this.log, this.typing, this.newer);
  }

  #makeFoot() {
    this.notice = h("div", { class: "notice", role: "alert" });
    this.status = h("p", { class: "unseen-text", role: "status" });
    const never = h("p", { class: "never" }, icon("shield"), this.#word(h("span"), "never"));
    const label = this.#word(h("label", { for: "field", class: "unseen-text" }), "field");
    const form = h("form", { class: "composer" }, label, this.field, this.sendButton);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#on.submit();
    });
    return h("div", { class: "base" }, this.notice, never, form, this.status);
  }
}
