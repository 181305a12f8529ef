import { LetheError } from '../../domain/errors.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import { assetScope, type KeyStore } from '../../domain/ports/key-store.ts';
import type { CaseOpener, UrgentSignal } from '../abuse/case-opener.ts';
import type { Holds } from '../holds.ts';
import type { Draft } from '../recorder.ts';
import { caseStream } from '../streams.ts';
import { stampOf } from '../tenants.ts';
import type { CaseLogDeps } from './case-log.ts';

const OPENER: Actor = { kind: 'worker', id: 'case-opener' };
const PRIORITY = { low: 'normal', medium: 'high', high: 'urgent' } as const;

interface Deps extends CaseLogDeps {
  readonly holds: Pick<Holds, 'request'>;
  readonly keys: Pick<KeyStore, 'readDataKeys'>;
}

/** Nothing is left to preserve, or it is preserved already: the case is opened all the same. */
const SETTLED: ReadonlySet<string> = new Set(['hold-too-late', 'hold-exists']);

/**
 * Case and hold take the signal's own id, so that a second run finds what the first one did. The hold is asked for first:
 * the case may come a moment later, the erasure may not come earlier.
 */
export const createCaseOpener = (deps: Deps): CaseOpener => ({
  openFor: async (tenant, urgent) => {
    const { signal: id } = urgent.signal;
    if ((await deps.log.readStream(tenant, caseStream(id))).length > 0) return { case: id };
    const assets = await unerased(deps.keys, tenant, urgent.signal.assets);
    if (assets.length > 0) await preserve(deps, tenant, urgent, assets);
    await openCase(deps, tenant, urgent.signal, assets);
    return { case: id };
  },
});

/** The worker only asks: it takes a person to place the hold (72 hours at most without one). */
async function preserve(
  { holds }: Deps,
  tenant: string,
  { signal: { signal: id, rule } }: UrgentSignal,
  assets: readonly string[],
): Promise<void> {
  const terms = {
    kind: 'internal-investigation',
    authority: `rule/${rule}`,
    ground: 'abuse investigation',
  } as const;
  try {
    await holds.request(tenant, { ...terms, scope: { assets: [...assets], case: id } }, OPENER, id);
  } catch (error) {
    if (!(error instanceof LetheError) || !SETTLED.has(error.code)) throw error;
  }
}

async function openCase(
  { recorder, tenants, clock }: Deps,
  tenant: string,
  { signal: id, severity, subject }: UrgentSignal['signal'],
  assets: readonly string[],
): Promise<void> {
  const context = { actor: OPENER, time: clock.now() };
  const opened = { case: id, priority: PRIORITY[severity], origin: 'deadline', signals: [id] } as const;
  const linked = { case: id, subjects: [subject], ...(assets.length > 0 && { assets: [...assets] }) };
  const drafts: Draft[] = [
    { ...context, type: 'case.opened', data: { ...opened, signals: [...opened.signals] } },
    { ...context, type: 'case.linked', data: linked },
  ];
  const prepared = recorder.prepare(stampOf(await tenants.get(tenant)), drafts);
  // A conflict says that another process has opened it in between.
  await recorder.append(prepared, [{ tenant, stream: caseStream(id), revision: -1 }]);
}

async function unerased(
  keys: Pick<KeyStore, 'readDataKeys'>,
  tenant: string,
  assets: readonly string[],
): Promise<string[]> {
  const rows = await keys.readDataKeys(tenant, assets.map(assetScope));
  const there = new Set(rows.filter(({ state }) => state !== 'erased').map(({ scope }) => scope));
  return assets.filter(asset => there.has(assetScope(asset)));
}
