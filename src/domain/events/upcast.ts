import { LetheError } from '../errors.ts';
import { definitionOf } from './catalogue.ts';
import type { Envelope } from './envelope.ts';

type Upcaster = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** `type@version` → what makes data of that version into the next one's. The one place where old shapes live. */
const UPCASTERS: Readonly<Record<string, Upcaster>> = {};

/** Brings an envelope to the current version of its type, step by step. */
export function upcast(
  envelope: Envelope,
  upcasters: Readonly<Record<string, Upcaster>> = UPCASTERS,
): Envelope {
  const target = definitionOf(envelope.type).version;
  if (envelope.version === target) return envelope;
  if (envelope.version > target) {
    throw new LetheError(
      'envelope-invalid',
      `${envelope.type} version ${envelope.version} is newer than this Lethe`,
    );
  }
  let data: Record<string, unknown> = { ...envelope.data };
  for (let version = envelope.version; version < target; version++) {
    const step = upcasters[`${envelope.type}@${version}`];
    if (step === undefined) {
      throw new LetheError('envelope-invalid', `no upcaster for ${envelope.type}@${version}`);
    }
    data = step(data);
  }
  return { ...envelope, version: target, data };
}
