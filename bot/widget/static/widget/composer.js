import { beforeSend, prepare } from "./before-send.js";
import { touch } from "./shape.js";

const LONGEST = 2000; // characters, as the gateway counts them
const SLOW = 500; // ms after which a wait is explained

// Without this a browser leaves the page and shows the dropped file.
function welcomeFiles(event) {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
}

/**
 * The field: keys, length, and the look at a text before it goes. `on` has `send(text)`,
 * `stopped(kind)`, `writes()` and `files(list)`.
 */
export class Composer {
  #panel;
  #field;
  #on;
  #checking = false;

  constructor(panel, on) {
    this.#panel = panel;
    this.#field = panel.field;
    this.#on = on;
  }

  /** Listens until `signal` ends it. */
  watch(signal) {
    this.#field.addEventListener("focus", () => prepare(), { signal, once: true });
    this.#field.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#field.addEventListener("input", (event) => this.#changed(event), { signal });
    this.#field.addEventListener("paste", (event) => this.#files(event, event.clipboardData), { signal });
    this.#panel.node.addEventListener("drop", (event) => this.#files(event, event.dataTransfer), { signal });
    this.#panel.node.addEventListener("dragover", welcomeFiles, { signal });
  }

  async submit() {
    const text = this.#field.value;
    if (!text.trim() || this.#checking) return;
    const count = [...text].length;
    if (count > LONGEST) {
      this.#panel.setNotice("long", { count });
      return;
    }
    if (await this.#stops(text)) return;
    this.#clear();
    this.#on.send(text);
  }

  /** What cannot be sent as it is goes back into the field, where it can be changed. */
  giveBack(texts) {
    this.#set([...texts, this.#field.value].filter(Boolean).join("\n"));
  }

  // A pasted phrase is named at once, not only when it is about to be sent.
  #changed(event) {
    this.#grow();
    this.#on.writes();
    if (this.#panel.noticeKey === "stopped") this.#panel.setNotice(null);
    if (/^insertFrom(?:Paste|Drop)/.test(event.inputType)) this.#pasted(this.#field.value);
  }

  // A picture that is pasted or dropped; text goes its own way.
  #files(event, { files }) {
    if (!files.length) return;
    event.preventDefault();
    this.#on.files(files);
  }

  async #pasted(text) {
    const kind = await beforeSend(text);
    if (kind && this.#field.value === text) this.#stop(kind);
  }

  async #stops(text) {
    this.#hold(true);
    const wait = setTimeout(() => this.#panel.setNotice("checking"), SLOW);
    const kind = await beforeSend(text);
    clearTimeout(wait);
    this.#panel.setNotice(null);
    this.#hold(false);
    if (kind) this.#stop(kind);
    return kind;
  }

  // The whole text is selected: one press of Delete or Backspace clears the field.
  #stop(kind) {
    this.#panel.setNotice("stopped", { kind }, ["clear", () => this.#clear().focus()]);
    this.#field.focus();
    this.#field.select();
    this.#on.stopped(kind);
  }

  #clear() {
    this.#set("");
    this.#panel.setNotice(null);
    return this.#field;
  }

  // What is being looked at does not change meanwhile.
  #hold(held) {
    this.#checking = held;
    this.#field.readOnly = held;
  }

  #set(text) {
    this.#field.value = text;
    this.#grow();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || touch.matches) return;
    // The Enter that takes a candidate from an input method is no wish to send. Chrome and
    // Firefox say isComposing; Safari ends the composition first and keeps 229 (WebKit 165004).
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  #grow() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}
