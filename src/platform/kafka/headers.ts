import type { IHeaders } from 'kafkajs';

/** Headers by lower-case name. One that is there twice counts once: the first. One that is null is left out. */
export function headersOf(headers: IHeaders = {}): Record<string, Buffer> {
  const found: Record<string, Buffer> = {};
  for (const [name, given] of Object.entries(headers)) {
    const first = Array.isArray(given) ? given[0] : given;
    // The client's types do not say that a header may be null, as Kafka lets it be.
    if (typeof first === 'string' || Buffer.isBuffer(first)) found[name.toLowerCase()] = Buffer.from(first);
  }
  return found;
}
