import type { EventLog } from '../../domain/ports/event-log.ts';
import type { KeyStore, Scope } from '../../domain/ports/key-store.ts';
import type { Directory } from '../directory.ts';
import type { KeyGrip, Vault, WantedKey } from '../vault/vault.ts';
import { refuse, type Item } from './batch.ts';
import { knownReports } from './duplicates.ts';
import {
  creates,
  faultsOf,
  faultsWith,
  isAboutAsset,
  scopeOf,
  surveyBatch,
  type Placed,
  type Placing,
  type Survey,
} from './survey.ts';

export interface Keyring {
  readonly placed: readonly Placed[];
  readonly grips: ReadonlyMap<Scope, KeyGrip>;
  /** Items that the log has already, with their positions: the same reports again. */
  readonly known: ReadonlyMap<number, number>;
}

interface Deps {
  readonly log: EventLog;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly keys: KeyStore;
}

/**
 * Finds or makes the subject references and data keys of a batch. What can be refused is refused before anything is made:
 * a key that a refused event left behind would lend its time and its owner to the next asset of that id.
 */
export async function gatherKeys(
  deps: Deps,
  tenant: string,
  items: readonly Item[],
  options: Placing & { readonly storeDefault: boolean },
): Promise<Keyring> {
  const survey = await surveyBatch(deps, tenant, items, options);
  const found = faultsOf(survey);
  const known =
    found.length > 0 || bringsSomethingNew(survey)
      ? await knownReports(deps, tenant, survey.placed, survey.stored)
      : new Map<number, number>();
  const faults = found.filter(({ index = -1 }) => !known.has(index));
  if (faults.length > 0) throw refuse(faults);

  const placed = await introduceStrangers(deps, tenant, survey.placed, known);
  const wanted = wantedKeys(
    placed.filter(({ index }) => !known.has(index)),
    options.storeDefault,
  );
  const grips = await deps.vault.ensureKeys(tenant, [...wanted.values()], [...survey.rows.values()]);
  // Another request may have been faster than this one since it looked.
  const late = placed.flatMap(item => {
    const grip = grips.get(scopeOf(item));
    return grip === undefined ? [] : faultsWith(grip, item);
  });
  if (late.length > 0) throw refuse(late);
  return { placed, grips, known };
}

const bringsSomethingNew = ({ placed, rows }: Survey): boolean =>
  placed.some(item => !rows.has(scopeOf(item)) || isStranger(item));

/** A user without a reference; only an event that brings something into being makes one. */
const isStranger = (item: Placed): boolean =>
  item.subject === undefined &&
  item.incoming.outsideSubject !== undefined &&
  (creates(item) || !isAboutAsset(item));

async function introduceStrangers(
  { directory }: Deps,
  tenant: string,
  placed: readonly Placed[],
  known: ReadonlyMap<number, number>,
): Promise<readonly Placed[]> {
  const strangers = placed.filter(item => !known.has(item.index) && isStranger(item));
  if (strangers.length === 0) return placed;
  const refs = await directory.resolve(
    tenant,
    strangers.flatMap(({ incoming }) => incoming.outsideSubject ?? []),
  );
  return placed.map(item => {
    const { outsideSubject } = item.incoming;
    return outsideSubject === undefined
      ? item
      : { ...item, subject: item.subject ?? refs.get(outsideSubject) };
  });
}

function wantedKeys(placed: readonly Placed[], storeDefault: boolean): Map<Scope, WantedKey> {
  const wanted = new Map<Scope, WantedKey>();
  for (const item of placed) {
    const scope = scopeOf(item);
    if (wanted.has(scope)) continue;
    const store = item.asset === undefined || (item.incoming.clear['store'] ?? storeDefault) !== false;
    const subject = item.asset === undefined ? null : (item.subject ?? null);
    wanted.set(scope, { scope, subject, createdAt: item.time, store });
  }
  return wanted;
}
