import { h, withLinks } from "./dom.js";
import { TAGS, clock, say } from "./words.js";

const NEAR = 80; // px from the end that still count as "reading the end"

/**
 * What was said, in order of sequence numbers. A message is shown once however often and by
 * whichever road it arrives; a later version (redacted afterwards) takes the earlier one's place.
 */
export class Transcript {
  language = "en";
  #log; // what scrolls and is read aloud
  #list; // the list inside it
  #on;
  #room;
  #height = 0; // of the log, when its end was last looked for
  #following = true;
  #items = new Map(); // seq → {message, node}
  #pending = new Map(); // client id → {text, at, state, node}

  /** `on` has `choice(id, label)`, `retry(clientId)` and `unseen(boolean)`. */
  constructor(log, on) {
    this.#log = log;
    this.#list = h("ol");
    log.append(this.#list);
    this.#on = on;
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A notice or an open keyboard takes room: who read the end goes on reading the end.
    this.#room = new ResizeObserver(() => {
      this.#height = log.clientHeight;
      if (this.#following) this.toEnd();
    });
    this.#room.observe(log);
  }

  end() {
    this.#room.disconnect();
  }

  clear() {
    this.#items.clear();
    this.#pending.clear();
    this.#list.replaceChildren();
  }

  /** Shows messages; returns those that were not there before. */
  add(messages) {
    const reading = this.#following;
    const fresh = messages.filter((message) => this.#put(message));
    this.#refreshChoices();
    if (fresh.length) this.#reveal(this.#items.get(fresh[0].seq).node, reading);
    return fresh;
  }

  /** Shows history without reading all of it aloud. */
  addQuietly(messages) {
    this.#quietly(() => {
      for (const message of messages) this.#put(message);
      this.#refreshChoices();
    });
    this.toEnd();
  }

  /** Shows what is on its way, at the end, before the gateway has numbered it; again: a retry. */
  addPending(clientId, text) {
    if (this.#pending.has(clientId)) {
      this.#setState(clientId, "sending");
      return;
    }
    const pending = { text, at: new Date().toISOString(), state: "sending" };
    pending.node = h("li", { class: "item customer pending" });
    this.#pending.set(clientId, pending);
    this.#drawPending(clientId);
    this.#list.append(pending.node);
    this.#refreshChoices();
    this.toEnd();
  }

  /** The gateway has it: the pending one gives way to what was really stored. */
  settle(clientId, message) {
    const pending = this.#pending.get(clientId);
    this.#pending.delete(clientId);
    if (pending && !this.#items.has(message.seq)) this.#adopt(pending, message);
    else pending?.node.remove();
    this.add([message]);
  }

  fail(clientId) {
    this.#setState(clientId, "unsent");
  }

  drop(clientId) {
    this.#pending.get(clientId)?.node.remove();
    this.#pending.delete(clientId);
    this.#refreshChoices();
  }

  setLanguage(language) {
    if (language === this.language) return;
    this.language = language;
    this.#quietly(() => {
      for (const item of this.#items.values()) this.#draw(item);
      for (const clientId of this.#pending.keys()) this.#drawPending(clientId);
      this.#refreshChoices();
    });
  }

  toEnd() {
    this.#following = true;
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#on.unseen(false);
  }

  #say(key, params) {
    return say(this.language, key, params);
  }

  #put(message) {
    const known = this.#items.get(message.seq);
    if (known) {
      if (known.message.text !== message.text) this.#draw(Object.assign(known, { message }));
      return false;
    }
    const item = { message, node: h("li") };
    this.#draw(item);
    this.#items.set(message.seq, item);
    this.#list.insertBefore(item.node, this.#after(message.seq));
    return true;
  }

  #adopt(pending, message) {
    const item = { message, node: pending.node };
    this.#quietly(() => this.#draw(item));
    this.#items.set(message.seq, item);
    this.#list.insertBefore(item.node, this.#after(message.seq));
  }

  // The node before which a message belongs: the next number, else the first one on its way.
  #after(seq) {
    let next = null;
    for (const item of this.#items.values()) {
      const { seq: other } = item.message;
      if (other > seq && (!next || other < next.message.seq)) next = item;
    }
    return next?.node ?? this.#pending.values().next().value?.node ?? null;
  }

  #draw(item) {
    const { message, node } = item;
    node.className = `item ${message.author}`;
    node.dataset.seq = message.seq;
    const text = message.author === "bot" ? withLinks(message.text) : [message.text];
    const lang = TAGS[message.language] ?? null;
    node.replaceChildren(
      this.#head(message.author),
      h("p", { class: "text", lang, dir: "auto" }, ...text),
      ...this.#hidden(message),
      this.#foot(message.at, message.author === "customer" ? this.#say("received") : ""),
    );
    item.choices = null;
  }

  #drawPending(clientId) {
    const { node, text, at, state } = this.#pending.get(clientId);
    node.className = `item customer ${state === "unsent" ? "unsent" : "pending"}`;
    const again = h("button", { type: "button", class: "retry" }, this.#say("retry"));
    again.addEventListener("click", () => this.#on.retry(clientId));
    node.replaceChildren(
      this.#head("customer"),
      h("p", { class: "text", dir: "auto" }, text),
      this.#foot(at, this.#say(state)),
      ...(state === "unsent" ? [again] : []),
    );
  }

  #head(author) {
    return h("p", { class: "author" }, this.#say(author === "customer" ? "you" : author));
  }

  #foot(at, state) {
    const words = [h("time", { datetime: at }, clock(this.language, at))];
    if (state) words.push(` · ${state}`);
    return h("p", { class: "foot" }, ...words);
  }

  // What kinds are called is fetched when one was found; the text tells it too.
  #hidden({ findings = [] }) {
    if (!findings.length) return [];
    const note = h("p", { class: "hidden-note" });
    import("../widget-parts/kinds.js").then(
      ({ hidden }) => note.append(hidden(this.language, findings)),
      () => note.remove(),
    );
    return [note];
  }

  // Only what the bot said since the customer's last word can still be answered by a click.
  #refreshChoices() {
    const all = [...this.#items.values()];
    const mine = all.filter(({ message }) => message.author === "customer");
    const last = Math.max(0, ...mine.map(({ message }) => message.seq));
    const open = this.#pending.size === 0;
    for (const item of all) {
      const alive = open && item.message.seq > last && item.message.choices?.length;
      if (alive && !item.choices) this.#offer(item);
      else if (!alive && item.choices) {
        item.choices.remove();
        item.choices = null;
      }
    }
  }

  #offer(item) {
    const group = { class: "choices", role: "group", "aria-label": this.#say("choices") };
    const buttons = item.message.choices.map(({ id, label }) =>
      h("button", { type: "button", onclick: () => this.#on.choice(id, label) }, label),
    );
    item.choices = h("div", group, ...buttons);
    item.node.append(item.choices);
  }

  #setState(clientId, state) {
    const pending = this.#pending.get(clientId);
    if (!pending) return;
    pending.state = state;
    this.#quietly(() => this.#drawPending(clientId));
  }

  #quietly(work) {
    this.#log.setAttribute("aria-live", "off");
    work();
    // The live region listens again after this change has been taken up by the browser.
    requestAnimationFrame(() => this.#log.setAttribute("aria-live", "polite"));
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    if (clientHeight !== this.#height) return; // the room changed, the reader did not move
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#following) this.#on.unseen(false);
  }

  // A long answer is read from its beginning; somebody who reads higher up is not torn away.
  #reveal(node, reading) {
    if (!reading) {
      this.#on.unseen(true);
      return;
    }
    const end = this.#log.scrollHeight - this.#log.clientHeight;
    const beginning = node.offsetTop - 12;
    this.#log.scrollTop = Math.min(end, beginning);
    this.#following = end - beginning < NEAR;
    this.#on.unseen(!this.#following);
  }
}
