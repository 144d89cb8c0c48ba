// Opens small menus beside a button: by mouse or by keyboard, one at a time.

import { h } from "./dom.js";

let open = null;

/** Closes the open menu, if any. */
export function closeMenu() {
  open?.menu.remove();
  open?.anchor.setAttribute("aria-expanded", "false");
  document.removeEventListener("pointerdown", onOutside, true);
  open = null;
}

function onOutside(event) {
  if (!open.menu.contains(event.target) && !open.anchor.contains(event.target)) closeMenu();
}

function onKey(event) {
  const items = [...open.menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key in steps) items.at(steps[event.key] % items.length).focus();
  else if (event.key === "Escape" || event.key === "Tab") leave();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function leave() {
  const { anchor } = open;
  closeMenu();
  anchor.focus();
}

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 4 + height < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - height - 4)}px`;
}

function itemNode({ label, detail, data, run }) {
  const act = () => {
    leave();
    run();
  };
  return h("button", { type: "button", role: "menuitem", tabindex: "-1", ...data, onclick: act },
    label, detail && h("small", {}, detail));
}

/** Opens a menu at `anchor`; `items` are `{label, detail?, data?, run}`. A second press closes it. */
export function openMenu(anchor, items) {
  const again = open?.anchor === anchor;
  if (open) closeMenu();
  if (again) return;
  const menu = h("div", { class: "menu", role: "menu", "data-testid": "menu", onkeydown: onKey }, items.map(itemNode));
  (anchor.closest("dialog") ?? document.body).append(menu);
  open = { menu, anchor };
  anchor.setAttribute("aria-expanded", "true");
  place(menu, anchor);
  menu.querySelector("[role=menuitem]")?.focus();
  document.addEventListener("pointerdown", onOutside, true);
}
