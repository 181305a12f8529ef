import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { RunningService } from './service.ts';

/** What a benchmark asks of the service, beside the load itself. */
export interface Client {
  readonly url: string;
  readonly tenant: string;
  /** A key of role tenant-admin. */
  readonly key: string;
  post(path: string, body: unknown): Promise<unknown>;
  /** Reads no older state than `position`. */
  get(path: string, position?: number): Promise<unknown>;
}

const registered = z.object({ tenant: z.string() });
const issued = z.object({ key: z.string() });

/** Registers a tenant under a policy and issues a key for it. */
export async function openTenant(service: RunningService, policy: object): Promise<Client> {
  const asOperator = { authorization: `Bearer ${service.operatorKey}` };
  const tenantBody = { name: 'Bench', region: 'eu-central', policy };
  const { tenant } = registered.parse(await call(`${service.url}/v1/tenants`, asOperator, tenantBody));
  const base = `${service.url}/v1/tenants/${tenant}`;
  const { key } = issued.parse(await call(`${base}/api-keys`, asOperator, { role: 'tenant-admin' }));
  const authorization = `Bearer ${key}`;
  return {
    url: service.url,
    tenant,
    key,
    post: (path, body) => call(`${base}${path}`, { authorization }, body),
    get: (path, position) => {
      const wait = position === undefined ? {} : { 'lethe-min-position': String(position) };
      return call(`${base}${path}`, { authorization, ...wait });
    },
  };
}

async function call(url: string, headers: Record<string, string>, body?: unknown): Promise<unknown> {
  const sent =
    body === undefined
      ? { headers }
      : {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
  const response = await fetch(url, sent);
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${new URL(url).pathname} answers ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

const WITHIN_MS = 1_800_000;
const POLL_MS = 50;

/** Waits until the views have applied a position, however far behind they are, and whatever follows the log has nothing left. */
export async function caughtUp(client: Client, position: number): Promise<void> {
  await viewsReach(client, position);
  await followersIdle(client.url);
}

/** The graph and the rules of abuse and the PII detector follow by themselves; what they measure last is no lag. */
async function followersIdle(url: string): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (performance.now() < deadline) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const lags = [...text.matchAll(/^lethe_\w*lag_events(?:\{.*\})? (\d+)$/gm)].map(([, lag]) => Number(lag));
    if (lags.every(lag => lag === 0)) return;
    await delay(POLL_MS);
  }
  throw new Error('the followers of the log did not catch up');
}

/** Waits until the views alone have applied a position. */
export async function viewsReach(client: Client, position: number): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (performance.now() < deadline) {
    const reached = await client.get('/usage', position).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && error.message.includes('view-behind')) return false;
        throw error;
      },
    );
    if (reached) return;
  }
  throw new Error('the views did not catch up');
}
