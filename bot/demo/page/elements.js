// Knows every element the page can draw, and says so loudly when it meets another.

import { button, overflow, pictureElement } from "./elements_button.js";
import { checkboxes, multiSelect, radioButtons, select } from "./elements_choice.js";
import { externalSelect } from "./elements_external.js";
import { fileInput } from "./elements_file.js";
import { dateInput, dateTimeInput, timeInput } from "./elements_time.js";
import { textInput } from "./elements_text.js";
import { h } from "./dom.js";

/** Every drawable element by type; bot/demo/page/drawable.py repeats the names, held equal by a test. */
export const ELEMENTS = {
  button: button,
  channels_select: select,
  checkboxes: checkboxes,
  conversations_select: select,
  datepicker: dateInput,
  datetimepicker: dateTimeInput,
  email_text_input: textInput,
  external_select: externalSelect,
  file_input: fileInput,
  image: pictureElement,
  multi_static_select: multiSelect,
  multi_users_select: multiSelect,
  number_input: textInput,
  overflow: overflow,
  plain_text_input: textInput,
  radio_buttons: radioButtons,
  static_select: select,
  timepicker: timeInput,
  url_text_input: textInput,
  users_select: select,
};

/** What stands in the place of something the page has no drawing for. */
export const cannotDraw = (type) =>
  h("div", { class: "cannot-draw", role: "alert" }, `cannot draw “${type ?? "nothing"}”`);

/**
 * Draws one element. `place` says where: `blockId`, `inInput`, `dispatches`, and `aria` attributes.
 * Gives `null` for a button this person must not see.
 */
export function drawElement(element, place, ctx) {
  const draw = Object.hasOwn(ELEMENTS, element?.type) ? ELEMENTS[element.type] : null;
  return draw ? draw(element, place, ctx) : cannotDraw(element?.type);
}
