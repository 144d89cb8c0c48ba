// Draws the elements one chooses from: select menus, lists to tick, radio buttons and checkboxes.

import { freshId, h } from "./dom.js";
import { marks } from "./elements_button.js";
import { decode, textNodes } from "./mrkdwn.js";

const person = (user) => ({ value: user.id, text: { type: "plain_text", text: user.real_name || user.name } });
const people = (ctx) => ctx.world.users.map(person);
const channels = (ctx) =>
  ctx.world.channels
    .filter((channel) => !channel.is_im)
    .map((channel) => ({ value: channel.id, text: { type: "plain_text", text: `#${channel.name}` } }));

// Per type: where the options come from, and how the choice and its initial value are named.
const SOURCES = {
  static_select: { options: (element) => element.options ?? [], field: "selected_option", initial: "initial_option" },
  users_select: { options: (_, ctx) => people(ctx), field: "selected_user", initial: "initial_user" },
  channels_select: { options: (_, ctx) => channels(ctx), field: "selected_channel", initial: "initial_channel" },
  conversations_select: {
    options: (_, ctx) => [...channels(ctx), ...people(ctx)],
    field: "selected_conversation",
    initial: "initial_conversation",
  },
  multi_static_select: {
    options: (element) => element.options ?? (element.option_groups ?? []).flatMap((group) => group.options),
    field: "selected_options",
    initial: "initial_options",
  },
  multi_users_select: { options: (_, ctx) => people(ctx), field: "selected_users", initial: "initial_users" },
};

const wholeOptions = (field) => field.startsWith("selected_option");
const valueOf = (chosen) => chosen?.value ?? chosen ?? "";
const label = (option) =>
  decode(option.text.text) + (option.description ? ` — ${decode(option.description.text)}` : "");

function optionNodes(element, options) {
  const one = (option) => h("option", { value: option.value }, label(option));
  if (!element.option_groups) return options.map(one);
  return element.option_groups.map((group) =>
    h("optgroup", { label: decode(group.label.text) }, group.options.map(one)),
  );
}

export function select(element, place, ctx) {
  const source = SOURCES[element.type];
  const groups = (element.option_groups ?? []).flatMap((group) => group.options);
  const options = [...source.options(element, ctx), ...groups];
  const entry = ctx.form.open(place.blockId, element, { [source.field]: element[source.initial] ?? null });
  const hint = element.placeholder ? decode(element.placeholder.text) : "Choose…";
  const control = h("select", { class: "select", ...marks(element, place) },
    h("option", { value: "" }, hint), optionNodes(element, options));
  control.value = valueOf(entry[source.field]);
  const chosen = () => {
    const option = options.find((one) => one.value === control.value) ?? null;
    return { [source.field]: wholeOptions(source.field) ? option : (option?.value ?? null) };
  };
  listen(control, element, place, ctx, chosen, (before) => {
    control.value = valueOf(before?.[source.field]);
  });
  return control;
}

/** Keeps the form in step; outside an input, or where it dispatches, a change is an action at once. */
function listen(root, element, place, ctx, chosen, restore) {
  root.addEventListener("change", () => {
    const before = ctx.form.entry(place.blockId, element.action_id);
    ctx.form.set(place.blockId, element, chosen());
    if (!place.dispatches) return;
    const undo = () => {
      ctx.form.set(place.blockId, element, before);
      restore(before);
    };
    ctx.act(place, element, chosen(), root, undo);
  });
}

function choices(element, place, ctx, { kind, options, entry, field, several }) {
  const name = freshId("choice");
  const picked = (several ? (entry[field] ?? []) : [entry[field]]).filter(Boolean).map(valueOf);
  const one = (option) =>
    h("label", { class: "choice" },
      h("input", { type: kind, name, value: option.value, checked: picked.includes(option.value) }),
      h("span", {}, textNodes(option.text, ctx),
        option.description && h("small", {}, textNodes(option.description, ctx))));
  const role = kind === "radio" ? "radiogroup" : "group";
  const root = h("div", { class: "choices", role, tabindex: "-1", ...marks(element, place) }, options.map(one));
  const ticked = () => {
    const values = [...root.querySelectorAll("input:checked")].map((input) => input.value);
    const found = options.filter((option) => values.includes(option.value));
    const plain = wholeOptions(field) ? found : found.map((option) => option.value);
    return { [field]: several ? plain : (plain[0] ?? null) };
  };
  listen(root, element, place, ctx, ticked, (before) => {
    const values = [before?.[field]].flat().filter(Boolean).map(valueOf);
    for (const input of root.querySelectorAll("input")) input.checked = values.includes(input.value);
  });
  return root;
}

export function radioButtons(element, place, ctx) {
  const field = "selected_option";
  const entry = ctx.form.open(place.blockId, element, { [field]: element.initial_option ?? null });
  return choices(element, place, ctx, { kind: "radio", options: element.options, entry, field, several: false });
}

export function checkboxes(element, place, ctx) {
  const field = "selected_options";
  const entry = ctx.form.open(place.blockId, element, { [field]: element.initial_options ?? [] });
  return choices(element, place, ctx, { kind: "checkbox", options: element.options, entry, field, several: true });
}

/** A list to tick, with a limit if the app sets one; simpler to use by keyboard than a menu of chips. */
export function multiSelect(element, place, ctx) {
  const { options, field, initial } = SOURCES[element.type];
  const entry = ctx.form.open(place.blockId, element, { [field]: element[initial] ?? [] });
  const about = { kind: "checkbox", options: options(element, ctx), entry, field, several: true };
  const root = choices(element, place, ctx, about);
  root.classList.add("tick-list");
  ctx.form.check(place.blockId, () => {
    const count = ctx.form.entry(place.blockId, element.action_id)?.[field]?.length ?? 0;
    const most = element.max_selected_items;
    return most && count > most ? `Choose at most ${most}.` : null;
  });
  return root;
}
