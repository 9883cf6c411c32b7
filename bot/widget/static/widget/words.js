// Both languages under one key. `{…}` is filled by `say`. What the guard has to say it brings along.

const WORDS = {
  title: { en: "Support chat", zh: "客服对话" },
  close: { en: "Close chat", zh: "关闭对话" },
  log: { en: "Conversation", zh: "对话内容" },
  language: { en: "Language", zh: "语言" },
  field: { en: "Your message", zh: "您的消息" },
  hint: { en: "In English or Chinese", zh: "可以用中文或英文书写" },
  hint_one: { en: "What is the matter?", zh: "请描述您的问题" },
  menu: { en: "More", zh: "更多" },
  clip: { en: "Send a picture or a PDF", zh: "发送图片或 PDF" },
  send: { en: "Send", zh: "发送" },
  choices: { en: "Possible answers", zh: "可选的回答" },
  newer: { en: "More below", zh: "下面还有内容" },
  never: {
    en: "We never ask for your recovery phrase, PIN or codes.",
    zh: "我们绝不会索要您的恢复词（助记词）、PIN 码或验证码。",
  },

  you: { en: "You", zh: "您" },
  bot: { en: "Support program", zh: "客服程序" },
  agent: { en: "Person from support", zh: "人工客服" },
  system: { en: "Notice", zh: "提示" },

  who_bot: { en: "You are talking to our support program", zh: "正在回答您的是我们的客服程序，不是真人" },
  who_queue: {
    en: "Our support program answers until a person joins",
    zh: "人工客服接入之前，由客服程序回答您",
  },
  who_human: {
    en: "{name}, badge {badge}, from our support, in this chat since {since}",
    zh: "我们的客服 {name}（工号 {badge}），{since} 起与您对话",
  },
  who_mark: { en: "Mark: {mark}", zh: "识别标记：{mark}" },
  who_sign: {
    en: "Only this person sees it too: anyone posing as them cannot name it. We never ask you for it.",
    zh: "只有您和这位客服看得到，冒充的人说不出来。我们绝不会向您索要标记。",
  },
  who_closed: {
    en: "Nobody from us is talking to you. This conversation is closed",
    zh: "本次对话已结束，现在没有客服与您对话",
  },
  who_lost: {
    en: "Not connected. We cannot confirm who is talking",
    zh: "连接已断开，目前无法确认对方身份",
  },
  who_start: { en: "Connecting …", zh: "正在连接……" },

  sending: { en: "Sending …", zh: "发送中……" },
  received: { en: "Received", zh: "已收到" },
  unsent: { en: "Not sent", zh: "未发送" },
  retry: { en: "Send again", zh: "重新发送" },
  bot_writing: { en: "The support program is answering …", zh: "客服程序正在回复……" },
  agent_writing: { en: "The person from support is writing …", zh: "人工客服正在输入……" },

  offline: {
    en: "You are offline. What you send now goes out when the connection is back.",
    zh: "网络已断开。恢复后，您发送的消息会自动送出。",
  },
  back: { en: "The connection is back.", zh: "网络已恢复。" },
  network: {
    en: "Your message did not reach us. It is kept here. Check the connection, then send again.",
    zh: "消息没有送达，已为您保留在这里。请检查网络后重新发送。",
  },
  busy: {
    en: "Too many messages at once. Please wait {seconds} seconds.",
    zh: "发送得太快了。请等待 {seconds} 秒后重新发送。",
  },
  long: {
    en: "This is too long: {count} characters, at most 2,000. Please shorten it.",
    zh: "太长了：{count} 字，最多 2000 字。请缩短。",
  },
  refused: {
    en: "This message could not be taken. Please write it in other words.",
    zh: "这条消息无法接收。请换一种说法再试。",
  },
  broken: {
    en: "Something is wrong on our side. Your message is kept here. Send it again in a minute.",
    zh: "我们这边出了故障，消息已为您保留在这里。请一分钟后重新发送。",
  },
  unready: {
    en: "The chat cannot be reached right now. Please try again.",
    zh: "暂时无法连接客服。请再试一次。",
  },
  again: { en: "Try again", zh: "再试一次" },
  expired: {
    en: "This conversation has run out for your safety. You can start a new one. Your ticket stays valid.",
    zh: "为了您的安全，本次对话已过期。您可以开始新的对话，工单仍然有效。",
  },
  closed: {
    en: "This conversation is closed. What you wrote is still in the field. You can start a new one.",
    zh: "本次对话已结束。您写的内容还在输入框里，可以开始新的对话。",
  },
  gone: {
    en: "This answer can no longer be chosen. Please choose again or write to us.",
    zh: "这个选项已经失效。请重新选择，或直接写给我们。",
  },
  anew: { en: "Start a new conversation", zh: "开始新的对话" },
};

export const LANGUAGES = { zh: "中文", en: "English" };
export const SHORT = { zh: "中", en: "EN" };
export const TAGS = { zh: "zh-Hans", en: "en" };

/** Takes in the words of a part that is fetched later. */
export function learn(words) {
  Object.assign(WORDS, words);
}

/** `zh` for every kind of Chinese tag, else `en`. */
export function pickLanguage(tag) {
  return /^zh\b/i.test(tag ?? "") ? "zh" : "en";
}

/** The words for `key`, with `{name}` filled from `params`; an unknown key gives an empty text. */
export function say(language, key, params = {}) {
  const words = Object.hasOwn(WORDS, key) ? WORDS[key][language] : "";
  return words.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? "");
}

/** The time of day as the customer reads it; nothing where there is no time. */
export function clock(language, at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.valueOf())) return "";
  const own = navigator.language.startsWith(language) ? navigator.language : TAGS[language];
  return moment.toLocaleTimeString(own, { timeStyle: "short" });
}
