import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Inbox } from "./inbox.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { Shape, touch } from "./shape.js";
import { Stream } from "./stream.js";
import { sheet } from "./styles.js";
import { Transcript } from "./transcript.js";
import { Who } from "./who.js";
import { LANGUAGES, pickLanguage } from "./words.js";

/**
 * One conversation in one panel: what the customer does, what the gateway says.
 * `host` has `close()`, `unread(count)` and `language(id)`.
 */
export class Chat {
  language;
  conversation;
  who;
  #host;
  #composer;
  #stream;
  #outbox;
  #shape;
  #inbox;
  #wrote = 0; // when an agent was last told that the customer writes
  #end = new AbortController();

  constructor(host, root, base, language) {
    this.#host = host;
    this.conversation = new Conversation(base);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet()];
    this.panel = this.#makePanel();
    this.#composer = new Composer(this.panel, {
      send: (text) => this.say(text),
      stopped: (kind) => this.conversation.hint("stopped", { body: { kind } }),
      writes: () => this.#writes(),
      files: (files) => this.part("files", files),
    });
    this.who = new Who(this.panel, this.conversation);
    this.transcript = this.#makeTranscript();
    this.#stream = this.#makeStream();
    this.#outbox = this.#makeOutbox();
    this.#inbox = this.#makeInbox();
    this.#shape = new Shape(this.panel.node, () => this.#host.close());
    root.append(this.panel.node);
    this.#setLanguage(language);
    this.#watch(this.#end.signal);
  }

  get shown() {
    return this.panel.node.open;
  }

  show() {
    if (this.shown) return;
    this.#shape.show();
    this.focus();
    this.#begin();
  }

  hide() {
    if (!this.shown) return;
    this.panel.card?.();
    this.#shape.hide();
    if (this.who.quiet) this.#stream.stop();
  }

  focus() {
    if (touch.matches || this.panel.field.disabled) this.panel.node.focus();
    else this.panel.field.focus();
  }

  /** Sends a text as if the customer had typed it (a topic chosen on the page). */
  say(text) {
    this.#outbox.add({ text }, text);
  }

  /** Opens what few need; it is fetched when it is called for. */
  async part(name, ...given) {
    try {
      const { open } = await import(`../widget-parts/${name}.js`);
      open(this, ...given);
    } catch {
      this.panel.setNotice("unready", {}, ["again", () => this.part(name, ...given)]);
    }
  }

  /** The page's language counts until a conversation has one of its own. */
  preferLanguage(language) {
    if (!this.conversation.begun) this.#setLanguage(language);
  }

  /** The element left the page: nothing listens, nothing runs. */
  end() {
    this.hide();
    this.#end.abort();
    this.transcript.end();
    this.#stream.stop();
    this.panel.node.remove();
  }

  #makePanel() {
    return new Panel({
      close: () => this.#host.close(),
      submit: () => this.#composer.submit(),
      language: (id) => this.switchLanguage(id),
      toEnd: () => this.transcript.toEnd(),
      menu: () => this.part("menu"),
      clip: () => this.part("files"),
    });
  }

  #makeTranscript() {
    return new Transcript(this.panel.log, {
      choice: (id, label) => this.#choose(id, label),
      retry: (clientId) => this.#retry(clientId),
      unseen: (unseen) => this.panel.setUnseen(unseen),
    });
  }

  #makeStream() {
    const open = (cursor, signal) => this.conversation.events(cursor, signal);
    return new Stream(open, {
      event: (type, content) => this.#inbox.hear(type, content),
      state: (failures) => this.who.connection(failures),
      expired: () => this.expire(),
    });
  }

  #makeOutbox() {
    return new Outbox({
      send: (letter) => this.#deliver(letter),
      sending: (clientId, label) => this.transcript.addPending(clientId, label),
      sent: (clientId, answer) => this.#sent(clientId, answer),
      failed: (letters, error) => this.#undelivered(letters, error),
      idle: () => this.#settleDown(),
    });
  }

  #makeInbox() {
    return new Inbox(this.transcript, this.who, {
      heard: (messages) => this.#heard(messages),
      awaits: () => this.#outbox.busy,
      refetch: () => this.#refetch(),
    });
  }

  #watch(signal) {
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    addEventListener("online", () => this.#online(), { signal });
    addEventListener("offline", () => this.panel.setNotice("offline"), { signal });
    this.#shape.watch(signal);
    this.#composer.watch(signal);
    this.conversation.watch(() => this.#anew(), signal);
  }

  #begin() {
    if (!navigator.onLine) this.panel.setNotice("offline");
    this.#ensure().then(
      () => this.#listen(),
      (error) => this.#unready(error),
    );
  }

  #ensure() {
    return this.conversation.ensure(this.language, (...found) => this.#found(...found));
  }

  // What is in a conversation that was begun or resumed.
  async #found({ messages = [], owner, last_seq }, resumed) {
    if (resumed) {
      this.who.owner = owner;
      this.transcript.addQuietly(messages);
      this.#stream.cursor = last_seq ?? 0;
      this.#followLanguage(messages);
    } else this.#inbox.take(messages);
    this.panel.setNotice(null);
    await this.who.ask();
  }

  #unready(error) {
    const key = error.kind === "busy" ? "busy" : "unready";
    const again = ["again", () => this.#begin()];
    this.panel.setWho("who_lost");
    this.panel.setNotice(key, { seconds: error.retryAfter || 60 }, again);
  }

  #listen() {
    if (this.conversation.session && !document.hidden) this.#stream.start();
  }

  /** The conversation is over; `reason` is "expired", "closed" or "erased". */
  expire(reason = "expired") {
    this.panel.card?.();
    this.#stream.stop();
    this.conversation.leave(true);
    this.panel.setUsable(false);
    this.panel.setTyping("");
    if (reason === "erased") this.transcript.clear();
    this.who.over(reason === "expired" ? "who_lost" : "who_closed");
    this.panel.setNotice(reason, {}, ["anew", () => this.#anew()]);
  }

  #anew() {
    this.panel.card?.();
    this.#stream.stop();
    this.conversation.leave(false);
    this.transcript.clear();
    this.#outbox.clear();
    this.#inbox.clear();
    this.#stream.cursor = 0;
    this.who.reset();
    this.panel.setNotice(null);
    this.panel.setUsable(true);
    if (!this.shown) return;
    this.focus();
    this.#begin();
  }

  async #refetch() {
    try {
      const listed = await this.conversation.list();
      if (!listed) return;
      this.#stream.cursor = Math.max(this.#stream.cursor, listed.last_seq ?? 0);
      this.#inbox.hold(listed.messages);
      this.who.ask();
    } catch (error) {
      if (error.kind === "expired") this.expire();
    }
  }

  // What was said that was not here yet.
  #heard(messages) {
    this.#followLanguage(messages);
    this.panel.setTyping("");
    if (!this.shown) this.#host.unread(messages.length);
  }

  #choose(choice, label) {
    this.focus(); // the button is about to go
    this.#outbox.add({ choice }, label);
  }

  switchLanguage(id) {
    if (id === this.language) return;
    this.#setLanguage(id);
    if (this.conversation.session) this.#outbox.add({ choice: `language:${id}` }, LANGUAGES[id]);
  }

  #retry(clientId) {
    this.panel.setNotice(null);
    this.#outbox.retry(clientId);
  }

  async #deliver(letter) {
    await this.#ensure();
    if (this.who.owner === "bot") this.panel.setTyping("bot_writing");
    return this.conversation.send(letter);
  }

  #sent(clientId, { message, replies = [], owner }) {
    this.transcript.settle(clientId, message);
    this.#inbox.take(replies);
    this.#inbox.release();
    // The turn itself may have called for a person.
    this.who.is(owner);
    this.#listen();
  }

  #settleDown() {
    this.panel.setTyping("");
    this.#inbox.release();
  }

  #undelivered(letters, error) {
    if (error.useless) {
      for (const { client_id } of letters) this.transcript.drop(client_id);
      this.#composer.giveBack(letters.map(({ text }) => text));
    } else for (const { client_id } of letters) this.transcript.fail(client_id);
    if (error.final) this.expire(error.kind);
    else {
      const count = [...(letters[0].text ?? "")].length;
      this.panel.setNotice(error.kind ?? "broken", { seconds: error.retryAfter || 30, count });
    }
    return error.useless;
  }

  // While a person answers they may see that somebody writes; what, only when it is sent.
  #writes() {
    if (this.who.owner !== "human" || Date.now() - this.#wrote < 4000) return;
    this.#wrote = Date.now();
    this.conversation.hint("typing", { method: "POST" });
  }

  #seen() {
    if (document.hidden) {
      if (this.who.quiet) this.#stream.stop();
    } else if (this.shown) {
      this.#listen();
      this.#stream.nudge();
    }
  }

  #online() {
    this.panel.setNotice(null);
    this.panel.tell("back");
    this.#stream.nudge();
    this.#outbox.retry();
    if (this.shown && !this.conversation.session) this.#begin();
  }

  #setLanguage(language) {
    this.language = language;
    this.panel.setLanguage(language);
    this.transcript.setLanguage(language);
    this.#host.language(language);
  }

  // The customer may have changed the language by a word: the frame goes along with the bot.
  #followLanguage(messages) {
    const last = messages.findLast(({ author }) => author === "bot");
    if (last && !this.#outbox.changesLanguage) this.#setLanguage(pickLanguage(last.language));
  }
}
