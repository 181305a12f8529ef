import type { Db } from '../runner/view.ts';

/** A model that has served the tenant. */
export interface ServingModel {
  readonly name: string;
  /** Where it ran; null where the calls do not say. */
  readonly region: string | null;
}

/** Tallies of measure `model` have the key `<name> <region>`. */
export function modelsIn(book: {
  of(measure: string): readonly (readonly [key: string, tally: unknown])[];
}): ServingModel[] {
  const keys = new Set(book.of('model').map(([key]) => key));
  return [...keys].map(modelOf);
}

function modelOf(key: string): ServingModel {
  const [name = '', region = ''] = key.split(' ');
  return { name, region: region === '' ? null : region };
}

/** The models that have served the tenant, by name (promise 13). */
export async function servingModels(db: Db, tenant: string): Promise<ServingModel[]> {
  const { rows } = await db.query<{ key: string }>(
    `select distinct key from view_evidence.tallies where tenant = $1 and measure = 'model' order by key`,
    [tenant],
  );
  return rows.map(({ key }) => modelOf(key));
}
