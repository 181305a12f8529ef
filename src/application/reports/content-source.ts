import { LetheError } from '../../domain/errors.ts';
import { decodeEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { subjectScope } from '../../domain/ports/key-store.ts';
import { openContent, readAsset, type OpenedContent } from '../asset-content.ts';
import type { Assets } from '../assets.ts';
import type { Directory } from '../directory.ts';
import { subjectStream } from '../streams.ts';
import type { Vault } from '../vault/vault.ts';

export interface Profile {
  /** The tenant's own id of the user; null once it is hidden or forgotten. */
  readonly id: string | null;
  /** As reported and corrected. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Opens what a user is given a copy of. */
export interface ContentSource {
  /** As the user's own view shows it; undefined where it shows nothing: hidden, withheld, erased. */
  visible(tenant: string, asset: string, subject: string): Promise<readonly OpenedContent[] | undefined>;
  /** What is deleted but retained, by the worker's own right (ADR 10); undefined once it is erased. */
  retained(tenant: string, asset: string): Promise<readonly OpenedContent[] | undefined>;
  profile(tenant: string, subject: string): Promise<Profile>;
}

interface Deps {
  readonly log: EventLog;
  /** With safety rights: only workers have it. */
  readonly vault: Pick<Vault, 'open'>;
  readonly assets: Pick<Assets, 'contentIfVisible'>;
  readonly directory: Pick<Directory, 'reveal'>;
}

export const createContentSource = (deps: Deps): ContentSource => ({
  visible: async (tenant, asset, subject) =>
    (await deps.assets.contentIfVisible(tenant, asset, subject))?.contents,
  retained: (tenant, asset) => retained(deps, tenant, asset),
  profile: (tenant, subject) => profile(deps, tenant, subject),
});

async function retained(
  { log, vault }: Deps,
  tenant: string,
  asset: string,
): Promise<readonly OpenedContent[] | undefined> {
  try {
    return (await openContent(vault, tenant, asset, await readAsset(log, tenant, asset), 'safety')).contents;
  } catch (error) {
    if (error instanceof LetheError && error.code === 'asset-erased') return undefined;
    throw error;
  }
}

async function profile({ log, vault, directory }: Deps, tenant: string, subject: string): Promise<Profile> {
  const fields: Record<string, unknown> = {};
  for (const { envelope, sealed } of await log.readStream(tenant, subjectStream(subject))) {
    const event = decodeEnvelope(envelope);
    if (sealed === null || event.sealed?.parts.includes('content') !== true) continue;
    const opened = await vault.open(tenant, subjectScope(subject), 'serving', sealed, event.id, 'content');
    if (opened.status === 'opened') Object.assign(fields, JSON.parse(opened.bytes.toString('utf8')));
  }
  return { id: (await directory.reveal(tenant, subject)) ?? null, fields };
}
