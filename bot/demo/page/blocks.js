// Knows every block the page can draw and lays its text and elements out.

import { freshId, h, icon } from "./dom.js";
import { cannotDraw, drawElement, ELEMENTS } from "./elements.js";
import { isEmpty } from "./form.js";
import { markdown } from "./markdown.js";
import { decode, textNodes } from "./mrkdwn.js";
import { cellNodes, richText } from "./richtext.js";

const outside = (blockId) => ({ blockId, inInput: false, dispatches: true, aria: {} });

function section(block, blockId, ctx) {
  const fields = (block.fields ?? []).map((field) => h("div", { class: "field" }, textNodes(field, ctx)));
  const accessory = block.accessory && drawElement(block.accessory, outside(blockId), ctx);
  return h("div", { class: "section" },
    h("div", { class: "section-body" },
      block.text && h("div", { class: "text" }, textNodes(block.text, ctx)),
      fields.length ? h("div", { class: "fields" }, fields) : null),
    accessory && h("div", { class: "accessory" }, accessory));
}

const header = (block, blockId, ctx) => h("h3", { class: "header" }, textNodes(block.text, ctx));
const divider = () => h("hr", { class: "divider" });

function context(block, blockId, ctx) {
  const one = (element) =>
    element.type === "image"
      ? drawElement(element, outside(blockId), ctx)
      : h("span", { class: "text" }, textNodes(element, ctx));
  return h("div", { class: "context" }, block.elements.map(one));
}

const actions = (block, blockId, ctx) =>
  h("div", { class: "actions" }, block.elements.map((element) => drawElement(element, outside(blockId), ctx)));

const SEVERAL_CONTROLS = new Set(["radio_buttons", "checkboxes", "multi_static_select", "multi_users_select"]);

function input(block, blockId, ctx) {
  const { element } = block;
  const [id, labelId, noteId] = ["control", "label", "note"].map(freshId);
  const aria = { id, "aria-labelledby": labelId, "aria-describedby": noteId, "aria-required": block.optional ? null : "true" };
  const place = { blockId, inInput: true, dispatches: Boolean(block.dispatch_action), aria };
  const several = SEVERAL_CONTROLS.has(element.type);
  const label = h(several ? "span" : "label", { id: labelId, class: "label", for: several ? null : id },
    textNodes(block.label, ctx), block.optional ? h("span", { class: "optional" }, " (optional)") : null);
  const control = drawElement(element, place, ctx);
  if (!block.optional) {
    ctx.form.check(blockId, () =>
      isEmpty(ctx.form.entry(blockId, element.action_id)) ? "Please fill in this field." : null);
  }
  return h("div", { class: "input" }, label, control,
    h("div", { id: noteId, class: "notes" },
      h("div", { class: "field-error", "data-error-for": blockId, role: "alert", hidden: true }),
      block.hint && h("div", { class: "hint" }, textNodes(block.hint, ctx))));
}

function image(block, blockId, ctx) {
  const words = block.alt_text || "Picture";
  return h("figure", { class: "picture" },
    block.title && h("figcaption", {}, textNodes(block.title, ctx)),
    h("div", { class: "picture-place", role: "img", "aria-label": words }, icon("image"), h("span", {}, decode(words))));
}

const richTextBlock = (block, blockId, ctx) => h("div", { class: "rich-text text" }, richText(block, ctx));
const markdownBlock = (block) => h("div", { class: "markdown text" }, markdown(block.text));

const isNumber = (cell) => cell?.type === "raw_number" || /^[\s\d.,$€£%+-]+$/.test(cell?.text ?? "x");

function table(block, blockId, ctx) {
  const [head, ...rows] = block.rows;
  const settings = block.column_settings ?? [];
  const side = (index) => settings[index]?.align ?? (rows.length && rows.every((row) => isNumber(row[index])) ? "right" : "left");
  const cell = (tag, index, value) =>
    h(tag, { class: `align-${side(index)}`, scope: tag === "th" ? "col" : null }, cellNodes(value, ctx));
  const row = (tag) => (values) => h("tr", {}, values.map((value, index) => cell(tag, index, value)));
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" },
    h("table", {}, block.caption ? h("caption", {}, block.caption) : null,
      h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td")))));
}

/** Every drawable block by type; bot/demo/page/drawable.py repeats the names, held equal by a test. */
export const BLOCKS = {
  actions: actions,
  context: context,
  data_table: table,
  divider: divider,
  header: header,
  image: image,
  input: input,
  markdown: markdownBlock,
  rich_text: richTextBlock,
  section: section,
  table: table,
};

export { ELEMENTS };

function drawBlock(block, index, ctx) {
  const draw = Object.hasOwn(BLOCKS, block?.type) ? BLOCKS[block.type] : null;
  if (!draw) return cannotDraw(block?.type);
  const blockId = block.block_id ?? `block-${index}`;
  const node = draw(block, blockId, ctx);
  node.classList.add("block");
  node.dataset.block = block.type;
  return node;
}

/** Draws blocks in order; what cannot be drawn shows as a red box instead of vanishing. */
export const drawBlocks = (blocks, ctx) => blocks.map((block, index) => drawBlock(block, index, ctx));

/** Writes `{block_id: sentence}` under the inputs; gives back the sentences that found no place. */
export function showErrors(root, errors) {
  const left = { ...errors };
  for (const place of root.querySelectorAll("[data-error-for]")) {
    const sentence = errors[place.dataset.errorFor];
    place.textContent = sentence ?? "";
    place.hidden = !sentence;
    place.closest(".input").classList.toggle("has-error", Boolean(sentence));
    place.closest(".input").querySelector("[data-action-id]")?.setAttribute("aria-invalid", String(Boolean(sentence)));
    delete left[place.dataset.errorFor];
  }
  root.querySelector(".has-error [data-action-id]")?.focus();
  return Object.values(left);
}
