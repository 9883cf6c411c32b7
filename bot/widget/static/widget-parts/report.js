import { beforeSend, prepare } from "../widget/before-send.js";
import { h } from "../widget/dom.js";
import { learn, say } from "../widget/words.js";
import { button, lay, teller } from "./card.js";

const KINDS = ["report_secret", "report_money", "report_elsewhere", "report_manner", "report_other"];
const LONGEST = 1500; // characters; the kind stands before them

learn({
  report_title: { en: "Report this person", zh: "举报这位客服" },
  report_about: { en: "About {name}, badge {badge}. ", zh: "被举报人：{name}，工号 {badge}。" },
  report_read: {
    en: "Our team leads read it. The person does not see it.",
    zh: "举报由我们的主管查看，被举报的人看不到。",
  },
  report_what: { en: "What happened?", zh: "发生了什么？" },
  report_secret: {
    en: "Asked for a recovery phrase, PIN, code or password",
    zh: "索要恢复词（助记词）、PIN 码、验证码或密码",
  },
  report_money: { en: "Asked for money or a transfer", zh: "要求付款或转账" },
  report_elsewhere: {
    en: "Wanted remote control, or to go on in another app",
    zh: "要求远程控制，或换到其他应用里聊",
  },
  report_manner: { en: "Was rude or did not help", zh: "态度不好或不愿帮忙" },
  report_other: { en: "Something else", zh: "其他" },
  report_words: { en: "In your own words, if you like", zh: "补充说明（可不填）" },
  report_send: { en: "Send the report", zh: "提交举报" },
  report_kept: {
    en: "Your report has arrived. Our team leads read it; the person does not see it. Do not share anything more. You can ask for another person here at any time.",
    zh: "举报已收到。由我们的主管查看，被举报的人看不到。请不要再透露任何信息。您随时可以在这里要求换一位客服。",
  },
  report_failed: {
    en: "The report did not reach us. It is still here. Please send it again.",
    zh: "举报没有送达，内容仍保留在这里。请再提交一次。",
  },
});

/** A form that goes where the person it is about cannot see it. */
export function open(chat) {
  const t = (key, params) => say(chat.language, key, params);
  const { node, tell } = teller(chat);
  const quiet = { spellcheck: "false", autocomplete: "off" };
  const words = h("textarea", { id: "words", name: "words", rows: "3", maxlength: LONGEST, ...quiet });
  words.addEventListener("focus", () => prepare(), { once: true });
  const send = h("button", { type: "submit", class: "strong" }, t("report_send"));
  const { agent } = chat.who;
  const about = agent ? t("report_about", agent) : "";
  const form = h(
    "form",
    {},
    h("p", {}, about + t("report_read")),
    h("fieldset", {}, h("legend", {}, t("report_what")), ...KINDS.map((kind) => line(kind, t))),
    h("label", { for: "words" }, t("report_words")),
    words,
    node,
    h("div", { class: "row" }, send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    deliver(chat, form, send, tell);
  });
  lay(chat, "report_title", [form]);
}

function line(kind, t) {
  const radio = h("input", { type: "radio", name: "kind", value: kind, required: true });
  return h("label", { class: "line" }, radio, t(kind));
}

// The words are looked at like every other text before it goes.
async function deliver(chat, form, send, tell) {
  const { kind, words } = form.elements;
  send.disabled = true;
  const found = await beforeSend(words.value);
  if (found) {
    tell("stopped", { kind: say(chat.language, found) }, true);
    words.select();
    chat.conversation.hint("stopped", { body: { kind: found } });
  } else await hand(chat, say(chat.language, kind.value), words.value.trim(), tell);
  send.disabled = false;
}

async function hand(chat, kind, words, tell) {
  try {
    await chat.conversation.call("report", { body: { text: words ? `${kind}\n${words}` : kind } });
  } catch (error) {
    if (error.final) chat.expire(error.kind);
    else tell("report_failed", {}, true);
    return;
  }
  const told = teller(chat);
  const back = button(chat, "back_to", () => chat.panel.card?.(), "strong");
  lay(chat, "report_title", [told.node, h("div", { class: "row" }, back)]);
  told.tell("report_kept");
}
