import { isKind, type Anomaly, type Deletion, type Fact, type History } from './operations.ts';

const ERASED = 'asset.erased';
const CERTIFIED = 'erasure.certified';

/** Whether what was deleted is erased and certified, once each, not before its date, and nothing else is. */
export function checkErasures({ operations, log }: History): Anomaly[] {
  const deletions = new Map(
    operations.filter(isKind('deletion')).map(deletion => [deletion.asset, deletion]),
  );
  return [ERASED, CERTIFIED].flatMap(type => {
    const facts = log.filter(fact => fact.type === type);
    const byAsset = Map.groupBy(facts, ({ asset }) => asset ?? '');
    return [...missing(deletions, byAsset, type), ...repeated(byAsset, type), ...early(deletions, facts)];
  });
}

type ByAsset = ReadonlyMap<string, readonly Fact[]>;
type Deletions = ReadonlyMap<string, Deletion>;

function missing(deletions: Deletions, facts: ByAsset, type: string): Anomaly[] {
  return [...deletions.values()]
    .filter(({ asset, ended }) => Number.isFinite(ended) && !facts.has(asset))
    .map(({ asset }) => ({ kind: 'unerased', of: asset, why: `deleted, and there is no ${type}` }));
}

function repeated(facts: ByAsset, type: string): Anomaly[] {
  return [...facts].flatMap(([asset, { length }]): Anomaly[] =>
    length === 1 ? [] : [{ kind: 'doubled', of: asset, why: `${length} times ${type}` }],
  );
}

function early(deletions: Deletions, facts: readonly Fact[]): Anomaly[] {
  return facts.flatMap(({ asset = '', at, type }): Anomaly[] => {
    const deletion = deletions.get(asset);
    if (deletion === undefined)
      return [{ kind: 'erased-early', of: asset, why: `${type}, and nobody asked` }];
    if (deletion.eraseAt === undefined || at >= deletion.eraseAt) return [];
    return [{ kind: 'erased-early', of: asset, why: `${type} ${deletion.eraseAt - at} ms before its date` }];
  });
}
