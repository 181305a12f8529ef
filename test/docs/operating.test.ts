import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/platform/config.ts';

const guide = readFileSync('docs/operating.md', 'utf8');
/** Without these, what depends on them has no settings at all. */
const ALL_ON = {
  ...{ KAFKA_BROKERS: 'broker:9092', KAFKA_IN_TOPIC: 'in', KAFKA_TENANTS: '*', KAFKA_OUT_TOPIC: 'out' },
  ...{ AWS_KMS: '1', AWS_REGION: 'eu-central-1', EVENTSTORE_URL: 'esdb://store' },
  ...{ LETHE_SIEM_HEC_URL: 'https://siem', LETHE_SIEM_HEC_TOKEN: 'token', LETHE_SIEM_FILE: 'siem.ndjson' },
};
const NAME = /^ {2}([A-Z][A-Z_]+): /gm;

const names = globSync('src/platform/**/*config.ts').flatMap(file =>
  [...readFileSync(file, 'utf8').matchAll(NAME)].map(([, name = '']) => name),
);
/** Rows of a variable and of a default that is a value, not a word about one. */
const defaults = [...guide.matchAll(/^\| `([A-Z_]+)` +\| `([^`<]+)` +\|/gm)].map(
  ([, name = '', value = '']) => ({
    name,
    value,
  }),
);

it('the guide for operators names every variable of the environment', () => {
  expect(names.length).toBeGreaterThan(50);
  const written = guide.replaceAll('`…_', '`KAFKA_TLS_');
  expect(names.filter(name => !written.includes(`\`${name}\``))).toEqual([]);
});

it('the guide for operators states their true defaults', () => {
  expect(defaults.length).toBeGreaterThan(20);
  const given = Object.fromEntries(defaults.map(({ name, value }) => [name, value]));
  expect(loadConfig({ ...given, ...ALL_ON })).toEqual(loadConfig(ALL_ON));
});
