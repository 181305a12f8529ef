import type { PolicyVersion } from '../../policies/queries.ts';
import type { TallyBook } from './tallies.ts';

/** How long another node may work by the version before, after one has been adopted, milliseconds. */
const NODES_LEARN_WITHIN_MS = 5_000;

/** Versions that events carry though they were not in force when those were recorded (promise 22). */
export function versionsOutOfForce(tallies: TallyBook, versions: readonly PolicyVersion[]): string[] {
  return tallies.of('policy').flatMap(([key, { firstPosition, lastAt }]) => {
    const at = versions.findIndex(({ version }) => String(version) === key);
    const own = versions[at];
    if (own === undefined) return [key];
    const next = versions[at + 1];
    // The tenant is registered under its first version, one event before that is adopted.
    const early = at > 0 && firstPosition < own.position;
    const late = next !== undefined && lastAt.getTime() > next.inForceFrom.getTime() + NODES_LEARN_WITHIN_MS;
    return early || late ? [key] : [];
  });
}
