import type { Buffer } from 'node:buffer';
import { checkDocument } from './check-document.ts';
import { checkOlder } from './check-older.ts';
import { checkWitnesses } from './check-signatures.ts';
import { Findings } from './findings.ts';
import { OlderCheckpoints } from './older-checkpoints.ts';
import type { Pins } from './pins.ts';
import { parseJson } from './strict-json.ts';
import { Checks, type Verification } from './verification.ts';

/**
 * Verifies a certificate or receipt that stands alone. Unlike a bundle it is not signed as a whole: the events that it
 * rests on are proven, and its claims held against them, but nothing else of it is.
 */
export function verifyDocument(bytes: Buffer, part: string, pins: Pins): Verification {
  const findings = new Findings();
  const checks = new Checks(findings);
  const checked = checkDocument(parseJson(bytes)?.value, part, pins, findings);
  if (checked === undefined) return checks.outcome(undefined);
  const { document, checkpoint } = checked;
  checks.made(
    'document',
    'its dates, keys and ids are those of events in the log; its other fields are not signed',
  );
  if (checkpoint !== undefined) {
    checkWitnesses(checkpoint, part, { pins, findings, checks });
    checkOlder(new OlderCheckpoints(pins.older), checkpoint, part, { pins, findings, checks });
  }
  const { origin, size, root } = checkpoint ?? { origin: '', size: 0, root: undefined };
  return checks.outcome({
    kind: document.format,
    tenant: document.tenant,
    ...(root && { log: { origin, size, root: root.toString('base64') } }),
    events: document.evidence.length,
  });
}
