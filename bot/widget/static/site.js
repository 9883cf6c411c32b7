// The page's buttons open the chat; without this script they stay hidden and the page reads on.

const chat = document.querySelector("seedwarden-chat");

for (const button of document.querySelectorAll("button[data-say]")) {
  button.addEventListener("click", () => chat.open({ say: button.dataset.say }));
}

customElements.whenDefined("seedwarden-chat").then(() => {
  for (const button of document.querySelectorAll("button[data-say]")) button.hidden = false;
});
