import type { EnvelopeLine } from './envelope-line.ts';
import type { FindingCode } from './findings.ts';

/** An event that is shown to be in the log. */
export interface LogEvent {
  readonly leaf: number;
  readonly envelope: EnvelopeLine;
}

/** Reports a claim that an event contradicts, or that none supports. */
export type Dispute = (code: ClaimCode, message: string, leaf?: number) => void;
type ClaimCode = Extract<FindingCode, `claim-${string}`>;

/** The same moment, however it is written. */
export const isSameInstant = (one: unknown, other: unknown): boolean =>
  typeof one === 'string' && typeof other === 'string' && Date.parse(one) === Date.parse(other);

export function isSameSet(one: unknown, other: readonly string[]): boolean {
  if (!Array.isArray(one)) return false;
  const items = new Set<unknown>(one);
  return items.size === other.length && other.every(item => items.has(item));
}

export const ofType = (events: readonly LogEvent[], ...types: readonly string[]): LogEvent[] =>
  events.filter(({ envelope }) => types.includes(envelope.type));
