// What script adds to a page that reads and searches without it: the buttons open the chat, a search
// with a recovery phrase stays in the browser, and paper shows what is folded up on the screen.

const chat = document.querySelector("seedwarden-chat");
const openers = document.querySelectorAll("button[data-say]");
const search = document.querySelector("form.search");

for (const button of openers) {
  button.addEventListener("click", () => chat.open({ say: button.dataset.say }));
}
customElements.whenDefined("seedwarden-chat").then(() => {
  for (const button of openers) button.hidden = false;
});

const guard = () => import("./widget/before-send.js");

async function holdsASecret(text) {
  const { beforeSend } = await guard();
  return Boolean(await beforeSend(text));
}

if (search) {
  const field = search.elements.q;
  const warning = search.querySelector("[role=alert]");
  field.addEventListener("focus", () => guard().then(({ prepare }) => prepare()).catch(() => {}), { once: true });
  search.addEventListener("submit", async (event) => {
    event.preventDefault();
    const stopped = await holdsASecret(field.value).catch(() => false);
    warning.textContent = stopped ? search.dataset.stopped : "";
    warning.hidden = !stopped;
    if (!stopped) search.submit();
  });
}

addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.open = true;
    folded.dataset.opened = "";
  }
});
addEventListener("afterprint", () => {
  for (const opened of document.querySelectorAll("details[data-opened]")) {
    opened.open = false;
    delete opened.dataset.opened;
  }
});
