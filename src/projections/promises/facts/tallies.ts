import type { Db } from '../../runner/view.ts';

export interface Tally {
  /** Version that the events carry. */
  readonly policy: number;
  readonly n: number;
  readonly total: number;
  readonly firstPosition: number;
  readonly lastAt: Date;
}

type TallyRow = Tally & { readonly measure: string; readonly key: string };

/** The tenant's tallies, looked up by measure and key; what was never counted is 0. */
export interface TallyBook {
  /** How often: of one key, or of all keys of the measure. */
  count(measure: string, key?: string): number;
  total(measure: string, key?: string): number;
  /** One entry a key and policy version. */
  of(measure: string): readonly (readonly [key: string, tally: Tally])[];
}

/** Without what was counted under the versions `unpromised`. */
export async function tallyBook(db: Db, tenant: string, unpromised: readonly number[]): Promise<TallyBook> {
  const { rows } = await db.query<TallyRow>(
    `select measure, key, policy, n, total, first_position as "firstPosition", last_at as "lastAt"
     from view_evidence.tallies where tenant = $1 and policy <> all ($2::integer[]) order by measure, key, policy`,
    [tenant, unpromised],
  );
  const byMeasure = Map.groupBy(rows, ({ measure }) => measure);
  const matching = (measure: string, key?: string): readonly TallyRow[] =>
    (byMeasure.get(measure) ?? []).filter(row => key === undefined || row.key === key);
  const sum = (found: readonly TallyRow[], of: 'n' | 'total'): number =>
    found.reduce((total, row) => total + row[of], 0);
  return {
    count: (measure, key) => sum(matching(measure, key), 'n'),
    total: (measure, key) => sum(matching(measure, key), 'total'),
    of: measure => matching(measure).map(row => [row.key, row]),
  };
}
