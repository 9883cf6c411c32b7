import { Client } from "./client.js";

// What survives a reload is the number of the conversation and its key. Nothing that was typed or
// read is ever stored.
const KEY = "seedwarden-chat";

// Storage may be forbidden (private windows, strict settings); the chat then lives until reload.
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

/** The stored `{id, token, expires_at}`, or null when there is none or its time is over. */
function stored() {
  const session = attempt(() => JSON.parse(localStorage.getItem(KEY)));
  if (!session?.id || !session.token) return null;
  return Date.parse(session.expires_at) < Date.now() ? null : session;
}

function store({ id, token, expires_at }) {
  attempt(() => localStorage.setItem(KEY, JSON.stringify({ id, token, expires_at })));
}

function forget() {
  attempt(() => localStorage.removeItem(KEY));
}

/** The one conversation of this browser: begun or resumed when it is first needed. */
export class Conversation {
  session = null;
  #client;
  #ready = null; // the promise of a session while one is being made

  constructor(base) {
    this.#client = new Client(base);
  }

  /** True from the moment somebody asked for a conversation. */
  get begun() {
    return Boolean(this.session || this.#ready);
  }

  /**
   * One conversation, however many callers ask for it at once; `found(listed, resumed)` is told
   * what is in it when it was not there before.
   */
  ensure(language, found) {
    if (this.session) return Promise.resolve();
    this.#ready ??= this.#resumeOrCreate(language, found).finally(() => {
      this.#ready = null;
    });
    return this.#ready;
  }

  /** The session is over for this page; with `everywhere` for all pages. */
  leave(everywhere) {
    this.session = null;
    if (everywhere) forget();
  }

  /** Calls `changed` when another tab begins a conversation, until `signal` ends it. */
  watch(changed, signal) {
    const other = ({ key }) => key === KEY && ![undefined, this.session?.id].includes(stored()?.id);
    addEventListener("storage", (event) => other(event) && changed(), { signal });
  }

  send(letter) {
    return this.#client.send(this.session, letter);
  }

  events(cursor, signal) {
    return this.#client.events(this.session, cursor, signal);
  }

  /** All messages, or null where another conversation has begun meanwhile. */
  list() {
    return this.#unlessChanged((session) => this.#client.list(session));
  }

  /** Who is talking, or null where another conversation has begun meanwhile. */
  who() {
    return this.#unlessChanged((session) => this.#client.who(session));
  }

  /** Any other call about this conversation, as `Client.call` takes it. */
  call(rest, request) {
    return this.#client.call(this.session, rest, request);
  }

  address(rest) {
    return this.#client.address(this.session, rest);
  }

  /** Tells something that needs no answer: that a secret was stopped here, that somebody writes. */
  hint(rest, request) {
    if (this.session) this.call(rest, request).catch(() => {});
  }

  async #unlessChanged(call) {
    const { session } = this;
    const answer = await call(session);
    return session === this.session ? answer : null;
  }

  async #resumeOrCreate(language, found) {
    const known = stored();
    const listed = known && (await this.#resume(known));
    if (listed) return found(listed, true);
    const made = await this.#client.create(language);
    store(made);
    this.session = made;
    return found(made, false);
  }

  async #resume(session) {
    try {
      const listed = await this.#client.list(session);
      this.session = session;
      return listed;
    } catch (error) {
      if (error.kind !== "expired") throw error;
      forget();
      return null;
    }
  }
}
