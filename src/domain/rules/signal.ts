import { createHash } from 'node:crypto';
import type { EventData } from '../events/catalogue.ts';
import type { Finding } from './finding.ts';
import { DAY_MS } from './tally.ts';

/** The signal of a finding: the same rule, version, account and day make the same signal, whoever finds it again. */
export const signalOf = (tenant: string, version: number, finding: Finding): EventData<'abuse.signalled'> => {
  const { rule, severity, subject, score, at, windowMs, reasons, assets } = finding;
  const day = Math.floor(at / DAY_MS);
  return {
    signal: uuidOf([tenant, subject, rule, version, day]),
    ...{ rule, version, severity, score },
    window: { from: new Date(at - windowMs).toISOString(), to: new Date(at).toISOString() },
    reasons,
    assets: [...assets],
  };
};

/** A UUID that follows from what it names: version 8, whose bits are the application's (RFC 9562 §5.8). */
function uuidOf(parts: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
