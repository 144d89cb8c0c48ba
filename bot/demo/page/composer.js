// The place to type in, with the list of slash commands that opens on "/".

import { freshId, h, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { commandsOf, send, sendFiles, startShortcut } from "./sending.js";

export class Composer {
  /** `where()` gives `{channel, thread, say}` at the moment of sending; `name` makes the test ids. */
  constructor(session, { name, where }) {
    Object.assign(this, { session, where });
    this.drafts = new Map();
    const listId = freshId("commands");
    this.list = h("ul", { class: "commands", id: listId, role: "listbox", "aria-label": "Commands", hidden: true });
    this.hint = h("div", { class: "usage", hidden: true });
    this.box = h("textarea", {
      rows: 1, "data-testid": name, "aria-controls": listId, "aria-autocomplete": "list",
      oninput: () => this.changed(), onkeydown: (event) => this.onKey(event), onblur: () => this.closeList(),
    });
    this.files = h("input", { type: "file", multiple: true, hidden: true, "data-testid": `${name}-files`, onchange: () => this.attach() });
    this.node = h("form", { class: "composer", onsubmit: (event) => this.submit(event) },
      this.list, this.hint,
      h("div", { class: "composer-box" }, this.plus(name), this.box, this.files,
        h("button", { type: "submit", class: "send", "data-testid": name === "composer" ? "send" : `${name}-send`, "aria-label": "Send", title: "Send" }, icon("send"))));
  }

  plus(name) {
    const open = (event) => openMenu(event.currentTarget, this.plusItems());
    const about = { "aria-haspopup": "menu", "aria-label": "Shortcuts and files", title: "Shortcuts and files" };
    return h("button", { type: "button", class: "plain", "data-testid": `${name}-plus`, ...about, onclick: open }, icon("plus"));
  }

  plusItems() {
    const shortcuts = (this.session.world.shortcuts ?? []).filter((one) => one.type === "global");
    const items = shortcuts.map((one) => ({
      label: one.name,
      detail: this.session.world.app.name,
      data: { "data-shortcut": one.callback_id },
      run: () => startShortcut(this.session, one, this.where().say),
    }));
    return [...items, { label: "Upload a file…", run: () => this.files.click() }];
  }

  /** Moves to another conversation, with its own draft. */
  enter(key, placeholder) {
    this.box.placeholder = placeholder;
    this.box.setAttribute("aria-label", placeholder);
    if (this.key === key) return;
    this.drafts.set(this.key, this.box.value);
    this.key = key;
    this.fill(this.drafts.get(key) ?? "", false);
  }

  fill(text, focus = true) {
    this.box.value = text;
    this.changed();
    if (focus) this.box.focus();
  }

  changed() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 180)}px`;
    const text = this.box.value;
    const found = /^\/\S*$/.test(text) ? commandsOf(this.session).filter((one) => one.command.startsWith(text)) : [];
    this.list.replaceChildren(...found.map((one) => this.commandItem(one)));
    this.list.hidden = found.length === 0;
    this.selectCommand(0);
    this.showUsage(text);
  }

  showUsage(text) {
    const [word] = text.split(" ", 1);
    const command = text.includes(" ") && commandsOf(this.session).find((one) => one.command === word);
    this.hint.hidden = !command?.usage_hint;
    this.hint.replaceChildren(...(command ? [h("strong", {}, command.command), ` ${command.usage_hint ?? ""}`] : []));
  }

  selectCommand(index) {
    const items = [...this.list.children];
    for (const [at, item] of items.entries()) item.setAttribute("aria-selected", String(at === index));
    items[index]?.scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", items[index]?.id ?? "");
  }

  commandItem(command) {
    const choose = (event) => {
      event.preventDefault();
      this.complete(command.command);
    };
    return h("li", { role: "option", id: freshId("command"), "data-command": command.command, onmousedown: choose },
      h("div", {}, h("strong", {}, command.command), " ", h("span", { class: "usage-hint" }, command.usage_hint ?? "")),
      h("small", {}, command.description ?? ""));
  }

  complete(command) {
    this.fill(`${command} `);
  }

  closeList() {
    this.list.hidden = true;
  }

  onKey(event) {
    if (event.isComposing) return;
    if (!this.list.hidden && this.onListKey(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.node.requestSubmit();
    }
  }

  onListKey(event) {
    const items = [...this.list.children];
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const chosen = items[at].dataset.command;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.selectCommand((at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length);
    } else if (event.key === "Escape") this.closeList();
    else if (event.key === "Tab") this.complete(chosen);
    else if (event.key === "Enter" && !event.shiftKey && chosen !== this.box.value) this.complete(chosen);
    else return false;
    return true;
  }

  async submit(event) {
    event.preventDefault();
    const text = this.box.value;
    if (!text.trim()) return;
    this.fill("");
    this.node.classList.add("waiting");
    await send(this.session, text, this.where());
    this.node.classList.remove("waiting");
  }

  async attach() {
    const files = [...this.files.files];
    this.files.value = "";
    if (!files.length) return;
    const text = this.box.value.trim();
    this.fill("");
    await sendFiles(this.session, files, text, this.where());
  }
}
