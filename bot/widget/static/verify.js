// Checks without leaving the page. Without this script the form is sent and answered as a page.

const form = document.querySelector("#check");
const result = document.querySelector("#result");
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

function note(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "note";
  paragraph.textContent = text;
  result.replaceChildren(paragraph);
}

function show({ value, verdict, why }) {
  const template = document.querySelector(`template[data-verdict="${CSS.escape(verdict)}"]`);
  const card = template.content.cloneNode(true);
  card.querySelector(".value").textContent = value;
  card.querySelector(".why").textContent = why[language];
  result.replaceChildren(card);
}

const PROBLEMS = { 413: "long", 422: "long", 429: "busy" };

async function check(contact) {
  const response = await fetch("/api/v1/verify", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ contact }),
    credentials: "omit",
  });
  if (response.ok) show(await response.json());
  else note(form.dataset[PROBLEMS[response.status] ?? "failed"]);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const contact = form.elements.contact.value.trim();
  if (!contact) {
    note(form.dataset.empty);
    return;
  }
  note(form.dataset.checking);
  await check(contact).catch(() => note(form.dataset.failed));
});
