import { z } from 'zod';
import type { Block, Table } from '../../documents/report-document.ts';
import { FIELD_INVENTORY, type InventoryField } from '../../domain/events/inventory.ts';
import {
  allDisclosures,
  subprocessorChanges,
  type DisclosureRow,
  type SubprocessorChange,
} from '../../projections/disclosures/queries.ts';
import type { Db } from '../../projections/runner/view.ts';
import {
  CATEGORY_WORDS,
  categoryWords,
  DISCLOSURE_WORDS,
  GROUND_WORDS,
  TRAINING_WORDS,
} from './law-words.ts';
import type { Dataset, ReportContext } from './plan.ts';
import { moment, orDash } from './words.ts';

/** Who else receives something, by the registers of the tenant. */
export interface Recipients {
  readonly disclosures: readonly DisclosureRow[];
  readonly changes: readonly SubprocessorChange[];
}

export const recipientsOf = async (db: Db, tenant: string): Promise<Recipients> => ({
  disclosures: await allDisclosures(db, tenant),
  changes: await subprocessorChanges(db, tenant),
});

const disclosureRow = z.object({
  disclosure: z.uuid(),
  madeAt: z.iso.datetime(),
  recipient: z.string(),
  kind: z.string(),
  ground: z.string(),
  authority: z.string().nullable(),
  nda: z.string().nullable(),
  categories: z.array(z.string()),
  cohort: z.int().nullable(),
  position: z.int(),
});
const changeRow = z.object({
  name: z.string(),
  change: z.enum(['added', 'removed', 'moved']),
  region: z.string().nullable(),
  effective: z.iso.datetime(),
  announcedAt: z.iso.datetime(),
  position: z.int(),
});
const fieldRow = z.object({
  type: z.string(),
  field: z.string(),
  part: z.enum(['clear', 'content', 'network']),
  category: z.string().nullish(),
});

export const recipientDatasets = ({ disclosures, changes }: Recipients): Dataset[] => [
  { name: 'disclosures', row: disclosureRow, rows: () => [disclosures] },
  { name: 'subprocessor-changes', row: changeRow, rows: () => [changes] },
];

export const fieldDataset = (): Dataset => ({
  name: 'fields',
  row: fieldRow,
  rows: () => [FIELD_INVENTORY],
});

export const subprocessorTable = ({ tenant }: ReportContext): Block => ({
  kind: 'table',
  caption: 'Sub-processors that the policy in force names',
  columns: [{ title: 'Sub-processor', weight: 2 }, { title: 'Region' }],
  rows: tenant.policy.subprocessors.map(({ name, region }) => [name, orDash(region)]),
  empty: 'The policy in force names no sub-processor.',
});

export const changeTable = ({ changes }: Recipients): Block => ({
  kind: 'table',
  caption: 'Changes of sub-processors',
  columns: [
    { title: 'Change' },
    { title: 'Sub-processor', weight: 2 },
    { title: 'Region' },
    { title: 'Effective', weight: 1.5 },
  ],
  rows: changes.map(({ change, name, region, effective }) => [
    change,
    name,
    orDash(region),
    moment(effective),
  ]),
  empty: 'No change of sub-processors was announced.',
});

const ALL_DISCLOSURES = { caption: 'Disclosures', empty: 'No disclosure was made.' };

export const disclosureTable = (
  { disclosures }: Pick<Recipients, 'disclosures'>,
  { caption, empty }: Pick<Table, 'empty'> & { readonly caption: string } = ALL_DISCLOSURES,
): Block => ({
  kind: 'table',
  caption,
  columns: [
    { title: 'Made', weight: 1.7 },
    { title: 'Recipient', weight: 1.5 },
    { title: 'What', weight: 1.3 },
    { title: 'Ground', weight: 1.5 },
    { title: 'Categories of data', weight: 1.3 },
  ],
  rows: disclosures.map(({ madeAt, recipient, kind, ground, categories }) => [
    moment(madeAt),
    recipient,
    DISCLOSURE_WORDS[kind],
    GROUND_WORDS[ground],
    categories.map(categoryWords).join(', '),
  ]),
  empty,
});

/** What each category of data is, in words, what is sealed first; field by field it is in data/fields.csv. */
export function categoryTable(): Block {
  const byCategory = [...Map.groupBy(FIELD_INVENTORY, ({ category }) => category)];
  const sealedFirst = byCategory.toSorted(([, one], [, other]) =>
    keptOf(other).localeCompare(keptOf(one), 'en'),
  );
  return {
    kind: 'table',
    columns: [
      { title: 'Category' },
      { title: 'What it is', weight: 3 },
      { title: 'How it is kept', weight: 1.6 },
    ],
    rows: sealedFirst.map(([category, fields]) => {
      if (category === undefined)
        return ['Of no category', fields.map(({ field }) => field).join(', '), keptOf(fields)];
      const { name, what } = CATEGORY_WORDS[category];
      return [name, what, keptOf(fields)];
    }),
    empty: 'No field is recorded.',
    note: 'data/fields.csv lists every field with its category, and says whether it is kept in clear.',
  };
}

function keptOf(fields: readonly InventoryField[]): string {
  const parts = new Set(fields.map(({ part }) => part));
  if (!parts.has('clear')) return 'sealed, until its key is destroyed';
  return parts.size === 1 ? 'in clear: nothing personal' : 'sealed where it is personal';
}

/** What data is processed for, by the purposes that open keys and those that the policy leaves out. */
export const PURPOSES: readonly (readonly [name: string, what: string])[] = [
  ['serving', 'giving users their own uploads and generations'],
  ['safety', 'abuse monitoring until the minimum retention ends; network data opens for nothing else'],
  ['export', 'copies for the user, for transmission, and reports'],
  ['erasure', 'deletion on request, on schedule, and its proof'],
];

export const purposeTable = ({ tenant }: ReportContext): Block => ({
  kind: 'table',
  columns: [{ title: 'Purpose' }, { title: 'What for', weight: 4 }],
  rows: [...PURPOSES.map(row => [...row]), ['training', TRAINING_WORDS[tenant.policy.training]]],
  empty: 'None.',
});
