// Draws the elements one presses: buttons, overflow menus; and small pictures, which are only looked at.

import { h, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { decode, textNodes } from "./mrkdwn.js";

/** The attributes every control carries: how tests and redraws find it again. */
export const marks = (element, place) => ({
  "data-block-id": place.blockId,
  "data-action-id": element.action_id,
  ...place.aria,
});

const isWebAddress = (url) => /^https?:\/\//.test(url ?? "");

export function button(element, place, ctx) {
  const seenBy = element.visible_to_user_ids;
  if (seenBy && !seenBy.includes(ctx.user)) return null;
  const act = (event) => ctx.act(place, element, { value: element.value ?? null }, event.currentTarget);
  const look = { class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label };
  const content = textNodes(element.text, ctx);
  if (!isWebAddress(element.url)) {
    return h("button", { type: "button", ...look, ...marks(element, place), onclick: act }, content);
  }
  const target = { href: element.url, target: "_blank", rel: "noopener noreferrer" };
  return h("a", { ...target, ...look, ...marks(element, place), onclick: act }, content);
}

export function overflow(element, place, ctx) {
  const choose = (option, control) => {
    if (isWebAddress(option.url)) window.open(option.url, "_blank", "noopener");
    ctx.act(place, element, { selected_option: option }, control);
  };
  const open = (event) => {
    const control = event.currentTarget;
    const items = element.options.map((option) => ({
      label: decode(option.text.text),
      detail: option.description && decode(option.description.text),
      data: { "data-value": option.value },
      run: () => choose(option, control),
    }));
    openMenu(control, items);
  };
  const about = { "aria-haspopup": "menu", "aria-label": "More actions", title: "More actions" };
  const look = { type: "button", class: "button overflow", ...about };
  return h("button", { ...look, ...marks(element, place), onclick: open }, icon("more"));
}

/** A picture's place: the page asks no other server for anything, so it shows the words only. */
export function pictureElement(element) {
  const words = element.alt_text || "Picture";
  return h("span", { class: "small-picture", role: "img", "aria-label": words, title: words }, icon("image"));
}
