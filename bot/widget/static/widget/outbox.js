import { freshId } from "./client.js";

const REPEAT_AFTER = 800; // ms before the one silent repeat of a send

/**
 * What the customer sent and the gateway has not answered: one at a time, in order, each with an
 * id that makes a repeat harmless. Kept in memory only.
 *
 * `on` has `send(letter)` (a promise of the answer), `sending(clientId, label)`,
 * `sent(clientId, answer)`, `failed(letters, error)` (true = given back, not to be kept) and `idle()`.
 */
export class Outbox {
  #on;
  #waiting = []; // {client_id, text or choice}, oldest first
  #unsent = [];
  #busy = false;

  constructor(on) {
    this.#on = on;
  }

  /** True while an answer is awaited. */
  get busy() {
    return this.#busy;
  }

  /** True while a change of language is on its way. */
  get changesLanguage() {
    return this.#waiting.some(({ choice }) => choice?.startsWith("language:"));
  }

  add(body, label) {
    const letter = { client_id: freshId(), ...body };
    this.#waiting.push(letter);
    this.#on.sending(letter.client_id, label);
    this.#drain();
  }

  /** Tries again what was not sent: one of them, or all. */
  retry(clientId = null) {
    const again = this.#unsent.filter((one) => !clientId || one.client_id === clientId);
    if (!again.length) return;
    this.#unsent = this.#unsent.filter((letter) => !again.includes(letter));
    for (const letter of again) this.#on.sending(letter.client_id, null);
    this.#waiting.push(...again);
    this.#drain();
  }

  clear() {
    this.#waiting = [];
    this.#unsent = [];
  }

  async #drain() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length) {
      const letter = this.#waiting[0];
      try {
        const answer = await this.#send(letter);
        if (this.#waiting[0] === letter) this.#waiting.shift();
        this.#on.sent(letter.client_id, answer);
      } catch (error) {
        // Nothing overtakes what could not be sent: all that waits stops here, in order.
        const letters = this.#waiting.splice(0);
        if (!this.#on.failed(letters, error)) this.#unsent.push(...letters);
      }
    }
    this.#busy = false;
    this.#on.idle();
  }

  async #send(letter) {
    try {
      return await this.#on.send(letter);
    } catch (error) {
      if (error.kind !== "network") throw error;
      await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER));
      return this.#on.send(letter);
    }
  }
}
