const TYPING_FOR = 6000; // ms that one sign of typing is believed

/** Who is talking, as far as we know: silence is never shown as a yes. */
export class Who {
  owner = "bot";
  agent = null; // the person who is, or was last, in this conversation
  #panel;
  #conversation;
  #lost = false;
  #timer = 0;
  #asked = 0;

  constructor(panel, conversation) {
    this.#panel = panel;
    this.#conversation = conversation;
  }

  /** Nobody writes here unasked: an unseen page need not hold one of the browser's connections. */
  get quiet() {
    return this.owner === "bot" || this.owner === "closed";
  }

  reset() {
    this.owner = "bot";
    this.agent = null;
    this.over("who_start");
  }

  /** The conversation is over: an answer about it that is on its way comes too late. */
  over(key) {
    this.#asked += 1;
    this.#panel.setWho(key);
  }

  /** The gateway named an owner in passing; all about them is asked for. */
  is(owner) {
    if (owner) this.owner = owner;
    this.ask();
  }

  async ask() {
    const asked = ++this.#asked;
    const answer = await this.#conversation.who().catch(() => ({}));
    if (!answer || asked !== this.#asked) return;
    if (answer.owner) this.#shows(answer);
    else this.lost();
  }

  #shows({ owner, agent, mark }) {
    this.owner = owner;
    this.agent = agent ?? this.agent;
    this.#lost = false;
    this.#panel.setWho(`who_${owner}`, owner === "human" ? { ...agent, mark } : {});
  }

  lost() {
    this.#lost = true;
    this.#panel.setWho("who_lost");
  }

  /** `failures` in a row to connect; 0 is a connection. */
  connection(failures) {
    if (failures > 1 || (failures && !navigator.onLine)) this.lost();
    else if (failures === 0 && this.#lost) this.ask();
  }

  typing({ author = "agent" }) {
    clearTimeout(this.#timer);
    this.#panel.setTyping(author === "bot" ? "bot_writing" : "agent_writing");
    this.#timer = setTimeout(() => this.#panel.setTyping(""), TYPING_FOR);
  }
}
