// Draws the elements for days and times with the browser's own pickers.

import { cityOf, inputInstant, inputValue } from "./dates.js";
import { h } from "./dom.js";
import { marks } from "./elements_button.js";

function picker(element, place, ctx, { type, field, initial, show = (value) => value, read = (value) => value || null }) {
  const entry = ctx.form.open(place.blockId, element, { [field]: element[initial] ?? null });
  const value = () => ({ [field]: read(control.value) });
  const changed = () => {
    ctx.form.set(place.blockId, element, value());
    if (place.dispatches) ctx.act(place, element, value(), control);
  };
  const store = () => ctx.form.set(place.blockId, element, value());
  const control = h("input", { type, class: "time-input", oninput: store, onchange: changed, ...marks(element, place) });
  control.value = entry[field] ? show(entry[field]) : "";
  return control;
}

export const dateInput = (element, place, ctx) =>
  picker(element, place, ctx, { type: "date", field: "selected_date", initial: "initial_date" });

export function timeInput(element, place, ctx) {
  const control = picker(element, place, ctx, { type: "time", field: "selected_time", initial: "initial_time" });
  if (!element.timezone) return control;
  return h("span", { class: "with-zone" }, control, h("small", {}, `${cityOf(element.timezone)} time`));
}

/** Slack gives Unix seconds, read on the clock of the person who fills it in; so the zone stands beside it. */
export function dateTimeInput(element, place, ctx) {
  const control = picker(element, place, ctx, {
    type: "datetime-local",
    field: "selected_date_time",
    initial: "initial_date_time",
    show: (instant) => inputValue(instant, ctx.zone),
    read: (value) => inputInstant(value, ctx.zone),
  });
  return h("span", { class: "with-zone" }, control, h("small", {}, `your clock, ${cityOf(ctx.zone)}`));
}
