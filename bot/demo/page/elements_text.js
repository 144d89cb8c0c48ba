// Draws the elements one types into: text, number, e-mail and web address.

import { h } from "./dom.js";
import { marks } from "./elements_button.js";
import { isEmpty } from "./form.js";
import { decode } from "./mrkdwn.js";

const KINDS = {
  plain_text_input: { type: "text" },
  number_input: { type: "text", inputmode: "decimal" },
  email_text_input: { type: "email", inputmode: "email" },
  url_text_input: { type: "url", inputmode: "url" },
};

const PAUSE_MS = 350; // long enough not to send every letter of a typed word

function lengthProblem(element, value) {
  if (value.length < (element.min_length ?? 0)) return `Write at least ${element.min_length} characters.`;
  if (value.length > (element.max_length ?? 3000)) return `Write at most ${element.max_length ?? 3000} characters.`;
  return null;
}

function numberProblem(element, value) {
  const shape = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!shape.test(value)) return element.is_decimal_allowed ? "Write a number." : "Write a whole number.";
  const tooSmall = element.min_value !== undefined && Number(value) < Number(element.min_value);
  if (tooSmall) return `The number must be at least ${element.min_value}.`;
  const tooBig = element.max_value !== undefined && Number(value) > Number(element.max_value);
  return tooBig ? `The number must be at most ${element.max_value}.` : null;
}

const PROBLEMS = {
  plain_text_input: lengthProblem,
  number_input: numberProblem,
  email_text_input: (_, value) => (/^\S+@\S+\.\S+$/.test(value) ? null : "Write an e-mail address."),
  url_text_input: (_, value) => (URL.canParse(value) ? null : "Write a web address, such as https://example.com."),
};

function dispatchOn(element, control, act) {
  const wanted = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (wanted.includes("on_enter_pressed")) {
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || (element.multiline && !event.ctrlKey && !event.metaKey)) return;
      event.preventDefault();
      act();
    });
  }
  if (wanted.includes("on_character_entered")) {
    let timer;
    control.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(act, PAUSE_MS);
    });
  }
}

export function textInput(element, place, ctx) {
  const entry = ctx.form.open(place.blockId, element, { value: element.initial_value ?? null });
  const store = () => ctx.form.set(place.blockId, element, { value: control.value || null });
  const control = h(element.multiline ? "textarea" : "input", {
    class: "text-input",
    ...(element.multiline ? { rows: 4 } : KINDS[element.type]),
    placeholder: element.placeholder && decode(element.placeholder.text),
    autofocus: element.focus_on_load,
    autocomplete: "off",
    oninput: store,
    ...marks(element, place),
  });
  control.value = entry.value ?? "";
  ctx.form.check(place.blockId, () => {
    const now = ctx.form.entry(place.blockId, element.action_id);
    return isEmpty(now) ? null : PROBLEMS[element.type](element, now.value);
  });
  if (place.dispatches) {
    dispatchOn(element, control, () => ctx.act(place, element, { value: control.value || null }, control));
  }
  return control;
}
