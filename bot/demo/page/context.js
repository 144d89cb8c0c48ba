// Gives the blocks of one surface what they need: who looks, at what time, and how clicks reach the app.

import { post, upload } from "./api.js";
import { confirmed } from "./confirm.js";

const FAILURES = { timeout: "operation_timeout", no_app: "dispatch_failed", error: "dispatch_failed" };

/** Slack's word for a delivery the app did not take, or what is wrong with its answer; else `null`. */
export function failureOf(delivery) {
  if (!delivery) return null;
  if (delivery.status !== "ok") return FAILURES[delivery.status] ?? delivery.status;
  return delivery.problems?.length ? `invalid answer: ${delivery.problems.join("; ")}` : null;
}

/** What drawing text needs: names, zone and clock. */
export const reader = (session) => ({
  user: session.user,
  world: session.world,
  zone: session.zone,
  now: () => session.now,
});

/**
 * The context of a surface. `container` names it as the API wants, `form` holds its entries and
 * `complain(sentence)` shows a failed click where it happened.
 */
export function contextFor(session, { container, form, complain }) {
  const ctx = { ...reader(session), container, form, complain };
  ctx.act = (place, element, value, control, undo) => act(ctx, place, element, value, control, undo);
  ctx.upload = (file) => upload(session.user, file);
  ctx.options = (place, element, value) => askOptions(ctx, place, element, value);
  return ctx;
}

async function act(ctx, place, element, value, control, undo) {
  if (element.confirm && !(await confirmed(element.confirm, ctx, control))) {
    undo?.();
    return;
  }
  const action = { type: element.type, block_id: place.blockId, action_id: element.action_id, ...value };
  const body = { user: ctx.user, container: ctx.container, action, state: { values: ctx.form.values() } };
  control.classList.add("waiting");
  try {
    const failure = failureOf((await post("action", body)).delivery);
    if (failure) ctx.complain(`${ctx.world.app.name} could not take this click: “${failure}”.`);
  } catch (error) {
    ctx.complain(error.message);
  } finally {
    control.classList.remove("waiting");
  }
}

async function askOptions(ctx, place, element, value) {
  const about = { action_id: element.action_id, block_id: place.blockId, value };
  try {
    return await post("options", { user: ctx.user, container: ctx.container, ...about });
  } catch (error) {
    ctx.complain(error.message);
    return { options: [] };
  }
}

/** Posts and hands failures to `complain`; gives back the body, or `null` after a failure. */
export async function attempt(what, body, complain) {
  try {
    return await post(what, body);
  } catch (error) {
    complain(error.message);
    return null;
  }
}
