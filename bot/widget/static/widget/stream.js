// Server-sent events over fetch, with resume: the stream may break at any byte.

const SILENCE = 50_000; // ms without a byte, heartbeats included, until a stream counts as dead
const LONGEST_PAUSE = 20_000; // ms

/** Cuts a byte stream into `{type, id, data}`; comments and half events are dropped. */
export async function* parse(body, alive = () => {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = {};
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    // A line may end in CR LF, and the cut may fall between the two.
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line) field(event, line);
      else {
        if (event.data !== undefined) yield { type: "message", ...event };
        event = {};
      }
    }
  }
}

function field(event, line) {
  const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
  if (name === "event") event.type = value;
  else if (name === "id") event.id = value;
  else if (name === "data") event.data = event.data === undefined ? value : `${event.data}\n${value}`;
}

/**
 * Keeps a stream open and calls back:
 * `event({type, id, data})`, `state(failures)` (0 = connected), `expired()`.
 */
export class Stream {
  cursor = 0;
  #open;
  #on;
  #abort = null;
  #wake = null;
  #failures = 0;

  constructor(open, on) {
    this.#open = open;
    this.#on = on;
  }

  get running() {
    return this.#abort !== null;
  }

  start() {
    if (this.running) return;
    this.#abort = new AbortController();
    this.#failures = 0;
    this.#run(this.#abort.signal);
  }

  stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.#wake?.();
  }

  /** The network is back or the page is seen again: do not wait for the pause to end. */
  nudge() {
    this.#wake?.();
  }

  async #run(stopped) {
    while (!stopped.aborted) {
      const error = await this.#read(stopped);
      if (stopped.aborted) return;
      if (error?.kind === "expired") {
        this.stop();
        this.#on.expired();
        return;
      }
      this.#failures += 1;
      this.#on.state(this.#failures);
      await this.#pause(error?.retryAfter);
    }
  }

  // Reads one connection to its end and gives back the error that ended it, if any.
  async #read(stopped) {
    const dead = new AbortController();
    const stop = () => dead.abort();
    stopped.addEventListener("abort", stop);
    let timer = setTimeout(stop, SILENCE);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE);
    };
    try {
      const response = await this.#open(this.cursor, dead.signal);
      const begun = Date.now();
      this.#on.state(0);
      for await (const event of parse(response.body, alive)) {
        if (stopped.aborted) return null;
        this.#failures = 0;
        this.#deliver(event);
      }
      // A stream that held for a while and then ended is no failure; one that ends at once is.
      if (Date.now() - begun > 5000) this.#failures = 0;
      return null;
    } catch (error) {
      return error;
    } finally {
      clearTimeout(timer);
      stopped.removeEventListener("abort", stop);
      stop(); // a connection that is not read any more is let go
    }
  }

  #deliver({ type, id, data }) {
    let content = {};
    try {
      content = JSON.parse(data);
    } catch {
      // A resync or typing event may come without content.
    }
    this.#on.event(type, content);
    if (/^\d+$/.test(id ?? "")) this.cursor = Math.max(this.cursor, Number(id));
  }

  #pause(retryAfter = 0) {
    const longest = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(this.#failures, 6));
    const jittered = longest / 2 + (Math.random() * longest) / 2;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(jittered, retryAfter * 1000));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
