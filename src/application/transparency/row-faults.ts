import { hash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../domain/bundle/strict-json.ts';
import type { StoredEvent } from '../../domain/ports/event-log.ts';
import type { LiveFault } from './live-findings.ts';

const told = z.object({
  tenant: z.string(),
  stream: z.string(),
  source: z.string(),
  sourceId: z.string(),
  type: z.string(),
  sealed: z.object({ hash: z.string() }).optional(),
});

/**
 * Holds what stands beside a proven envelope against it: its columns, the hash of its sealed bytes, and that the revisions
 * of its stream have no gap. Call it with a tenant's events in log order.
 */
export function rowFaults(): (event: StoredEvent) => LiveFault | undefined {
  const revisions = new Map<string, number>();
  return event => {
    const { position, revision, stream } = event;
    const awaited = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const changed = columnOf(event);
    if (changed === 'sealed')
      return {
        kind: 'sealed-changed',
        position,
        message: `the sealed bytes at position ${position} were changed`,
      };
    if (changed !== undefined)
      return {
        kind: 'changed',
        position,
        message: `the column ${changed} at position ${position} was changed`,
      };
    if (revision === awaited) return undefined;
    const message = `the event at position ${position} has revision ${revision} of its stream where ${awaited} follows`;
    return { kind: 'changed', position, message };
  };
}

/** The first column that differs from what the envelope says. */
function columnOf(event: StoredEvent): string | undefined {
  const envelope = told.safeParse(parseJson(event.envelope)?.value).data;
  // Its leaf was then changed with it, which the signed checkpoint shows.
  if (envelope === undefined) return 'envelope';
  const columns = ['tenant', 'stream', 'source', 'sourceId', 'type'] as const;
  const changed = columns.find(column => envelope[column] !== event[column]);
  if (changed !== undefined) return changed;
  const sealed = event.sealed === null ? undefined : hash('sha256', event.sealed, 'base64url');
  return sealed === envelope.sealed?.hash ? undefined : 'sealed';
}
