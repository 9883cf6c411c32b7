import { freshId } from "../widget/client.js";
import { h } from "../widget/dom.js";
import { TAGS, learn, say } from "../widget/words.js";
import { button, lay, teller } from "./card.js";

const LARGEST = 10 * 1024 * 1024; // bytes, as the gateway counts them
const KIND = /^(?:image\/|application\/pdf$)/;
const PATIENCE = 180_000; // ms for a whole file on a slow phone
const AGAIN = [0, 408, 429, 500, 502, 503, 504]; // the same file may go the next time; 0: no answer

learn({
  file_title: { en: "Send a picture or a PDF", zh: "发送图片或 PDF" },
  file_warning: {
    en: "Never photograph a recovery phrase, the QR code of a key or identity documents. Support never needs them.",
    zh: "切勿拍摄恢复词（助记词）、私钥二维码或身份证件。客服绝不需要这些。",
  },
  file_rule: {
    en: "A picture or a PDF, at most 10 MB. Only our team can see it.",
    zh: "图片或 PDF，最大 10 MB。只有我们的客服团队能看到。",
  },
  file_choose: { en: "Choose a file", zh: "选择文件" },
  file_other: { en: "Choose another file", zh: "换一个文件" },
  file_send: { en: "Send this file", zh: "发送这个文件" },
  file_cancel: { en: "Cancel", zh: "取消" },
  file_is: { en: "{name}, {size}", zh: "{name}，{size}" },
  file_one: { en: "One file at a time: this is the first one.", zh: "一次只能发送一个文件，这里是第一个。" },
  file_going: { en: "Sending: {percent} %", zh: "正在发送：{percent}%" },
  file_looking: { en: "The file is being checked for secrets …", zh: "正在检查文件里有没有机密信息……" },
  file_cancelled: { en: "Cancelled. If it had already arrived, it shows in the chat.", zh: "已取消。如果文件已经送达，会显示在对话里。" },
  file_large: {
    en: "This file is {size}; the limit is 10 MB. Please send a smaller one.",
    zh: "这个文件有 {size}，超过了上限（最大 10 MB）。请换一个小一些的文件。",
  },
  file_empty: { en: "This file is empty. Please choose another one.", zh: "这是空文件。请换一个文件。" },
  file_kind: {
    en: "Only pictures and PDF files can be sent. Please choose another file.",
    zh: "只能发送图片和 PDF 文件。请换一个文件。",
  },
  file_refused: {
    en: "This file could not be taken. Please choose another one.",
    zh: "这个文件无法接收。请换一个文件。",
  },
  file_network: {
    en: "The file did not reach us. Check the connection, then try again.",
    zh: "文件没有送达。请检查网络后再试一次。",
  },
  file_broken: {
    en: "Something is wrong on our side. The file was not kept. Try again in a minute.",
    zh: "我们这边出了故障，文件没有保存。请一分钟后再试。",
  },
});

/** A file on its way to the team; the warning comes before it can be chosen. */
export function open(chat, files = []) {
  const sending = new Sending(chat);
  if (files.length) sending.take(files);
}

class Sending {
  #chat;
  #file = null;
  #id = ""; // makes a repeated send harmless
  #request = null;

