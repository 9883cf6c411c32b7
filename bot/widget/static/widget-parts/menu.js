import { h } from "../widget/dom.js";
import { LANGUAGES, TAGS, learn, say } from "../widget/words.js";
import { button, lay, teller } from "./card.js";

learn({
  menu_title: { en: "Your conversation", zh: "您的对话" },
  record: { en: "Save your record", zh: "保存对话记录" },
  record_md: { en: "Text", zh: "文本" },
  record_pdf: { en: "PDF", zh: "PDF" },
  record_json: { en: "Data (JSON)", zh: "数据（JSON）" },
  record_coming: { en: "Preparing your record …", zh: "正在生成记录……" },
  record_here: {
    en: "Your record is saved. It holds no secret, but keep it to yourself.",
    zh: "记录已保存。里面没有机密信息，但请自己妥善保管。",
  },
  failed: {
    en: "We could not tell whether this was done. Please try again; doing it twice does no harm.",
    zh: "没能确认是否完成。请再试一次，重复操作不会有影响。",
  },
  person: { en: "The person from support", zh: "人工客服" },
  report: { en: "Report this person", zh: "举报这位客服" },
  erase: { en: "Erase my data", zh: "删除我的数据" },
  your_data: { en: "Your data", zh: "您的数据" },
  erase_title: { en: "Erase everything?", zh: "确定全部删除吗？" },
  erase_text: {
    en: "This conversation and its tickets are erased at once, and nobody can bring them back. Open tickets are not worked on any more. Save your record first if you need it.",
    zh: "本次对话及其工单会立即删除，任何人都无法恢复。未完成的工单不会再有人处理。如有需要，请先保存记录。",
  },
  erase_yes: { en: "Yes, erase everything", zh: "是的，全部删除" },
  erase_no: { en: "No, keep it", zh: "不，保留" },
  erased: {
    en: "Your conversation and its tickets are erased.",
    zh: "您的对话及其工单已经删除。",
  },
});

/** What a customer can do with the conversation as a whole. */
export function open(chat) {
  const { node, tell } = teller(chat);
  const record = ["md", "pdf", "json"].map((format) =>
    button(chat, `record_${format}`, () => take(chat, format, tell)),
  );
  const parts = [group(chat, "record", record), node];
  if (met(chat)) {
    parts.push(group(chat, "person", [button(chat, "report", () => chat.part("report"))]));
  }
  const spoken = languages(chat);
  if (spoken.length > 1) parts.push(group(chat, "language", spoken));
  parts.push(group(chat, "your_data", [button(chat, "erase", () => ask(chat), "danger")]));
  lay(chat, "menu_title", parts);
  if (chat.conversation.session) return;
  for (const entry of [...record, parts.at(-1).querySelector("button")]) entry.disabled = true;
}

// A person is here, or was: also before a reload.
function met(chat) {
  return chat.who.agent || chat.panel.log.querySelector(".agent");
}

function group(chat, key, buttons) {
  const name = say(chat.language, key);
  return h(
    "div",
    { role: "group", "aria-label": name },
    h("h4", { "aria-hidden": "true" }, name),
    h("div", { class: "row" }, ...buttons),
  );
}

function languages(chat) {
  return Object.entries(LANGUAGES).map(([id, name]) => {
    const onclick = () => {
      chat.panel.card?.();
      chat.switchLanguage(id);
    };
    const pressed = String(id === chat.language);
    return h("button", { type: "button", lang: TAGS[id], "aria-pressed": pressed, onclick }, name);
  });
}

async function take(chat, format, tell) {
  tell("record_coming");
  try {
    const response = await chat.conversation.call(`transcript?format=${format}`);
    save(await response.blob(), `record.${format}`);
    tell("record_here");
  } catch (error) {
    explain(chat, error, tell);
  }
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function ask(chat) {
  const { node, tell } = teller(chat);
  const yes = button(chat, "erase_yes", () => erase(chat, yes, tell), "danger");
  const no = button(chat, "erase_no", () => chat.panel.card?.());
  const text = h("p", {}, say(chat.language, "erase_text"));
  lay(chat, "erase_title", [text, h("div", { class: "row" }, no, yes), node]);
}

async function erase(chat, yes, tell) {
  yes.disabled = true;
  try {
    await chat.conversation.call("", { method: "DELETE" });
    chat.expire("erased");
  } catch (error) {
    yes.disabled = false;
    explain(chat, error, tell);
  }
}

function explain(chat, error, tell) {
  if (error.final) chat.expire(error.kind);
  else if (error.kind === "busy") tell("busy", { seconds: error.retryAfter || 30 }, true);
  else tell("failed", {}, true);
}
