import type { DeliveryCursors } from '../domain/ports/delivery-cursors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { KeyName, KeyReaping } from '../domain/ports/key-reaping.ts';
import type { Attempts } from './attempts.ts';
import type { ViewIndex } from './ports.ts';

export interface ReaperDeps {
  readonly log: Pick<EventLog, 'head' | 'readStream'>;
  readonly keys: KeyReaping;
  readonly views: Pick<ViewIndex, 'reached'>;
  /** Keys, made within a time, of assets that the views do not know: perhaps too many, never too few. */
  readonly suspects: (after: Date, until: Date) => Promise<KeyName[]>;
  readonly cursors: DeliveryCursors;
  readonly attempts: Attempts;
  /** Longer than any request takes from its key to its event, milliseconds. */
  readonly graceMs: number;
}

const CURSOR = 'key-reaper';
const REAPED_AT_ONCE = 1_000;
const CATCH_UP_MS = 10_000;

/** An asset's key and its events have one name. */
const hasEvents = async ({ log }: ReaperDeps, { tenant, scope }: KeyName): Promise<boolean> =>
  (await log.readStream(tenant, scope)).length > 0;

async function condemnUnused(deps: ReaperDeps, suspect: KeyName): Promise<true> {
  if (!(await hasEvents(deps, suspect))) await deps.keys.condemn(suspect);
  return true;
}

/** Keys that have waited for their event through the grace are condemned. */
async function condemnOverdue(deps: ReaperDeps): Promise<void> {
  const { keys, views, cursors, attempts, graceMs } = deps;
  const until = await keys.before(graceMs);
  // Views that know every event so far leave few suspects to look up in the log.
  await views.reached(await deps.log.head(), CATCH_UP_MS);
  const after = new Date(await cursors.load(CURSOR));
  let isDone = true;
  for (const suspect of await deps.suspects(after, until)) {
    isDone = (await attempts.of(suspect.tenant, () => condemnUnused(deps, suspect))) === true && isDone;
  }
  // Whoever could not be looked up is a suspect again.
  if (isDone) await cursors.store(CURSOR, until.getTime());
}

async function reapUnused(deps: ReaperDeps, name: KeyName, before: Date): Promise<boolean> {
  if (!(await hasEvents(deps, name))) return deps.keys.reap(name, before);
  await deps.keys.acquit(name);
  return false;
}

/** Whoever had taken the key up before it was condemned has appended by now, or never will. */
async function reapCondemned(deps: ReaperDeps): Promise<number> {
  const before = await deps.keys.before(deps.graceMs);
  let reaped = 0;
  for (const name of await deps.keys.condemned(before, REAPED_AT_ONCE)) {
    if (await deps.attempts.of(name.tenant, () => reapUnused(deps, name, before))) reaped++;
  }
  return reaped;
}

/**
 * Keys are made before the event that they seal is appended; where the append never came, the key would lend its time and
 * its owner to the next asset of that id. Removes such keys of assets, and answers how many.
 */
export async function reapKeys(deps: ReaperDeps): Promise<number> {
  const reaped = await reapCondemned(deps);
  await condemnOverdue(deps);
  return reaped;
}
