// Asks "are you sure?" before an action that carries Slack's `confirm` object.

import { freshId, h } from "./dom.js";
import { textNodes } from "./mrkdwn.js";

const text = (words) => ({ type: "plain_text", text: words });

/** Shows the dialog; resolves to whether the person agreed. The focus returns to `control`. */
export function confirmed(confirm, ctx, control) {
  const titleId = freshId("confirm-title");
  const answer = (value) => h("button", {
    type: "submit", value, "data-testid": `confirm-${value}`,
    class: `button ${value === "yes" ? (confirm.style ?? "primary") : ""}`,
  }, textNodes(value === "yes" ? (confirm.confirm ?? text("Yes")) : (confirm.deny ?? text("Cancel")), ctx));
  const dialog = h("dialog", { class: "dialog confirm", "data-testid": "confirm", "aria-labelledby": titleId },
    h("form", { method: "dialog" },
      h("h2", { id: titleId }, textNodes(confirm.title, ctx)),
      h("div", { class: "dialog-body text" }, textNodes(confirm.text, ctx)),
      h("footer", {}, answer("no"), answer("yes"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      control?.focus();
      resolve(dialog.returnValue === "yes");
    });
  });
}
