import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { readEvents } from '../../application/certificates/proven.ts';
import type { LogProofs } from '../../application/reports/log-proofs.ts';
import { csv } from '../../documents/csv.ts';
import { BUNDLE_PATHS, type InclusionLine, type RangeProof } from '../../domain/bundle/manifest.ts';
import { envelopeLines, ndjson, once } from './bundle/bytes.ts';
import type { BundlePart } from './bundle/zip.ts';
import { mapPages, type Pages } from './paging.ts';
import type { Dataset, ReportContext } from './plan.ts';
import type { RowCheck } from './row-check.ts';

/** The files of the datasets: the data first, then the schemas. `check` sees each row as it is written. */
export function dataParts(datasets: readonly Dataset[], check: RowCheck | undefined): BundlePart[] {
  const data = datasets.flatMap(({ name, row, rows }): BundlePart[] => [
    { path: `data/${name}.ndjson`, bytes: () => ndjson(mapPages(rows(), writtenRow(row, check))) },
    { path: `data/${name}.csv`, bytes: () => csv(Object.keys(row.shape), rows()) },
  ]);
  const schemas = datasets.map(({ name, row }): BundlePart => ({
    path: `schemas/${name}.schema.json`,
    bytes: () => once(`${JSON.stringify(z.toJSONSchema(row), undefined, 2)}\n`),
  }));
  return [...data, ...schemas];
}

function writtenRow(schema: z.ZodObject, check: RowCheck | undefined): (row: object) => object {
  const fields = fieldsOf(schema);
  if (check === undefined) return fields;
  return row => {
    const written = fields(row);
    check.check(schema, written);
    return written;
  };
}

/** What the schema names and nothing else: a column that a query gains later does not slip into a bundle. */
function fieldsOf({ shape }: z.ZodObject): (row: object) => object {
  const names = Object.keys(shape);
  return row => {
    const given: Readonly<Record<string, unknown>> = { ...row };
    return Object.fromEntries(names.map(name => [name, given[name]]));
  };
}

/** Counts what passes, for the manifest and for whoever watches. */
export interface EventCounter {
  readonly events: number;
  add(count: number): void;
}

export function createEventCounter(onCount: (events: number) => void): EventCounter {
  let events = 0;
  return {
    get events() {
      return events;
    },
    add: count => {
      events += count;
      onCount(events);
    },
  };
}

/** Every event of the period: proves each of them, and that none is missing. */
export function rangeParts(
  { tenant, leaves, checkpoint, sources }: ReportContext,
  counter: EventCounter,
): BundlePart[] {
  const { proofs } = sources;
  const { from, to } = leaves;
  const { size } = checkpoint;
  async function* envelopes(): AsyncGenerator<Buffer[]> {
    if (from === to) return;
    for await (const batch of proofs.entries(tenant.tenant, from, to)) {
      counter.add(batch.length);
      yield batch.map(({ envelope }) => envelope);
    }
  }
  async function* proof(): AsyncGenerator<Buffer> {
    const { left, right } = await proofs.rangeProof(tenant.tenant, from, to, size);
    const text: RangeProof = { from, to, size, left: left.map(base64), right: right.map(base64) };
    yield Buffer.from(`${JSON.stringify(text)}\n`, 'utf8');
  }
  return [
    { path: BUNDLE_PATHS.entries, bytes: () => envelopeLines(envelopes()) },
    { path: BUNDLE_PATHS.rangeProof, bytes: proof },
  ];
}

/** The events that a report rests on, in log order, each with a proof of its own. */
export function inclusionParts(
  { tenant, checkpoint, sources }: ReportContext,
  evidence: () => Pages<number>,
  counter: EventCounter,
): BundlePart[] {
  let positions: readonly number[] = [];
  async function* envelopes(): AsyncGenerator<Buffer[]> {
    positions = await inOrder(evidence());
    for (let at = 0; at < positions.length; at += READ_AT_ONCE) {
      const events = await readEvents(sources.log, tenant.tenant, positions.slice(at, at + READ_AT_ONCE));
      counter.add(events.length);
      yield events.map(({ bytes }) => bytes);
    }
  }
  async function* lines(): AsyncGenerator<InclusionLine[]> {
    for (const position of positions) {
      yield [await inclusionLine(sources.proofs, tenant.tenant, position, checkpoint.size)];
    }
  }
  return [
    { path: BUNDLE_PATHS.entries, bytes: () => envelopeLines(envelopes()) },
    { path: BUNDLE_PATHS.inclusion, bytes: () => ndjson(lines()) },
  ];
}

const READ_AT_ONCE = 500;

/** Numbers only: a user with a million events costs some megabytes. */
async function inOrder(batches: Pages<number>): Promise<readonly number[]> {
  const positions = new Set<number>();
  for await (const batch of batches) for (const position of batch) positions.add(position);
  return [...positions].toSorted((a, b) => a - b);
}

async function inclusionLine(
  proofs: LogProofs,
  tenant: string,
  position: number,
  size: number,
): Promise<InclusionLine> {
  const index = await proofs.indexOf(tenant, position);
  if (index === undefined) throw new Error(`position ${position} is no leaf of the tenant's tree`);
  return { index, proof: (await proofs.inclusion(tenant, index, size)).map(base64) };
}

const base64 = (hash: Buffer): string => hash.toString('base64');
