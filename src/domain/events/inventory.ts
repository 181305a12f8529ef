import { z } from 'zod';
import { definitionOf, EVENT_TYPES, type EventType } from './catalogue.ts';
import type { Category } from './fields.ts';

/** One field of an event: whether it is kept in clear, and of which category it is (promise 15). */
export interface InventoryField {
  readonly type: EventType;
  readonly field: string;
  /** clear: in the envelope for ever · content, network: sealed. */
  readonly part: 'clear' | 'content' | 'network';
  /** Undefined where a schema has forgotten it: that breaks the promise. */
  readonly category: Category | undefined;
}

/** Every field of every event, read off the schemas that are enforced. */
export const FIELD_INVENTORY: readonly InventoryField[] = EVENT_TYPES.flatMap(type =>
  (['clear', 'content', 'network'] as const).flatMap(part =>
    Object.entries(definitionOf(type)[part]).map(([field, schema]) => ({
      ...{ type, field, part },
      category: categoryOf(schema),
    })),
  ),
);

function categoryOf(schema: z.ZodType): Category | undefined {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  return (schema.meta() ?? inner.meta())?.['category'] as Category | undefined;
}

const PERSONAL: ReadonlySet<Category> = new Set<Category>(['content', 'network', 'profile']);

/** Fields without a category, or kept in clear though they are personal: none, by what the schemas say. */
export const misplacedFields = (inventory: readonly InventoryField[] = FIELD_INVENTORY): InventoryField[] =>
  inventory.filter(
    ({ part, category }) => category === undefined || (part === 'clear' && PERSONAL.has(category)),
  );

/** How many fields there are of each category. */
export const fieldsByCategory = (): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(FIELD_INVENTORY, ({ category }) => category ?? 'none')].map(([category, fields]) => [
      category,
      fields.length,
    ]),
  );
