import { beforeSend } from "./before-send.js";
import { Client } from "./client.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import * as stored from "./session.js";
import { Shape, touch } from "./shape.js";
import { Stream } from "./stream.js";
import { sheet } from "./styles.js";
import { Transcript } from "./transcript.js";
import { LANGUAGES, pickLanguage } from "./words.js";

const LONGEST = 2000; // characters, as the gateway counts them
const TYPING_FOR = 6000; // ms that one sign of typing is believed
const FAULTS = ["long", "busy", "refused", "gone", "network"];
const FINAL = ["expired", "closed"]; // the conversation is over
const NOT_AS_IT_IS = ["long", "refused", "gone", ...FINAL]; // sending it again would not help

/**
 * One conversation in one panel: what the customer does, what the gateway says.
 * `host` has `close()`, `unread(count)` and `language(id)`.
 */
export class Chat {
  #host;
  #client;
  #stream;
  #outbox;
  #shape;
  #session = null;
  #ready = null; // the promise of a session while one is being made
  #language;
  #owner = "bot";
  #lost = false;
  #checking = false;
  #held = []; // messages of the stream that wait for the answer to a send
  #typingTimer = 0;
  #end = new AbortController();

  constructor(host, root, base, language) {
    this.#host = host;
    this.#client = new Client(base);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet()];
    this.panel = this.#makePanel();
    this.transcript = this.#makeTranscript();
    this.#stream = this.#makeStream();
    this.#outbox = this.#makeOutbox();
    this.#shape = new Shape(this.panel.node);
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
    this.#shape.hide();
    if (this.#quiet) this.#stream.stop();
  }

  focus() {
    if (touch.matches || this.panel.field.disabled) this.panel.node.focus();
    else this.panel.field.focus();
  }

  /** Sends a text as if the customer had typed it (a topic chosen on the page). */
  say(text) {
    this.#outbox.add({ text }, text);
  }

  /** The page's language counts until a conversation has one of its own. */
  preferLanguage(language) {
    if (!this.#session && !this.#ready) this.#setLanguage(language);
  }

  /** The element left the page: nothing listens, nothing runs. */
  end() {
    this.hide();
    this.#end.abort();
    this.transcript.end();
    this.#stream.stop();
    this.panel.node.remove();
  }

  // ---- putting together -------------------------------------------------------------------

  #makePanel() {
    return new Panel({
      close: () => this.#host.close(),
      submit: () => this.#submit(),
      language: (id) => this.#switchLanguage(id),
      toEnd: () => this.transcript.toEnd(),
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
    const open = (cursor, signal) => this.#client.events(this.#session, cursor, signal);
    return new Stream(open, {
      event: (type, content) => this.#hear(type, content),
      state: (failures) => this.#connection(failures),
      expired: () => this.#expire(),
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

  #watch(signal) {
    const { field, node } = this.panel;
    field.addEventListener("keydown", (event) => this.#fieldKey(event), { signal });
    field.addEventListener("input", () => this.#grow(), { signal });
    node.addEventListener("keydown", (event) => this.#panelKey(event), { signal });
    node.addEventListener("cancel", (event) => this.#cancel(event), { signal });
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    addEventListener("online", () => this.#online(), { signal });
    addEventListener("offline", () => this.panel.setNotice("offline"), { signal });
    this.#shape.watch(signal);
    stored.watch((session) => this.#otherTab(session), signal);
  }

  // ---- the conversation -------------------------------------------------------------------

  #begin() {
    if (!navigator.onLine) this.panel.setNotice("offline");
    this.#ensure().then(
      () => this.#listen(),
      (error) => this.#unready(error),
    );
  }

  // One conversation, however many callers ask for it at once.
  #ensure() {
    if (this.#session) return Promise.resolve();
    this.#ready ??= this.#resumeOrCreate().finally(() => {
      this.#ready = null;
    });
    return this.#ready;
  }

  async #resumeOrCreate() {
    const known = stored.load();
    if (!known || !(await this.#resume(known))) await this.#create();
    this.panel.setNotice(null);
    await this.#askWho();
  }

  async #create() {
    const made = await this.#client.create(this.#language);
    stored.save(made);
    this.#session = made;
    this.#take(made.messages ?? []);
  }

  async #resume(session) {
    try {
      const { messages, owner, last_seq } = await this.#client.list(session);
      this.#session = session;
      this.#owner = owner;
      this.transcript.addQuietly(messages);
      this.#stream.cursor = last_seq ?? 0;
      this.#followLanguage(messages);
      return true;
    } catch (error) {
      if (error.kind !== "expired") throw error;
      stored.forget();
      return false;
    }
  }

  #unready(error) {
    const key = error.kind === "busy" ? "busy" : "unready";
    const again = ["again", () => this.#begin()];
    this.panel.setWho("who_lost");
    this.panel.setNotice(key, { seconds: error.retryAfter || 60 }, again);
  }

  #listen() {
    if (this.#session && !document.hidden) this.#stream.start();
  }

  // Nobody writes here unasked: an unseen page need not hold one of the browser's connections.
  get #quiet() {
    return this.#owner === "bot" || this.#owner === "closed";
  }

  // `reason` is "expired" or "closed".
  #expire(reason = "expired") {
    this.#stream.stop();
    this.#session = null;
    stored.forget();
    this.panel.setUsable(false);
    this.panel.setWho(reason === "closed" ? "who_closed" : "who_lost");
    this.panel.setNotice(reason, {}, ["anew", () => this.#anew()]);
  }

  #anew() {
    this.#stream.stop();
    this.#session = null;
    this.transcript.clear();
    this.#outbox.clear();
    this.#held = [];
    this.#stream.cursor = 0;
    this.#owner = "bot";
    this.panel.setNotice(null);
    this.panel.setUsable(true);
    this.panel.setWho("who_start");
    if (!this.shown) return;
    this.focus();
    this.#begin();
  }

  #otherTab(session) {
    if (session && session.id !== this.#session?.id) this.#anew();
  }

  // ---- what the gateway says --------------------------------------------------------------

  #hear(type, content) {
    if (type === "message") {
      // While an answer to a send is awaited its numbers are unknown here: hold the stream's
      // copies back until the answer says which of them is the one already shown.
      if (this.#outbox.busy) this.#held.push(content);
      else this.#take([content]);
    } else if (type === "owner") {
      if (content.owner) this.#owner = content.owner;
      this.#askWho();
    } else if (type === "typing") {
      this.#showTyping(content);
    } else if (type === "resync") {
      this.#refetch();
    }
  }

  #take(messages) {
    const fresh = this.transcript.add(messages.filter(({ seq }) => Number.isInteger(seq)));
    const heard = fresh.filter(({ author }) => author !== "customer");
    if (!heard.length) return;
    this.#followLanguage(heard);
    this.panel.setTyping("");
    if (!this.shown) this.#host.unread(heard.length);
  }

  async #refetch() {
    const session = this.#session;
    try {
      const { messages, last_seq } = await this.#client.list(session);
      if (session !== this.#session) return;
      this.#stream.cursor = Math.max(this.#stream.cursor, last_seq ?? 0);
      if (this.#outbox.busy) this.#held.push(...messages);
      else this.#take(messages);
      this.#askWho();
    } catch (error) {
      if (error.kind === "expired") this.#expire();
    }
  }

  async #askWho() {
    const session = this.#session;
    try {
      const { owner, agent, mark } = await this.#client.who(session);
      if (session !== this.#session) return;
      this.#owner = owner;
      this.#lost = false;
      this.panel.setWho(`who_${owner}`, { ...agent, mark: owner === "human" ? mark : "" });
    } catch {
      // Silence is never shown as a yes.
      this.#lost = true;
      this.panel.setWho("who_lost");
    }
  }

  #connection(failures) {
    if (failures === 0) {
      if (this.#lost) this.#askWho();
    } else if (failures > 1 || !navigator.onLine) {
      this.#lost = true;
      this.panel.setWho("who_lost");
    }
  }

  #showTyping({ author = "agent" }) {
    clearTimeout(this.#typingTimer);
    this.panel.setTyping(author === "bot" ? "bot_writing" : "agent_writing");
    this.#typingTimer = setTimeout(() => this.panel.setTyping(""), TYPING_FOR);
  }

  // ---- what the customer does -------------------------------------------------------------

  async #submit() {
    const { field } = this.panel;
    const text = field.value;
    if (!text.trim() || this.#checking) return;
    const count = [...text].length;
    if (count > LONGEST) {
      this.panel.setNotice("long", { count });
      return;
    }
    if (await this.#stopped(text)) return;
    field.value = "";
    this.#grow();
    this.say(text);
  }

  async #stopped(text) {
    this.#checking = true;
    this.panel.setNotice(null);
    try {
      const sentence = await beforeSend(text);
      if (sentence) this.panel.setSentence(sentence);
      return Boolean(sentence);
    } catch {
      this.panel.setNotice("unchecked");
      return true;
    } finally {
      this.#checking = false;
    }
  }

  #choose(choice, label) {
    this.focus(); // the button is about to go
    this.#outbox.add({ choice }, label);
  }

  #switchLanguage(id) {
    if (id === this.#language) return;
    this.#setLanguage(id);
    if (this.#session) this.#outbox.add({ choice: `language:${id}` }, LANGUAGES[id]);
  }

  #retry(clientId) {
    this.panel.setNotice(null);
    this.#outbox.retry(clientId);
  }

  async #deliver(letter) {
    await this.#ensure();
    if (this.#owner === "bot") this.panel.setTyping("bot_writing");
    return this.#client.send(this.#session, letter);
  }

  #sent(clientId, { message, replies = [], owner }) {
    this.transcript.settle(clientId, message);
    this.#take(replies);
    this.#take(this.#held.splice(0));
    // The turn itself may have called for a person.
    if (owner) this.#owner = owner;
    this.#askWho();
    this.#listen();
  }

  #settleDown() {
    this.panel.setTyping("");
    this.#take(this.#held.splice(0));
  }

  #undelivered(letters, error) {
    const givenBack = NOT_AS_IT_IS.includes(error.kind);
    if (givenBack) this.#giveBack(letters);
    else for (const { client_id } of letters) this.transcript.fail(client_id);
    if (FINAL.includes(error.kind)) {
      this.#expire(error.kind);
      return true;
    }
    const key = FAULTS.includes(error.kind) ? error.kind : "broken";
    const count = [...(letters[0].text ?? "")].length;
    this.panel.setNotice(key, { seconds: error.retryAfter || 30, count });
    return givenBack;
  }

  // What cannot be sent as it is goes back into the field, where it can be changed.
  #giveBack(letters) {
    const { field } = this.panel;
    const texts = letters.map(({ text }) => text);
    field.value = [...texts, field.value].filter(Boolean).join("\n");
    for (const { client_id } of letters) this.transcript.drop(client_id);
    this.#grow();
  }

  // ---- keys, network, language ------------------------------------------------------------

  #fieldKey(event) {
    if (event.key !== "Enter" || event.shiftKey || touch.matches) return;
    // The Enter that takes a candidate from an input method is no wish to send. Chrome and
    // Firefox say isComposing; Safari ends the composition first and keeps 229 (WebKit 165004).
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #panelKey(event) {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    event.stopPropagation();
    this.#host.close();
  }

  // The system's way back (a gesture on a phone) closes a modal panel by itself.
  #cancel(event) {
    event.preventDefault();
    this.#host.close();
  }

  #grow() {
    const { field } = this.panel;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  #seen() {
    if (document.hidden) {
      if (this.#quiet) this.#stream.stop();
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
    if (this.shown && !this.#session) this.#begin();
  }

  #setLanguage(language) {
    this.#language = language;
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
