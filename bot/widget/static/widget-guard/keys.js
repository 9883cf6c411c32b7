// Private keys: by their own checksum, or by shape where the words around call them so.

import { payload } from "./checksum.js";

const B58 = "[1-9A-HJ-NP-Za-km-z]";
const ALONE = (body, flags = "g") => new RegExp(`(?<![0-9A-Za-z])(?:${body})(?![0-9A-Za-z])`, flags);
const CODED = ALONE(`6P${B58}{56}|${B58}{51,52}`);
const EXTENDED = ALONE(`(?:[xyztuvYZUV]prv|Ltpv|Mtpv|dgpv)${B58}{90,112}`, "");
const PEM = /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/;
const KEY_FILE = /\[\s*(?:\d{1,3}\s*,\s*){63}\d{1,3}\s*\]/;
const HEX = ALONE("(?:0x)?(?:[0-9a-f]{64}|[0-9a-f]{128})", "gi");
const KEYSTORE = /ciphertext\W{1,10}[0-9a-f]{32}/i;
const KEYSTORE_TOO = /\bkdf(?:params)?\b|\bcipherparams\b|\bmac\W{1,10}[0-9a-f]{64}/i;

const KEY =
  /(?:private|secret|priv|spend|signing)[ _-]{0,2}keys?|privkey|\bsk\b|\bprivate\b|\bkey\b|\bpk\b|私钥|私鑰|密钥|密鑰|秘钥|私匙/gi;
const NO_KEY =
  /(?:public|view|api)[ _-]{0,2}key|pubkey|\btx|transaction|transfer|hash|block|signature|\bsig\b|address|contract|公钥|公鑰|交易|哈希|转账|轉賬|区块|區塊|签名|簽名|订单|訂單|地址|合约|合約/gi;
const BEFORE = 70; // characters
const AFTER = 40;

/** The kind of key in a text, with its case kept, or null. */
export function findKey(text) {
  if (EXTENDED.test(text)) return "extended_key";
  if (KEYSTORE.test(text) && KEYSTORE_TOO.test(text)) return "keystore";
  if (PEM.test(text) || KEY_FILE.test(text)) return "private_key";
  const coded = [...text.matchAll(CODED)].some((match) => isKey(match[0]) || announced(text, match));
  const hex = coded || [...text.matchAll(HEX)].some((match) => announced(text, match));
  return hex ? "private_key" : null;
}

function isKey(text) {
  const body = payload(text);
  if (!body) return false;
  if (text.length === 58) return body[0] === 1 && (body[1] === 0x42 || body[1] === 0x43);
  return (body.length === 33 || body.length === 34) && body[0] >= 0x80;
}

// The nearest cue decides; one before the value outweighs one behind it; without any: no.
function announced(text, { 0: value, index }) {
  const before = text.slice(Math.max(0, index - BEFORE), index);
  const others = [...before.matchAll(NO_KEY)].map(span);
  const keys = [...before.matchAll(KEY)].map(span).filter((key) => !others.some((o) => holds(o, key)));
  if (keys.length || others.length) return last(keys) > last(others);
  const after = text.slice(index + value.length, index + value.length + AFTER);
  const [key, other] = [first(after, KEY), first(after, NO_KEY)];
  return key < other;
}

function span(match) {
  return { start: match.index, end: match.index + match[0].length };
}

function holds(outer, inner) {
  return outer.start < inner.end && inner.end <= outer.end;
}

function last(spans) {
  return Math.max(-1, ...spans.map(({ end }) => end));
}

function first(text, pattern) {
  return text.matchAll(pattern).next().value?.index ?? Infinity;
}
