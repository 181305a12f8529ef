import type { Buffer } from 'node:buffer';
import { parseJson } from './strict-json.ts';

/**
 * What the verifier reads of a stored envelope. It knows no catalogue: an event type that is younger than the verifier is
 * as good as any, since what counts is that these bytes are in the signed log.
 */
export interface EnvelopeLine {
  readonly format: number;
  readonly tenant: string;
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly recorded: string;
  readonly asset?: string;
  readonly subject?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An envelope of the log is at most this long: C2SP tlog-tiles counts an entry's bytes in 16 bits. */
export const MOST_ENVELOPE_BYTES = 65_535;

/** Checked by hand: a million of them have to be read in seconds. Undefined: not an envelope of format 1. */
export function readEnvelope(line: Buffer): EnvelopeLine | undefined {
  const value = parseJson(line)?.value;
  return isEnvelope(value) ? value : undefined;
}

function isEnvelope(value: unknown): value is EnvelopeLine {
  if (typeof value !== 'object' || value === null) return false;
  const { format, tenant, id, type, time, recorded, data } = value as Partial<
    Record<keyof EnvelopeLine, unknown>
  >;
  return (
    format === 1 &&
    typeof tenant === 'string' &&
    typeof id === 'string' &&
    typeof type === 'string' &&
    typeof time === 'string' &&
    typeof recorded === 'string' &&
    typeof data === 'object' &&
    data !== null
  );
}
