import type { AnyEnvelope } from '../events/envelope.ts';
import type { Category } from '../events/fields.ts';
import { FIELD_INVENTORY } from '../events/inventory.ts';

/** What may leave in a field that OCSF has no name for: neither content nor network data, profiles or pseudonyms. */
const ALLOWED: ReadonlySet<Category | undefined> = new Set<Category>([
  'identifier',
  'service-metadata',
  'usage',
  'policy',
  'legal',
  'key-metadata',
]);
/** Lists are cut: the log has them whole, and receivers bound the length of a line. */
const LONGEST_LIST = 50;

const allowedFields = Map.groupBy(
  FIELD_INVENTORY.filter(({ part, category }) => part === 'clear' && ALLOWED.has(category)),
  ({ type }) => type,
);

/**
 * The clear data of an event as far as the categories of its schema allow it, so that a field that is added tomorrow
 * stays behind until somebody has said what it is (promise 48).
 */
export function unmappedOf({ type, region, policy, data }: AnyEnvelope): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = data;
  const fields = (allowedFields.get(type) ?? []).flatMap(({ field }) => {
    const value = values[field];
    if (value === undefined) return [];
    return [[field, Array.isArray(value) ? (value as unknown[]).slice(0, LONGEST_LIST) : value] as const];
  });
  return { region, policy, ...Object.fromEntries(fields) };
}
