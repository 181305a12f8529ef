import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { lintMonitoring } from '../../infra/lint/lint.ts';
import { BUILDS_WITHIN_MS, canLint } from '../support/lint.ts';
import { createService, type TestService } from '../support/service.ts';

const RULES = 'infra/prometheus/alerts.yaml';
const DASHBOARD = 'infra/grafana/lethe.json';

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
const rulesFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })),
});
const dashboardFile = z.looseObject({
  panels: z.array(z.looseObject({ targets: z.array(z.looseObject({ expr: z.string() })).default([]) })),
});

const readRules = async (): Promise<z.infer<typeof rule>[]> =>
  rulesFile.parse(parse(await readFile(RULES, 'utf8'))).groups.flatMap(({ rules }) => rules);

async function expressions(): Promise<string[]> {
  const { panels } = dashboardFile.parse(JSON.parse(await readFile(DASHBOARD, 'utf8')));
  return [
    ...(await readRules()).map(({ expr }) => expr),
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
}

const METRIC = /\b(?:lethe|process|nodejs)_[a-z0-9_]+/g;
const metricsIn = (text: string): Set<string> => new Set([...text.matchAll(METRIC)].map(([name]) => name));

/** Names that Prometheus stores for what a process tells: a histogram's are three. */
function storedNames(page: string): Set<string> {
  const told = [...page.matchAll(/^# TYPE (?<name>\S+) (?<type>\S+)$/gm)].map(({ groups }) => groups ?? {});
  return new Set(
    told.flatMap(({ name, type }) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map(suffix => `${name}${suffix}`) : [name ?? ''],
    ),
  );
}

describe('alerts and dashboard', () => {
  let api: TestService;
  let others: TestService[];
  beforeAll(async () => {
    api = await createService({ database: 'shared', command: ['api'] });
    others = [api.anotherNode(['worker']), api.anotherNode(['start'])];
    await Promise.all([api, ...others].map(node => node.start()));
  });
  afterAll(async () => {
    await Promise.all(others.map(node => node.stop()));
    await api.destroy();
  });

  const metricsOf = async (node: TestService): Promise<string> =>
    (await node.callerWith(undefined).get('/metrics')).text;

  it('name only metrics that every process tells, whatever it was started as', async () => {
    const named = metricsIn((await expressions()).join('\n'));
    expect(named.size).toBeGreaterThan(30);
    for (const node of [api, ...others]) {
      const stored = storedNames(await metricsOf(node));
      expect([...named].filter(name => !stored.has(name))).toEqual([]);
    }
  });

  it('name only workers whose leases some process holds', async () => {
    const text = (await expressions()).join('\n');
    const named = new Set(
      [...text.matchAll(/worker="(?<name>[^"]+)"/g)].map(({ groups }) => groups?.['name']),
    );
    expect(named.size).toBeGreaterThan(0);
    await vi.waitFor(async () => {
      const pages = (await Promise.all(others.map(metricsOf))).join('\n');
      for (const name of named) expect(pages).toContain(`lethe_lease_held{worker="${name ?? ''}"} 1`);
    }, 10_000);
  });
});

describe('the alerts', () => {
  it('cover what nobody may miss', async () => {
    const watched = metricsIn((await readRules()).map(({ expr }) => expr).join('\n'));
    const critical = [
      ...[
        'lethe_erasures_overdue',
        'lethe_keys_lost',
        'lethe_data_requests_overdue',
        'lethe_epoch_roll_failing',
      ],
      ...['lethe_tree_unsigned_seconds', 'lethe_view_lag_events', 'lethe_kms_calls_total'],
      ...['lethe_kafka_dead_letters_total', 'lethe_kafka_in_lag_messages', 'lethe_kafka_out_lag_events'],
    ];
    expect(critical.filter(name => !watched.has(name))).toEqual([]);
  });

  it('have each a name of its own', async () => {
    const names = (await readRules()).map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.skipIf(!canLint())('Prometheus', () => {
  it(
    'reads every rule, template and expression',
    async () => {
      await expect(lintMonitoring(RULES, DASHBOARD)).resolves.toBeUndefined();
      await expect(lintMonitoring(DASHBOARD, DASHBOARD)).rejects.toThrow('rulefmt.RuleGroups');
    },
    BUILDS_WITHIN_MS,
  );
});
