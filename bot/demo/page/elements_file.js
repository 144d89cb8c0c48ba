// Draws the element that takes files: each is uploaded at once, as Slack does, and can be taken out again.

import { h, icon } from "./dom.js";
import { marks } from "./elements_button.js";

export function fileInput(element, place, ctx) {
  const entry = ctx.form.open(place.blockId, element, { files: [] });
  const most = element.max_files ?? 10;
  const names = h("ul", { class: "file-names" });
  const note = h("small", { class: "file-note", role: "status" });
  const control = h("input", {
    type: "file", multiple: most > 1, class: "file-input", ...marks(element, place),
    accept: element.filetypes?.map((type) => `.${type}`).join(",") || null,
  });
  const keep = (files) => {
    ctx.form.set(place.blockId, element, { files });
    names.replaceChildren(...files.map((file) => fileName(file, () => keep(files.filter((one) => one !== file)))));
    if (place.dispatches) ctx.act(place, element, { files }, control);
  };
  control.addEventListener("change", async () => {
    const picked = [...control.files];
    control.value = ""; // so that the same file can be picked again
    const before = ctx.form.entry(place.blockId, element.action_id).files;
    const room = picked.slice(0, Math.max(most - before.length, 0));
    note.textContent = room.length < picked.length ? `At most ${most} file${most > 1 ? "s" : ""}.` : "Uploading…";
    ctx.form.pending += 1;
    try {
      const added = await Promise.all(room.map((file) => ctx.upload(file)));
      if (added.length) keep([...before, ...added]);
      if (room.length === picked.length) note.textContent = "";
    } catch (error) {
      note.textContent = error.message;
    } finally {
      ctx.form.pending -= 1;
    }
  });
  names.replaceChildren(...entry.files.map((file) => fileName(file, () => keep(entry.files.filter((one) => one !== file)))));
  return h("div", { class: "file-field" }, control, names, note);
}

function fileName(file, remove) {
  const title = `Remove ${file.name}`;
  return h("li", {}, icon("file"), h("span", {}, file.name),
    h("button", { type: "button", class: "plain", "aria-label": title, title, onclick: remove }, icon("close")));
}
