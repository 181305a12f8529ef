import type { CaseLinks, KnownCase } from '../../domain/case/case.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { assetScope, caseEntryScope, subjectScope, type KeyStore } from '../../domain/ports/key-store.ts';
import type { Surroundings } from '../context.ts';
import type { Draft } from '../recorder.ts';
import type { Vault } from '../vault/vault.ts';
import type { CaseEvent, LoadedCase } from './case-log.ts';

export interface CaseNote {
  readonly note: string;
  readonly by: string;
  readonly at: Date;
  readonly text: string;
}

/** What the investigators of a case wrote and noted, as far as it has not ended with what it was about. */
export interface CaseEntries {
  readonly notes: readonly CaseNote[];
  readonly entities: readonly string[];
}

export interface SealEntryDeps extends Surroundings {
  readonly vault: Pick<Vault, 'ensureKeys' | 'seal'>;
}

/** Where an entry is kept, and the event that carries it. */
export interface EntryPlace {
  readonly tenant: string;
  readonly case: string;
  readonly entry: string;
  readonly eventId: string;
}

/** Seals what only investigators may open: as the part that needs the safety key, under a key of its own. */
export async function sealEntry(
  { vault, clock }: SealEntryDeps,
  { tenant, case: id, entry, eventId }: EntryPlace,
  fields: Readonly<Record<string, unknown>>,
): Promise<NonNullable<Draft['sealed']>> {
  const scope = caseEntryScope(id, entry);
  const wanted = { scope, subject: null, createdAt: clock.now(), store: true };
  const grip = (await vault.ensureKeys(tenant, [wanted])).get(scope);
  if (grip?.status !== 'usable') throw new Error('the key of an entry that is new cannot be gone');
  return vault.seal(grip, tenant, scope, eventId, { network: Buffer.from(JSON.stringify(fields)) });
}

export interface OpenEntriesDeps {
  readonly log: EventLog;
  readonly keys: Pick<KeyStore, 'readClosed'>;
  /** With safety rights. */
  readonly evidence: Pick<Vault, 'open'>;
}

/**
 * Opens the entries that may still be read. What is about something erased is left out from that very moment on, whether
 * its own key is destroyed yet or not.
 */
export async function openEntries(
  deps: OpenEntriesDeps,
  tenant: string,
  { state, events }: LoadedCase,
): Promise<CaseEntries> {
  const erased = await erasedScopes(deps.keys, tenant, state);
  const notes: CaseNote[] = [];
  const entities: string[] = [];
  for (const event of events) {
    const entry = entryOf(event);
    const about = entry === undefined ? undefined : state.entries.get(entry);
    if (entry === undefined || about === undefined || scopesOf(about).some(scope => erased.has(scope)))
      continue;
    const fields = await openFields(deps, tenant, state.case, entry, event);
    if (fields === undefined) continue;
    const { actor, time } = event.envelope;
    if (typeof fields.text === 'string') {
      notes.push({ note: entry, by: actor.id, at: new Date(time), text: fields.text });
    }
    entities.push(...(fields.entities ?? []));
  }
  return { notes, entities: [...new Set(entities)] };
}

interface EntryFields {
  readonly text?: string;
  readonly entities?: readonly string[];
}

function entryOf({ envelope }: CaseEvent): string | undefined {
  if (envelope.type === 'case.noted') return envelope.data.note;
  return envelope.type === 'case.linked' ? envelope.data.entry : undefined;
}

const scopesOf = ({ assets, subjects }: CaseLinks): string[] => [
  ...[...assets].map(assetScope),
  ...[...subjects].map(subjectScope),
];

async function erasedScopes(
  keys: Pick<KeyStore, 'readClosed'>,
  tenant: string,
  state: KnownCase,
): Promise<ReadonlySet<string>> {
  const closed = await keys.readClosed(tenant, scopesOf(state));
  return new Set(closed.filter(({ state: of }) => of === 'erased').map(({ scope }) => scope));
}

async function openFields(
  { evidence }: OpenEntriesDeps,
  tenant: string,
  id: string,
  entry: string,
  { stored, envelope }: CaseEvent,
): Promise<EntryFields | undefined> {
  if (stored.sealed === null) return undefined;
  const scope = caseEntryScope(id, entry);
  const opened = await evidence.open(tenant, scope, 'safety', stored.sealed, envelope.id, 'network');
  return opened.status === 'opened' ? (JSON.parse(opened.bytes.toString('utf8')) as EntryFields) : undefined;
}
