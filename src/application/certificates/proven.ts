import type { Buffer } from 'node:buffer';
import type { ProvenEnvelope } from '../../domain/certificate/schemas.ts';
import { LetheError } from '../../domain/errors.ts';
import { decodeEnvelope, type AnyEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { LogProofs } from '../reports/log-proofs.ts';

export interface ReadEvent {
  readonly position: number;
  readonly bytes: Buffer;
  readonly envelope: AnyEnvelope;
}

/** The tenant's events at these positions, in order and each once. */
export async function readEvents(
  log: Pick<EventLog, 'readAt'>,
  tenant: string,
  positions: readonly (number | null | undefined)[],
): Promise<ReadEvent[]> {
  const wanted = [...new Set(positions.filter(position => typeof position === 'number'))];
  const stored = await log.readAt(wanted, { withoutSealed: true });
  if (stored.length !== wanted.length || stored.some(event => event.tenant !== tenant)) {
    throw new LetheError('internal', 'the views name a position that holds no event of the tenant');
  }
  return stored.map(({ position, envelope }) => ({
    position,
    bytes: envelope,
    envelope: decodeEnvelope(envelope),
  }));
}

export interface Proven extends ProvenEnvelope {
  readonly position: number;
}

/** Each event with its leaf and its proof in a tree of `size`. */
export async function prove(
  proofs: Pick<LogProofs, 'indexOf' | 'inclusion'>,
  tenant: string,
  events: readonly ReadEvent[],
  size: number,
): Promise<Proven[]> {
  const proven: Proven[] = [];
  for (const { position, bytes } of events) {
    const index = await proofs.indexOf(tenant, position);
    if (index === undefined)
      throw new LetheError('internal', `position ${position} is no leaf of the tenant's tree`);
    const proof = await proofs.inclusion(tenant, index, size);
    proven.push({
      position,
      envelope: bytes.toString('utf8'),
      index,
      proof: proof.map(hash => hash.toString('base64')),
    });
  }
  return proven;
}