  constructor(chat) {
    this.#chat = chat;
    Object.assign(this, teller(chat));
    this.input = h("input", { type: "file", accept: "image/*,application/pdf", hidden: true });
    this.input.addEventListener("change", () => this.take(this.input.files));
    this.name = h("p", { class: "file" });
    this.bar = h("progress", { max: "1", value: "0", hidden: true });
    this.bar.ariaLabel = this.#say("file_title");
    this.row = h("div", { class: "row" });
    const warning = h("p", { class: "warning" }, this.#say("file_warning"));
    const rule = h("p", { class: "small" }, this.#say("file_rule"));
    lay(chat, "file_title", [warning, rule, this.name, this.bar, this.node, this.row, this.input], () =>
      this.#request?.abort(),
    );
    this.#offer(["file_choose", () => this.input.click(), "strong"]);
  }

  /** Looks at what was chosen, pasted or dropped; nothing has gone anywhere yet. */
  take([file, ...others]) {
    if (!file || this.#request) return;
    this.#file = file;
    this.#id = freshId();
    this.name.textContent = this.#say("file_is", { name: file.name, size: this.#size() });
    const wrong = wrongWith(file);
    if (wrong) this.tell(wrong, { size: this.#size() }, true);
    else this.tell(others.length ? "file_one" : "");
    const choose = () => this.input.click();
    if (wrong) this.#offer(["file_other", choose, "strong"]);
    else this.#offer(["file_send", () => this.#send(), "strong"], ["file_other", choose]);
    this.row.firstChild.focus();
  }

  #send() {
    const { conversation } = this.#chat;
    if (!conversation.session) return this.#failed("file_network");
    // fetch cannot tell how much has gone.
    const request = new XMLHttpRequest();
    request.open("POST", conversation.address("attachments"));
    request.setRequestHeader("Authorization", `Bearer ${conversation.session.token}`);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = PATIENCE;
    request.upload.onprogress = (event) => this.#progress(event);
    request.onload = () => this.#answered(request);
    request.onerror = request.ontimeout = () => this.#failed("file_network");
    request.onabort = () => this.#failed("file_cancelled");
    const body = new FormData();
    body.append("client_id", this.#id);
    body.append("file", this.#file, this.#file.name);
    this.#request = request;
    this.#progress({ loaded: 0, total: 1 });
    this.#offer(["file_cancel", () => request.abort()]);
    this.row.firstChild.focus();
    request.send(body);
  }

  #progress({ loaded, total }) {
    this.bar.hidden = false;
    this.bar.value = loaded / total;
    // Told in tens, so that a screen reader does not count aloud.
    if (loaded < total) this.tell("file_going", { percent: 10 * Math.floor((10 * loaded) / total) });
    else this.tell("file_looking");
  }

  // What was taken stands in the conversation, told by the gateway; so does what to do after a secret.
  #answered(request) {
    if (request.status === 201) {
      this.#ends();
      this.#chat.panel.card?.();
      return;
    }
    const { type = "", detail } = problemOf(request);
    const kind = type.split("/").pop();
    if (request.status === 401 || request.status === 404) this.#chat.expire();
    else if (kind === "conversation-closed") this.#chat.expire("closed");
    else this.#failed(nameOf(request.status), request.status, detail);
    if (kind === "secret-in-attachment") {
      this.#offer(["back_to", () => this.#chat.panel.card?.(), "strong"]);
    }
  }

  // The gateway's own sentence says more than ours.
  #failed(reason, status = 0, detail = "") {
    this.#ends();
    this.tell(reason, { size: this.#size() }, reason !== "file_cancelled");
    if (detail) this.node.textContent = detail;
    const choose = ["file_other", () => this.input.click()];
    const send = reason === "file_cancelled" ? "file_send" : "again";
    if (AGAIN.includes(status)) this.#offer([send, () => this.#send(), "strong"], choose);
    else this.#offer(choose);
    if (this.row.isConnected) this.row.firstChild.focus();
  }

  #ends() {
    this.#request = null;
    this.bar.hidden = true;
    this.input.value = "";
  }

  #offer(...entries) {
    this.row.replaceChildren(...entries.map((entry) => button(this.#chat, ...entry)));
  }

  #size() {
    const small = this.#file.size < 1e6;
    const unit = { style: "unit", unit: small ? "kilobyte" : "megabyte", maximumFractionDigits: 1 };
    const amount = Math.max(0.1, this.#file.size / (small ? 1e3 : 1e6));
    return new Intl.NumberFormat(TAGS[this.#chat.language], unit).format(amount);
  }

  #say(key, params) {
    return say(this.#chat.language, key, params);
  }
}

function wrongWith({ type, size }) {
  if (!KIND.test(type)) return "file_kind";
  if (size > LARGEST) return "file_large";
  return size ? null : "file_empty";
}

function nameOf(status) {
  return { 413: "file_large", 415: "file_kind" }[status] ?? (status < 500 ? "file_refused" : "file_broken");
}

function problemOf({ responseText }) {
  try {
    return JSON.parse(responseText);
  } catch {
    return {};
  }
}
