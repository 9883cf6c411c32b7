// A panel beside the page on a wide screen, a sheet over the page on a phone.

const phone = matchMedia("(max-width: 640px), (max-height: 480px)");

/** True where a finger writes: a focused field opens a keyboard over half of the screen. */
export const touch = matchMedia("(hover: none) and (pointer: coarse)");

export class Shape {
  #dialog;
  #close;

  /** `close` is called when the customer wants the panel away. */
  constructor(dialog, close) {
    this.#dialog = dialog;
    this.#close = close;
  }

  /** Follows the screen until `signal` ends it. */
  watch(signal) {
    this.#dialog.addEventListener("keydown", (event) => this.#key(event), { signal });
    // The system's way back (a gesture on a phone) closes a modal panel by itself.
    this.#dialog.addEventListener("cancel", (event) => this.#leave(event), { signal });
    phone.addEventListener("change", () => this.#turn(), { signal });
    for (const type of ["resize", "scroll"]) {
      visualViewport?.addEventListener(type, () => this.#fit(), { signal });
    }
  }

  show() {
    // The sheet covers the page, so the page behind it has to be out of reach of the keyboard too.
    if (phone.matches) this.#dialog.showModal();
    else this.#dialog.show();
    this.#holdPage(phone.matches);
    this.#fit();
  }

  hide() {
    this.#holdPage(false);
    this.#dialog.close();
  }

  #key(event) {
    // An Escape that ends a composition is for the input method.
    if (event.key === "Escape" && !event.isComposing && event.keyCode !== 229) this.#leave(event);
  }

  #leave(event) {
    event.preventDefault();
    event.stopPropagation();
    this.#close();
  }

  #turn() {
    if (!this.#dialog.open) return;
    const focused = this.#dialog.getRootNode().activeElement;
    this.#dialog.close();
    this.show();
    focused?.focus();
  }

  #holdPage(held) {
    document.documentElement.style.overflow = held ? "hidden" : "";
  }

  // Keeps the sheet above the keyboard of a phone.
  #fit() {
    const { style } = this.#dialog;
    style.setProperty("--view-height", visualViewport ? `${visualViewport.height}px` : "100dvh");
    style.setProperty("--view-top", `${visualViewport?.offsetTop ?? 0}px`);
  }
}
