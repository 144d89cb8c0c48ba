// Holds what a person has entered on one surface (a message, a modal, the home tab) and checks it.

const key = (blockId, actionId) => JSON.stringify([blockId, actionId]);

/** One surface's entries, in the shape of Slack's `state.values`. */
export class Form {
  /** `known` is an earlier `state.values`; what has the same block, action and type survives a redraw. */
  constructor(known = {}) {
    this.known = known;
    this.entries = new Map();
    this.checks = [];
    this.pending = 0; // uploads under way
  }

  /** The entry to show for an element just drawn: what was entered before, else `initial`. */
  open(blockId, element, initial) {
    const before = this.known[blockId]?.[element.action_id];
    const entry = before?.type === element.type ? before : { type: element.type, ...initial };
    this.entries.set(key(blockId, element.action_id), { blockId, actionId: element.action_id, entry });
    return entry;
  }

  set(blockId, element, value) {
    const entry = { type: element.type, ...value };
    this.entries.set(key(blockId, element.action_id), { blockId, actionId: element.action_id, entry });
  }

  /** Adds a check of one input block; `problem()` gives a sentence, or `null` when all is well. */
  check(blockId, problem) {
    this.checks.push({ blockId, problem });
  }

  /** The problems a person must mend before submitting: `{block_id: sentence}`. */
  problems() {
    const found = this.checks.map(({ blockId, problem }) => [blockId, problem()]);
    return Object.fromEntries(found.filter(([, sentence]) => sentence));
  }

  values() {
    const values = {};
    for (const { blockId, actionId, entry } of this.entries.values()) {
      (values[blockId] ??= {})[actionId] = entry;
    }
    return values;
  }

  entry(blockId, actionId) {
    return this.entries.get(key(blockId, actionId))?.entry;
  }
}

/** Whether an entry holds nothing, for required inputs. */
export function isEmpty(entry) {
  const values = Object.entries(entry ?? {}).filter(([name]) => name !== "type");
  return values.every(([, value]) => value === null || value === undefined || value.length === 0);
}
