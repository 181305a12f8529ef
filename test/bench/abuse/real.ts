import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { CloudEvent } from '../../../src/cli/simulate/cloud-event.ts';
import {
  castOf,
  simulateMonth,
  type Cast,
  type MonthOptions,
} from '../../../src/cli/simulate/month/month.ts';
import { RULES } from '../../../src/domain/rules/rule-names.ts';
import { openTenant, type Client } from '../client.ts';
import { withService } from '../with-service.ts';
import type { Signalled } from './scoreboard.ts';

/** Nothing of the month is erased while it is looked at. */
const POLICY = { pack: 'neuralseek', minRetention: 'P60D', maxRetention: 'P365D' };
const EVENTS_AT_ONCE = 1_000;
const PAGE = 100;
const POLL_MS = 500;
const WITHIN_MS = 1_800_000;

export interface RealRun {
  readonly events: number;
  readonly found: readonly Signalled[];
  /** From the first report until the rules have gone past the last. */
  readonly ms: number;
}

/** The month reported over HTTP to a service of its own: log, views, worker, and the signals as an investigator reads them. */
export const runReal = (month: MonthOptions): Promise<RealRun> =>
  withService(async service => {
    const client = await openTenant(service, POLICY);
    const read = await investigatorOf(client, service.operatorKey);
    const began = performance.now();
    const events = await report(client, simulateMonth(month));
    await report(client, lastOnes());
    await rulesPast(read);
    const ms = performance.now() - began;
    return { events, ms, found: await signalled(read, castOf(month)) };
  });

async function report({ url, tenant, key }: Client, events: Iterable<CloudEvent>): Promise<number> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  let lines: string[] = [];
  let reported = 0;
  const send = async (): Promise<void> => {
    const body = lines.join('\n');
    const answer = await fetch(`${url}/v1/tenants/${tenant}/events`, { method: 'POST', headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`events answer ${answer.status}: ${text.slice(0, 300)}`);
    reported += lines.length;
    lines = [];
  };
  for (const event of events) {
    if (lines.push(JSON.stringify(event)) === EVENTS_AT_ONCE) await send();
  }
  if (lines.length > 0) await send();
  return reported;
}

const LAST = 'last-of-all';

/** Somebody as fast as a script, after everybody else: once he is signalled, the rules have seen the month. */
const lastOnes = (): CloudEvent[] =>
  Array.from({ length: 300 }, (_, index) => ({
    ...{ specversion: '1.0', id: `last-${index}`, source: 'urn:lethe:bench:last', type: 'upload.received' },
    ...{ subject: `last-asset-${index}`, time: new Date().toISOString(), data: { subject: LAST } },
  }));

async function rulesPast(read: Reader): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while ((await read({ subject: LAST })).items.length === 0) {
    if (performance.now() > deadline) throw new Error('the rules did not come to the end of the month');
    await delay(POLL_MS);
  }
}

const signals = z.object({
  items: z.array(z.object({ signal: z.string(), subject: z.string(), rule: z.enum(RULES) })),
  next: z.string().optional(),
});
type Reader = (query: Readonly<Record<string, string>>) => Promise<z.infer<typeof signals>>;

/** Reads signals; of a user who has never done anything there are none. */
async function investigatorOf({ url, tenant }: Client, operatorKey: string): Promise<Reader> {
  const base = `${url}/v1/tenants/${tenant}`;
  const issued = await fetch(`${base}/api-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'investigator' }),
  });
  const { key } = z.object({ key: z.string() }).parse(await issued.json());
  return async query => {
    const search = new URLSearchParams({ limit: String(PAGE), ...query }).toString();
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${base}/abuse/signals?${search}`, { headers });
    if (answer.status === 404) return { items: [] };
    return signals.parse(await answer.json());
  };
}

/** The cast by their own ids; whoever else is signalled is of the crowd, and known by reference alone. */
async function signalled(read: Reader, { planted, honest }: Cast): Promise<Signalled[]> {
  const found: Signalled[] = [];
  const known = new Set((await read({ subject: LAST })).items.map(({ signal }) => signal));
  for (const { id } of [...planted, ...honest].flatMap(({ accounts }) => accounts)) {
    for (const { signal, rule } of (await read({ subject: id })).items) {
      known.add(signal);
      found.push({ subject: id, rule });
    }
  }
  for (let page = await read({}); ; page = await read({ cursor: page.next })) {
    found.push(...page.items.filter(({ signal }) => !known.has(signal)));
    if (page.next === undefined) return found;
  }
}
