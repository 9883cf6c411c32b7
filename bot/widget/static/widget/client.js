// The HTTP API of the gateway, as far as the chat needs it.

const WAIT = 20_000; // ms; the gateway itself gives up on a slow part after 8 s

/** `kind` is one of network, expired, closed, busy, long, gone, refused, broken. */
export class ApiError extends Error {
  constructor(kind, retryAfter = 0) {
    super(kind);
    this.kind = kind;
    this.retryAfter = retryAfter; // seconds
  }

  /** The conversation is over. */
  get final() {
    return ["expired", "closed"].includes(this.kind);
  }

  /** Sending the same again would not help. */
  get useless() {
    return this.final || ["long", "refused", "gone"].includes(this.kind);
  }
}

const BY_TYPE = { "unknown-choice": "gone", "conversation-closed": "closed" };
const BY_STATUS = { 401: "expired", 404: "expired", 413: "long", 429: "busy" };

async function failed(response) {
  const { type = "" } = await response.json().catch(() => ({}));
  const known = BY_TYPE[type.split("/").pop()] ?? BY_STATUS[response.status];
  const kind = known ?? (response.status >= 500 ? "broken" : "refused");
  return new ApiError(kind, Number(response.headers.get("Retry-After")) || 0);
}

/** An id that makes a repeated send harmless. */
export function freshId() {
  // randomUUID exists on https and localhost only; a trial in a local network has neither.
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Client {
  #base;

  /** @param {URL} base address of `/api/v1/`, with the slash at its end */
  constructor(base) {
    this.#base = base;
  }

  create(language) {
    return this.#json("conversations", { body: { language, channel: "web" } });
  }

  /** Sends `{client_id, text}` or `{client_id, choice}`; safe to repeat. */
  send(session, body) {
    return this.#json(this.#path(session, "messages"), { session, body });
  }

  /** The whole conversation so far, however many pages it takes. */
  async list(session) {
    const messages = [];
    for (;;) {
      const after = messages.at(-1)?.seq ?? 0;
      const page = await this.#json(this.#path(session, `messages?after=${after}`), { session });
      messages.push(...page.messages);
      if (!page.messages.length || messages.at(-1).seq >= page.last_seq) {
        return { ...page, messages };
      }
    }
  }

  who(session) {
    return this.#json(this.#path(session, "who"), { session });
  }

  /** Opens the event stream after `cursor`; EventSource cannot carry the key in a header. */
  events(session, cursor, signal) {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(cursor) };
    return this.call(session, "events", { headers, signal });
  }

  /** Any other call of a conversation: `request` has `method`, `body`, `headers`, `signal`. */
  call(session, rest, request = {}) {
    return this.#fetch(this.#path(session, rest), { session, ...request });
  }

  /** The full address of a call, for what fetch cannot do. */
  address(session, rest) {
    return new URL(this.#path(session, rest), this.#base);
  }

  #path({ id }, rest) {
    return `conversations/${id}${rest && `/${rest}`}`;
  }

  async #json(path, request) {
    const signal = AbortSignal.timeout(WAIT);
    const response = await this.#fetch(path, { ...request, signal });
    try {
      return await response.json();
    } catch {
      throw new ApiError("network"); // the answer was cut on its way; asking again is safe
    }
  }

  async #fetch(path, { session, body, method = body ? "POST" : "GET", headers = {}, signal }) {
    const all = { Accept: "application/json", ...headers };
    if (session) all.Authorization = `Bearer ${session.token}`;
    if (body) all["Content-Type"] = "application/json";
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: all,
      signal,
      cache: "no-store",
      body: body && JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer",
    }).catch(() => {
      throw new ApiError("network");
    });
    if (!response.ok) throw await failed(response);
    return response;
  }
}
