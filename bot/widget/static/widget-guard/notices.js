import { WORDS as KINDS } from "../widget-parts/kinds.js";

// What the guard says to the customer, both languages under one key; `{…}` is filled by the chat.

export const WORDS = {
  ...KINDS,
  checking: { en: "Checking for secrets …", zh: "正在检查是否含有机密信息……" },
  stopped: {
    en: "This looks like {kind}. It was not sent and has not left your browser. Press Delete to clear the field. Support never needs it. Is it something else? Then please use other words.",
    zh: "这看起来是{kind}，因此没有发送，也没有离开您的浏览器。按 Delete 键即可清空。客服绝不需要它。如果不是，请换一种说法。",
  },
  clear: { en: "Clear the field", zh: "清空输入框" },
};
