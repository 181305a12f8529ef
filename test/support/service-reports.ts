import { parse } from 'csv-parse/sync';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import { openBundle, sha256, type OpenBundle } from './bundle.ts';
import type { Caller } from './service-http.ts';
import type { TestService } from './service.ts';
import type { TestTenant } from './service-tenant.ts';

export const reportAnswer = z.looseObject({
  report: z.uuid(),
  kind: z.string(),
  state: z.string(),
  sha256: z.string().nullable(),
  bytes: z.int().nullable(),
  events: z.int().nullable(),
  reason: z.string().nullable(),
});
const requestedAnswer = z.looseObject({ report: z.uuid(), position: z.int() });

const PATIENCE = { timeout: 40_000, interval: 100 };

/** Asks for a report; answers with its id. */
export async function askFor(tenant: TestTenant, who: Caller, order: unknown): Promise<string> {
  const answer = await who.post(tenant.path('/reports'), order);
  expect(answer.status, answer.text).toBe(202);
  return answer.as(requestedAnswer).report;
}

/** Waits until the report is in that state. */
export async function until(
  tenant: TestTenant,
  who: Caller,
  report: string,
  state: string,
): Promise<z.infer<typeof reportAnswer>> {
  return vi.waitFor(async () => {
    const answer = await who.get(tenant.path(`/reports/${report}`));
    expect(answer.status, answer.text).toBe(200);
    const found = answer.as(reportAnswer);
    expect(found.state, answer.text).toBe(state);
    return found;
  }, PATIENCE);
}

/** The bytes of a bundle as whoever holds the key downloads them. */
export async function download(
  service: TestService,
  tenant: TestTenant,
  key: string,
  report: string,
): Promise<{ readonly status: number; readonly bytes: Buffer; readonly headers: Headers }> {
  const response = await fetch(`${service.address}${tenant.path(`/reports/${report}/bundle`)}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return {
    status: response.status,
    bytes: Buffer.from(await response.arrayBuffer()),
    headers: response.headers,
  };
}

export interface CheckedBundle {
  readonly report: string;
  readonly bytes: Buffer;
  readonly bundle: OpenBundle;
}

/**
 * Asks, waits, downloads, and checks what every bundle has to be: the bytes that were issued, the files that the manifest
 * lists, in that order and with those hashes, every row valid by its schema, and as many lines in the CSV.
 */
export async function checkedBundle(
  service: TestService,
  tenant: TestTenant,
  key: string,
  order: unknown,
): Promise<CheckedBundle> {
  const who = service.callerWith(key);
  const report = await askFor(tenant, who, order);
  const issued = await until(tenant, who, report, 'issued');
  const { status, bytes } = await download(service, tenant, key, report);
  expect(status).toBe(200);
  expect(sha256(bytes)).toBe(issued.sha256);
  expect(bytes.length).toBe(issued.bytes);
  const bundle = openBundle(bytes);
  checkFiles(bundle);
  checkData(bundle);
  return { report, bytes, bundle };
}

const manifest = z.looseObject({
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});

function checkFiles(bundle: OpenBundle): void {
  const { files } = manifest.parse(bundle.json('manifest.json'));
  expect([...files.map(({ path }) => path), 'manifest.json']).toEqual(bundle.paths);
  for (const file of files) {
    const bytes = bundle.bytes(file.path);
    expect({ ...file, bytes: bytes.length, sha256: sha256(bytes) }).toEqual(file);
  }
}

const DATA = /^data\/(?<name>.+)\.ndjson$/;

function checkData(bundle: OpenBundle): void {
  for (const name of bundle.paths.flatMap(path => DATA.exec(path)?.groups?.['name'] ?? [])) {
    const schema = bundle.json(`schemas/${name}.schema.json`) as Parameters<typeof z.fromJSONSchema>[0];
    const row = z.fromJSONSchema(schema);
    const rows = bundle.lines(`data/${name}.ndjson`);
    for (const found of rows) expect(row.safeParse(found).error, name).toBeUndefined();
    const lines = parse(bundle.text(`data/${name}.csv`), { columns: true });
    expect(lines, name).toHaveLength(rows.length);
  }
}

/** What an auditor pins of a tenant's log. */
export async function verifierKey(tenant: TestTenant): Promise<string> {
  const answer = await tenant.auditor.get(tenant.path('/log/key'));
  expect(answer.status, answer.text).toBe(200);
  return answer.as(z.looseObject({ key: z.string() })).key;
}
