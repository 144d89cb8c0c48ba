// Shows a person's stack of modals, the top one at a time, in the browser's own dialog.

import { post } from "./api.js";
import { drawBlocks, showErrors } from "./blocks.js";
import { contextFor, failureOf } from "./context.js";
import { h, icon, keepFocus } from "./dom.js";
import { Form } from "./form.js";
import { textNodes } from "./mrkdwn.js";

export class Modals {
  constructor(session, dialog) {
    this.session = session;
    this.dialog = dialog;
    this.forms = new Map(); // by view id: a view that returns to the top still holds what was entered
    this.drawn = null;
    dialog.addEventListener("keydown", (event) => this.onKey(event));
    dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  /** Shows the stack as the server has it; a view drawn already is left alone. */
  show(stack) {
    const ids = stack.map((view) => view.id);
    for (const id of this.forms.keys()) if (!ids.includes(id)) this.forms.delete(id);
    const top = stack.at(-1);
    if (!top) return this.hide();
    const stamp = JSON.stringify([top.id, top.hash, stack.length]);
    if (this.drawn !== stamp) this.draw(top, stack.length, stamp);
  }

  hide() {
    this.drawn = null;
    this.view = null;
    this.dialog.close();
    this.dialog.replaceChildren();
  }

  draw(view, depth, stamp) {
    const another = this.view?.id !== view.id;
    if (another && !this.dialog.open) this.opener = document.activeElement;
    [this.view, this.drawn] = [view, stamp];
    const known = this.forms.get(view.id)?.values() ?? view.state?.values ?? {};
    this.form = new Form(known);
    this.forms.set(view.id, this.form);
    keepFocus(this.dialog, () => this.dialog.replaceChildren(this.frame(view, depth)));
    if (!this.dialog.open) this.dialog.showModal();
    if (another) this.focusFirst();
  }

  focusFirst() {
    const first = this.dialog.querySelector("[autofocus]") ?? this.dialog.querySelector(".dialog-body [data-action-id]");
    (first ?? this.dialog.querySelector("[data-testid=modal-close]")).focus();
  }

  frame(view, depth) {
    const container = { type: "view", view_id: view.id };
    const complain = (sentence) => this.complain(sentence);
    const ctx = contextFor(this.session, { container, form: this.form, complain });
    const body = h("div", { class: "dialog-body" }, drawBlocks(view.blocks, ctx));
    this.dialog.dataset.viewId = view.id;
    this.dialog.dataset.callbackId = view.callback_id ?? "";
    return h("form", { novalidate: true, onsubmit: (event) => this.submit(event) },
      this.head(view, depth, ctx),
      h("div", { class: "banner", role: "alert", "data-testid": "modal-problem", hidden: true }),
      body, this.foot(view, ctx));
  }

  head(view, depth, ctx) {
    const close = (title, name) =>
      h("button", { type: "button", class: "plain", "aria-label": title, title, onclick: () => this.close() }, icon(name));
    return h("header", {}, depth > 1 ? close("Back", "back") : null,
      h("h2", { id: "modal-title" }, textNodes(view.title, ctx)), close("Close this form", "close"));
  }

  foot(view, ctx) {
    const closing = view.close ?? { type: "plain_text", text: "Close" };
    return h("footer", {},
      h("button", { type: "button", class: "button", "data-testid": "modal-close", onclick: () => this.close() },
        textNodes(closing, ctx)),
      view.submit && h("button", { type: "submit", class: "button primary", "data-testid": "modal-submit" },
        textNodes(view.submit, ctx)));
  }

  onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault(); // the browser would close the dialog without telling the app
    this.close();
  }

  complain(sentence) {
    const banner = this.dialog.querySelector(".banner");
    banner.textContent = sentence ?? "";
    banner.hidden = !sentence;
  }

  showErrors(errors) {
    const left = showErrors(this.dialog, errors);
    this.complain(left.join(" ") || null);
  }

  waiting(on) {
    const submit = this.dialog.querySelector("[data-testid=modal-submit]");
    this.dialog.setAttribute("aria-busy", String(on));
    if (!submit) return;
    submit.disabled = on;
    submit.classList.toggle("waiting", on);
  }

  async submit(event) {
    event.preventDefault();
    if (!this.view.submit) return;
    if (this.form.pending) return this.complain("A file is still being uploaded.");
    const problems = this.form.problems();
    this.showErrors(problems);
    if (!Object.keys(problems).length) await this.send(this.view);
  }

  async send(view) {
    const body = { user: this.session.user, view_id: view.id, state: { values: this.form.values() } };
    this.waiting(true);
    try {
      this.answered(view, await post("submit", body));
    } catch (error) {
      if (error.errors) this.showErrors(error.errors);
      else this.complain(error.message);
    } finally {
      this.waiting(false);
    }
  }

  answered(view, { delivery, response }) {
    if (this.view?.id !== view.id) return; // another view is on top by now
    const failure = failureOf(delivery);
    if (failure) this.complain(`${this.session.world.app.name} could not take this: “${failure}”. Try again?`);
    else if (response?.errors) this.showErrors(response.errors);
  }

  async close() {
    const opener = this.opener;
    try {
      await post("close", { user: this.session.user, view_id: this.view.id });
    } catch (error) {
      this.complain(error.message);
    }
    if (!this.dialog.open) opener?.focus();
  }
}
