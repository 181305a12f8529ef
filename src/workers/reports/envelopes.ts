import { decodeEnvelope, type AnyEnvelope } from '../../domain/events/envelope.ts';
import type { LogEntry } from '../../application/reports/log-proofs.ts';
import type { ReportContext } from './plan.ts';

/** An event of the period as it stands in the log. */
export interface PeriodEvent {
  readonly index: number;
  readonly position: number;
  readonly envelope: AnyEnvelope;
}

/** Every event of the period, decoded, in log order. */
export async function* periodEvents({
  tenant,
  leaves,
  sources,
}: ReportContext): AsyncGenerator<PeriodEvent[]> {
  if (leaves.from === leaves.to) return;
  for await (const batch of sources.proofs.entries(tenant.tenant, leaves.from, leaves.to))
    yield batch.map(decoded);
}

const decoded = ({ index, position, envelope }: LogEntry): PeriodEvent => ({
  index,
  position,
  envelope: decodeEnvelope(envelope),
});

/** What every event says of itself, whatever its type: read without checking its data, which costs ten times as much. */
export type EventHead = Pick<
  AnyEnvelope,
  'time' | 'recorded' | 'type' | 'actor' | 'asset' | 'subject' | 'policy'
>;

export interface PeriodHead {
  readonly index: number;
  readonly position: number;
  readonly head: EventHead;
}

export const headOf = ({ index, position, envelope }: LogEntry): PeriodHead => ({
  index,
  position,
  head: JSON.parse(envelope.toString('utf8')) as EventHead,
});

/** The heads of the events of the period, in log order. */
export async function* periodHeads({ tenant, leaves, sources }: ReportContext): AsyncGenerator<PeriodHead[]> {
  if (leaves.from === leaves.to) return;
  for await (const batch of sources.proofs.entries(tenant.tenant, leaves.from, leaves.to))
    yield batch.map(headOf);
}
