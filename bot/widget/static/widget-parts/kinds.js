import { learn, say } from "../widget/words.js";

// What kinds of secret are called; needed when one was found, by the guard and by the gateway.

export const WORDS = {
  hidden: {
    en: "We removed this before anything was saved: {kinds}.",
    zh: "我们在保存之前已删除：{kinds}。",
  },
  seed_phrase: { en: "a recovery phrase", zh: "恢复词（助记词）" },
  private_key: { en: "a private key", zh: "私钥" },
  extended_key: { en: "an extended key", zh: "扩展密钥" },
  keystore: { en: "a key file", zh: "密钥文件" },
  share: { en: "a share of a recovery phrase", zh: "恢复词分片" },
  one_time_code: { en: "a one-time code", zh: "验证码" },
  password: { en: "a password", zh: "密码" },
  pin: { en: "a PIN", zh: "PIN 码" },
  card_number: { en: "a card number", zh: "银行卡号" },
  national_id: { en: "an identity number", zh: "身份证号" },
};

learn(WORDS);

/** Tells what the gateway took out; a kind is named once, joined as the language joins. */
export function hidden(language, findings) {
  const names = new Set(findings.map(({ kind }) => say(language, kind)).filter(Boolean));
  return say(language, "hidden", { kinds: [...names].join(language === "zh" ? "、" : ", ") });
}
