import { enforcement } from '../../domain/case/enforcement.ts';
import { LetheError } from '../../domain/errors.ts';
import type { EventData, LetheEvent } from '../../domain/events/catalogue.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import { caseDecider, type CaseCommand, type KnownCase } from '../../domain/case/case.ts';
import { assetScope, subjectScope, type KeyStore } from '../../domain/ports/key-store.ts';
import type { Draft } from '../recorder.ts';
import { caseStream } from '../streams.ts';
import { stampOf } from '../tenants.ts';
import {
  changeCase,
  loadCase,
  plainDrafts,
  type CaseChange,
  type CaseLogDeps,
  type DraftFacts,
} from './case-log.ts';
import {
  openEntries,
  sealEntry,
  type CaseEntries,
  type OpenEntriesDeps,
  type SealEntryDeps,
} from './entries.ts';

/** What a case points at: inside references of users, asset ids, entity references `kind:token`. */
export interface NewLinks {
  readonly subjects?: readonly string[] | undefined;
  readonly assets?: readonly string[] | undefined;
  readonly entities?: readonly string[] | undefined;
}

export type Verdict = Omit<EventData<'case.decided'>, 'case' | 'automated'>;

export interface CaseReceipt {
  readonly case: string;
  readonly position: number;
}

/** An investigator's files. Every method throws `case-not-found`; all but `reopen` and `entries` throw `case-closed`. */
export interface Cases {
  open(tenant: string, priority: EventData<'case.opened'>['priority'], actor: Actor): Promise<CaseReceipt>;
  assign(tenant: string, id: string, assignee: string, actor: Actor): Promise<CaseReceipt>;
  /** Throws `asset-not-found`, `asset-erased`, `subject-not-found`, `account-deleted`, `case-full`. */
  link(tenant: string, id: string, links: NewLinks, actor: Actor): Promise<CaseReceipt>;
  /** Sealed; it lives as long as everything that the case links now. */
  note(
    tenant: string,
    id: string,
    text: string,
    actor: Actor,
  ): Promise<CaseReceipt & { readonly note: string }>;
  /** With what it restricts, in one step. Throws `ground-missing`, `decision-without-subject`. */
  decide(tenant: string, id: string, verdict: Verdict, actor: Actor): Promise<CaseReceipt>;
  /** Throws `case-open`. */
  reopen(tenant: string, id: string, actor: Actor): Promise<CaseReceipt>;
  /** The assets that it links, from the log. */
  linkedAssets(tenant: string, id: string): Promise<string[]>;
  /** Opens what was written; the caller has put the read on record. */
  entries(tenant: string, id: string): Promise<CaseEntries>;
}

export interface CasesDeps extends CaseLogDeps, SealEntryDeps, OpenEntriesDeps {
  readonly keys: Pick<KeyStore, 'readClosed' | 'readDataKeys'>;
}

