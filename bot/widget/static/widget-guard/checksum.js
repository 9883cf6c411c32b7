import { sha256 } from "./sha256.js";

export const LENGTHS = [12, 15, 18, 21, 24];

/** BIP-39: the last bits of a phrase, given as indices of words, are the first of a digest. */
export function bip39(words) {
  const bits = words.map((word) => word.toString(2).padStart(11, "0")).join("");
  const size = (bits.length * 32) / 33;
  const bytes = Uint8Array.from({ length: size / 8 }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8), 2));
  return sha256(bytes)[0].toString(2).padStart(8, "0").startsWith(bits.slice(size));
}

/** True where some stretch of these words is a whole phrase; `words` is short. */
export function holdsPhrase(words) {
  return LENGTHS.some((length) => {
    for (let start = 0; start + length <= words.length; start += 1) {
      if (bip39(words.slice(start, start + length))) return true;
    }
    return false;
  });
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Base58Check: the bytes behind a text without their checksum, or null where it does not hold. */
export function payload(text) {
  let number = 0n;
  for (const sign of text) number = number * 58n + BigInt(BASE58.indexOf(sign));
  const hex = number.toString(16);
  const digits = "00".repeat(/^1*/.exec(text)[0].length) + (hex.length % 2 ? "0" : "") + hex;
  const bytes = Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  const body = bytes.subarray(0, -4);
  const digest = sha256(sha256(body));
  return bytes.subarray(-4).every((byte, i) => byte === digest[i]) ? body : null;
}
