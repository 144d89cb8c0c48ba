// Reads links to messages, so that they open in the page that is already there.

/** `{channel, ts, thread}` of a link to a message of this workspace; `null` for any other address. */
export function permalinkOf(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  const match = url && /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  if (!match || url.origin !== location.origin) return null;
  const [, channel, seconds, rest] = match;
  return { channel, ts: `${seconds}.${rest}`, thread: url.searchParams.get("thread_ts") };
}

/** Calls `visit(permalink)` for clicks on such links inside `root`. */
export function followPermalinks(root, visit) {
  root.addEventListener("click", (event) => {
    const target = permalinkOf(event.target.closest("a")?.href ?? "");
    if (!target) return;
    event.preventDefault();
    visit(target);
  });
}