export function createCases(deps: CasesDeps): Cases {
  const { log, random } = deps;
  const change = async (
    tenant: string,
    id: string,
    actor: Actor,
    command: CaseCommand,
    drafts: CaseChange['drafts'] = plainDrafts,
  ): Promise<CaseReceipt> => {
    const change = { tenant, case: id, actor, command: () => command, drafts };
    const { position } = await changeCase(deps, change);
    return { case: id, position };
  };

  /** Refused before anything is sealed: no key is made for what is never recorded. */
  const changeSealed = async (
    tenant: string,
    id: string,
    actor: Actor,
    commandOf: (entry: string) => CaseCommand,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<CaseReceipt & { readonly entry: string }> => {
    const [entry, eventId] = [random.uuidv7(), random.uuidv7()];
    const command = commandOf(entry);
    caseDecider.decide(command, (await loadCase(log, tenant, id)).state);
    const sealed = await sealEntry(deps, { tenant, case: id, entry, eventId }, fields);
    return { ...(await change(tenant, id, actor, command, carrying(eventId, sealed))), entry };
  };

  const link: Cases['link'] = async (tenant, id, { subjects, assets, entities = [] }, actor) => {
    await loadCase(log, tenant, id);
    await requireLinkable(deps.keys, tenant, { subjects, assets });
    const command = { kind: 'link', subjects, assets } as const;
    if (entities.length === 0) return change(tenant, id, actor, command);
    return changeSealed(tenant, id, actor, entry => ({ ...command, entry }), { entities });
  };

  return {
    open: (tenant, priority, actor) => openCase(deps, tenant, priority, actor),
    assign: (tenant, id, assignee, actor) => change(tenant, id, actor, { kind: 'assign', assignee }),
    link,
    note: async (tenant, id, text, actor) => {
      const noted = await changeSealed(tenant, id, actor, note => ({ kind: 'note', note }), { text });
      return { case: id, position: noted.position, note: noted.entry };
    },
    decide: (tenant, id, verdict, actor) => {
      // A worker decides nothing yet; what it would decide is said to be so (DSA Art. 17(3)(c)).
      const decided = { ...verdict, automated: actor.kind === 'worker' };
      return change(tenant, id, actor, { kind: 'decide', verdict: decided }, enforced);
    },
    reopen: (tenant, id, actor) => change(tenant, id, actor, { kind: 'reopen' }),
    linkedAssets: async (tenant, id) => [...(await loadCase(log, tenant, id)).state.assets],
    entries: async (tenant, id) => openEntries(deps, tenant, await loadCase(log, tenant, id)),
  };
}

async function openCase(
  { recorder, tenants, clock, random }: CasesDeps,
  tenant: string,
  priority: EventData<'case.opened'>['priority'],
  actor: Actor,
): Promise<CaseReceipt> {
  const stamp = stampOf(await tenants.get(tenant));
  const id = random.uuidv7();
  const data = { case: id, priority, origin: 'staff' } as const;
  const prepared = recorder.prepare(stamp, [{ type: 'case.opened', data, actor, time: clock.now() }]);
  const result = await recorder.append(prepared, [{ tenant, stream: caseStream(id), revision: -1 }]);
  if (result.status !== 'appended') throw new LetheError('log-conflict', 'the case exists already');
  return { case: id, position: result.positions[0] ?? 0 };
}

/** The one event carries what is sealed, under the id that the sealing is bound to. */
const carrying =
  (id: string, sealed: NonNullable<Draft['sealed']>) =>
  (events: readonly LetheEvent[], state: KnownCase, context: DraftFacts): Draft[] =>
    plainDrafts(events, state, context).map(draft => ({ ...draft, id, sealed }));

/** The decision and what it does to each user, in one append. */
const enforced = (events: readonly LetheEvent[], state: KnownCase, context: DraftFacts): Draft[] => [
  ...plainDrafts(events, state, context),
  ...enforcement(events, state).map(({ subject, event }): Draft => ({ ...event, ...context, subject })),
];

/** Nothing is linked that is not there, or not there any more. */
async function requireLinkable(
  keys: Pick<KeyStore, 'readDataKeys'>,
  tenant: string,
  { subjects = [], assets = [] }: Pick<NewLinks, 'subjects' | 'assets'>,
): Promise<void> {
  const rows = await keys.readDataKeys(tenant, [...assets.map(assetScope), ...subjects.map(subjectScope)]);
  const states = new Map(rows.map(({ scope, state }) => [scope, state]));
  for (const asset of assets) {
    const state = states.get(assetScope(asset));
    if (state === undefined) throw new LetheError('asset-not-found', 'no such asset');
    if (state === 'erased') throw new LetheError('asset-erased', 'an asset that is erased cannot be linked');
  }
  for (const subject of subjects) {
    const state = states.get(subjectScope(subject));
    if (state === undefined) throw new LetheError('subject-not-found', 'no such user');
    if (state === 'erased') throw new LetheError('account-deleted', 'the account is erased');
  }
}
