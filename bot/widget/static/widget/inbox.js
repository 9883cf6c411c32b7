/**
 * What the gateway says. While an answer to a send is awaited its numbers are unknown here, so the
 * stream's copies are held back until the answer says which of them is the one already shown.
 * `on` has `heard(messages)`, `awaits()` and `refetch()`.
 */
export class Inbox {
  #transcript;
  #who;
  #on;
  #held = [];

  constructor(transcript, who, on) {
    this.#transcript = transcript;
    this.#who = who;
    this.#on = on;
  }

  /** An event of the stream. */
  hear(type, content) {
    if (type === "message") this.hold([content]);
    else if (type === "owner") this.#who.is(content.owner);
    else if (type === "typing") this.#who.typing(content);
    else if (type === "resync") this.#on.refetch();
  }

  hold(messages) {
    this.#held.push(...messages);
    if (!this.#on.awaits()) this.release();
  }

  release() {
    this.take(this.#held.splice(0));
  }

  clear() {
    this.#held = [];
  }

  take(messages) {
    const fresh = this.#transcript.add(messages.filter(({ seq }) => Number.isInteger(seq)));
    const heard = fresh.filter(({ author }) => author !== "customer");
    if (heard.length) this.#on.heard(heard);
  }
}
