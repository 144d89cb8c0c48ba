// Draws a select whose options the app is asked for while the person types.

import { freshId, h } from "./dom.js";
import { marks } from "./elements_button.js";
import { decode } from "./mrkdwn.js";

const PAUSE_MS = 200;
const FIELD = "selected_option";
const titleOf = (option) => (option ? decode(option.text.text) : "");

function flatten(answer) {
  return answer.options ?? (answer.option_groups ?? []).flatMap((group) => group.options);
}

export function externalSelect(element, place, ctx) {
  const entry = ctx.form.open(place.blockId, element, { [FIELD]: element.initial_option ?? null });
  const listId = freshId("options");
  const list = h("ul", { class: "suggestions", id: listId, role: "listbox", hidden: true });
  const hint = element.placeholder ? decode(element.placeholder.text) : "Type to search…";
  const input = h("input", {
    class: "text-input", role: "combobox", autocomplete: "off", placeholder: hint,
    "aria-expanded": "false", "aria-controls": listId, ...marks(element, place),
  });
  input.value = titleOf(entry[FIELD]);
  const choose = (option) => {
    close(input, list);
    input.value = titleOf(option);
    ctx.form.set(place.blockId, element, { [FIELD]: option });
    if (place.dispatches) ctx.act(place, element, { [FIELD]: option }, input);
  };
  const ask = () => suggest(element, place, ctx, input, list, choose);
  wire(input, list, ask, () => choose(null));
  return h("span", { class: "combobox" }, input, list);
}

function close(input, list) {
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
}

async function suggest(element, place, ctx, input, list, choose) {
  const wanted = input.value;
  if (wanted.length < (element.min_query_length ?? 3)) return;
  const options = flatten(await ctx.options(place, element, wanted));
  if (input.value !== wanted) return; // a newer question is on its way
  const one = (option) =>
    h("li", { role: "option", id: freshId("option"), "data-value": option.value, "aria-selected": "false", onmousedown: (event) => {
      event.preventDefault();
      choose(option);
    } }, titleOf(option));
  list.replaceChildren(...(options.length ? options.map(one) : [h("li", { class: "none" }, "Nothing found")]));
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
}

function move(input, list, step) {
  const items = [...list.querySelectorAll("[role=option]")];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const next = items.at((at + step + items.length) % items.length);
  for (const item of items) item.setAttribute("aria-selected", String(item === next));
  next?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", next?.id ?? "");
}

function onKey(event, input, list) {
  if (list.hidden) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(input, list, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter") list.querySelector('[aria-selected="true"]')?.dispatchEvent(new MouseEvent("mousedown"));
  else if (event.key === "Escape") close(input, list);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function wire(input, list, ask, clear) {
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value === "") clear();
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("focus", ask);
  input.addEventListener("blur", () => close(input, list));
  input.addEventListener("keydown", (event) => onKey(event, input, list));
}
