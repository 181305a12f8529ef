import { allowsModelRegion } from '../../../domain/policy/regions.ts';
import type { PolicyVersion } from '../../policies/queries.ts';
import { finding, type Check } from '../finding.ts';
import type { TallyBook } from '../facts/tallies.ts';

const outside = (book: TallyBook, region: string | undefined): number =>
  book.of('region').reduce((sum, [key, { n }]) => (key === region ? sum : sum + n), 0);

const versionOf = (versions: readonly PolicyVersion[], version: number): PolicyVersion | undefined =>
  versions.find(found => found.version === version);

/** 4. Models run where the policy of the time lets them; an answer that does not say where may have come from anywhere. */
export const modelRegions: Check = async ({ tenant, versions, tallies }) => {
  const [row, book] = [await tenant(), await tallies()];
  let outOfRegion = 0;
  for (const [modelRegion, { n, policy: version }] of book.of('model-region')) {
    const policy = versionOf(versions, version)?.policy;
    if (policy === undefined || row === undefined || !allowsModelRegion(policy, row.region, modelRegion))
      outOfRegion += n;
  }
  const [calls, withoutRegion] = [book.count('model-region'), book.count('model-region-unsaid')];
  return finding({
    seen: calls,
    violations: outOfRegion,
    unknown: withoutRegion,
    numbers: { calls, outOfRegion, answersWithoutRegion: withoutRegion, region: row?.region ?? null },
    says: `Of ${calls} calls that name the region of their model ${outOfRegion} ran outside what the policy allows; ${withoutRegion} answers do not name it.`,
  });
};

/** 5. The cell, its stores and every event stay in the region of the tenant. */
export const storedInRegion: Check = async ({ tenant, cell, tallies }) => {
  const [row, profile, book] = [await tenant(), await cell(), await tallies()];
  const outOfRegion = outside(book, row?.region);
  const stores = profile === undefined ? [] : Object.values(profile.stores);
  const elsewhere = stores.filter(({ region }) => region !== row?.region).length;
  const foreignCell = profile !== undefined && profile.region !== row?.region ? 1 : 0;
  return finding({
    seen: profile === undefined ? 0 : book.count('region'),
    violations: outOfRegion + elsewhere + foreignCell,
    numbers: {
      ...{
        region: row?.region ?? null,
        cell: profile?.region ?? null,
        outOfRegion,
        storesElsewhere: elsewhere,
      },
      log: profile?.stores.log.region ?? null,
      keys: profile?.stores.keys.region ?? null,
      exports: profile?.stores.exports.region ?? null,
    },
    says:
      profile === undefined
        ? 'No deployment profile was on record when the tenant was registered.'
        : `${book.count('region') - outOfRegion} events were kept in ${row?.region ?? 'no region'}, ${outOfRegion} elsewhere; ${elsewhere} stores lie elsewhere.`,
  });
};

/** 14. The deployment is what its profile says; a cell that has drifted from it does not start. */
export const boundaries: Check = async ({ cell, tallies }) => {
  const [profile, book] = [await cell(), await tallies()];
  const outOfCell = profile === undefined ? 0 : outside(book, profile.region);
  return finding({
    seen: profile === undefined ? 0 : 1,
    violations: outOfCell,
    numbers: { tenancy: profile?.tenancy ?? null, cell: profile?.region ?? null, outOfCell },
    says:
      profile === undefined
        ? 'No deployment profile was on record when the tenant was registered.'
        : `The tenant runs in a ${profile.tenancy} cell in ${profile.region}; ${outOfCell} events were recorded elsewhere.`,
  });
};
