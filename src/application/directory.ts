import { LetheError } from '../domain/errors.ts';
import {
  subjectScope,
  type DataKeyRow,
  type FoundSubject,
  type KeyStore,
  type Purpose,
} from '../domain/ports/key-store.ts';
import type { Surroundings } from './context.ts';
import type { KeyGrip, Vault } from './vault/vault.ts';

/**
 * Who a subject is: the link between a tenant's own id of a user and Lethe's random reference. It lives only in the
 * key store, the id sealed under the subject's own key, and dies with the account. Nothing of it is cached: what one
 * process forgets, no other can find again.
 */
export interface Directory {
  /** The reference of each outside id; makes those that are missing. Of racing callers one makes it, all get it. */
  resolve(tenant: string, outsideIds: readonly string[]): Promise<Map<string, string>>;
  /** Those outside ids that have a reference, with it and the state of the account; never makes one. */
  findMany(tenant: string, outsideIds: readonly string[]): Promise<Map<string, FoundSubject>>;
  /** The reference, or undefined; never makes one. */
  find(tenant: string, outsideId: string): Promise<string | undefined>;
  /** The outside id; undefined once it is forgotten, or hidden from the purpose (default: serving). */
  reveal(tenant: string, subject: string, purpose?: Purpose): Promise<string | undefined>;
  /**
   * Erases the subject's own key and removes the link; the same outside id is then a stranger. Answers with the
   * tombstone, undefined where the subject never had a key. Idempotent.
   */
  forget(tenant: string, subject: string): Promise<DataKeyRow | undefined>;
}

interface DirectoryDeps extends Surroundings {
  readonly vault: Vault;
  readonly keys: KeyStore;
}

const KIND = 'subject';

/** A link about to be inserted. */
interface Entry {
  readonly outsideId: string;
  readonly token: Buffer;
  readonly subject: string;
}

interface Looked {
  readonly found: Map<string, FoundSubject>;
  readonly strangers: readonly Omit<Entry, 'subject'>[];
}

export function createDirectory(deps: DirectoryDeps): Directory {
  const { vault, keys, clock } = deps;

  const look = async (tenant: string, outsideIds: readonly string[]): Promise<Looked> => {
    const distinct = [...new Set(outsideIds)];
    const tokens = await vault.tokens(tenant, KIND, distinct);
    const subjects = await keys.findSubjects(tenant, tokens);
    const found = new Map<string, FoundSubject>();
    const strangers: Omit<Entry, 'subject'>[] = [];
    tokens.forEach((token, index) => {
      const outsideId = distinct[index] ?? '';
      const subject = subjects[index];
      if (subject === undefined) strangers.push({ outsideId, token });
      else found.set(outsideId, subject);
    });
    return { found, strangers };
  };

  const findMany: Directory['findMany'] = async (tenant, outsideIds) =>
    outsideIds.length === 0 ? new Map() : (await look(tenant, outsideIds)).found;

  const find: Directory['find'] = async (tenant, outsideId) =>
    (await findMany(tenant, [outsideId])).get(outsideId)?.subject;

  const resolve: Directory['resolve'] = async (tenant, outsideIds) => {
    const looked = await look(tenant, outsideIds);
    const refs = new Map([...looked.found].map(([outsideId, { subject }]) => [outsideId, subject]));
    const strangers = looked.strangers.map(stranger => ({ ...stranger, subject: deps.random.uuid() }));
    for (const [outsideId, subject] of await introduce(deps, tenant, strangers)) refs.set(outsideId, subject);
    return refs;
  };

  const reveal: Directory['reveal'] = async (tenant, subject, purpose = 'serving') => {
    const row = await keys.readSubject(tenant, subject);
    if (row === undefined) return undefined;
    const scope = subjectScope(subject);
    const opened = await vault.open(tenant, scope, purpose, row.sealedId, subject, 'content');
    return opened.status === 'opened' ? opened.bytes.toString('utf8') : undefined;
  };

  const forget: Directory['forget'] = async (tenant, subject) => {
    // The key goes first: a crash in between leaves a link that opens for nobody, and forgetting again removes it.
    const [tombstone] = await vault.erase(tenant, [subjectScope(subject)], clock.now());
    await keys.deleteSubject(tenant, subject);
    return tombstone;
  };

  return { resolve, findMany, find, reveal, forget };
}

/** Stores the links of strangers; answers with the reference that stands for each. */
async function introduce(
  { vault, keys, clock }: DirectoryDeps,
  tenant: string,
  entries: readonly Entry[],
): Promise<Map<string, string>> {
  if (entries.length === 0) return new Map();
  const createdAt = clock.now();
  const wanted = entries.map(({ subject }) => ({
    scope: subjectScope(subject),
    subject: null,
    createdAt,
    store: true,
  }));
  const grips = await vault.ensureKeys(tenant, wanted);
  const rows = entries.map(({ outsideId, token, subject }) => {
    const grip = grips.get(subjectScope(subject));
    return { tenant, token, subject, sealedId: sealId(vault, tenant, subject, grip, outsideId) };
  });
  const standing = await keys.insertSubjects(rows);
  const byToken = new Map(standing.map(row => [row.token.toString('latin1'), row.subject]));
  // Another caller was first: the key made here protects nothing and goes.
  const lost = entries.filter(({ token, subject }) => byToken.get(token.toString('latin1')) !== subject);
  await vault.erase(
    tenant,
    lost.map(({ subject }) => subjectScope(subject)),
    createdAt,
  );
  return new Map(
    entries.map(({ outsideId, token, subject }) => [
      outsideId,
      byToken.get(token.toString('latin1')) ?? subject,
    ]),
  );
}

function sealId(
  vault: Vault,
  tenant: string,
  subject: string,
  grip: KeyGrip | undefined,
  outsideId: string,
): Buffer {
  if (grip?.status !== 'usable') throw new LetheError('key-missing', 'a new subject got no key');
  const content = Buffer.from(outsideId, 'utf8');
  return vault.seal(grip, tenant, subjectScope(subject), subject, { content }).blob;
}
