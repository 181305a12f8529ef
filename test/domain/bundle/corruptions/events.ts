import { bundleOf } from '../../../support/bundles/bundle-parts.ts';
import { lines, resigned } from '../../../support/bundles/tamper.ts';
import { envelope, OTHER_TENANT, TestLog } from '../../../support/bundles/test-log.ts';
import { corruption, log, report, type Corruption } from './corruption.ts';

const entries = (change: (lines: string[]) => readonly string[]) => () =>
  resigned(report, log.signer, 'log/entries.ndjson', lines(change));
/** Under a key of its own, with an event of another tenant signed into it. */
const mixed = new TestLog([
  ...log.envelopes.slice(0, 5),
  envelope(5, { type: 'upload.received' }, OTHER_TENANT),
]);

/** The events of the log. */
export const LINES: readonly Corruption[] = [
  corruption(
    'the first event dropped',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(all => all.slice(1)),
  ),
  corruption(
    'the last event dropped',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(all => all.slice(0, -1)),
  ),
  corruption(
    'two events swapped',
    'log/entries.ndjson',
    'root-differs',
    entries(([a = '', b = '', ...rest]) => [b, a, ...rest]),
  ),
  corruption(
    'an event doubled',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(([a = '', ...rest]) => [a, a, ...rest]),
  ),
  corruption(
    'an event doubled in place of another',
    'log/entries.ndjson',
    'root-differs',
    entries(([a = '', , ...rest]) => [a, a, ...rest]),
  ),
  corruption(
    'an event added',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(all => [...all, String(envelope(99, { type: 'upload.received' }))]),
  ),
  corruption(
    'an event edited',
    'log/entries.ndjson',
    'root-differs',
    entries(all => all.map(line => line.replace('asset-8', 'asset-9'))),
  ),
  corruption(
    'an event that is no JSON',
    'log/entries.ndjson',
    'entry-malformed',
    entries(([, ...rest]) => ['not json', ...rest]),
  ),
  corruption('the last line cut off', 'log/entries.ndjson', 'entry-malformed', () =>
    resigned(report, log.signer, 'log/entries.ndjson', bytes => bytes.subarray(0, -1)),
  ),
  corruption(
    'a line longer than any event',
    'log/entries.ndjson',
    'entry-malformed',
    entries(([, ...rest]) => ['x'.repeat(70_000), ...rest]),
  ),
  corruption(
    'an event of another tenant, signed into the log',
    'log/entries.ndjson',
    'entry-foreign',
    () => bundleOf(mixed, { kind: 'retention', leaves: { from: 0, to: mixed.size } }),
    mixed,
  ),
];

/** The rows of a report, which say what its events say. */
export const ROWS: readonly Corruption[] = [
  corruption('a row that says another time than its event', 'data/assets.ndjson', 'row-differs', () =>
    resigned(
      report,
      log.signer,
      'data/assets.ndjson',
      lines(all => all.map(line => line.replace('"index":6', '"index":9'))),
    ),
  ),
  corruption('a row about an event outside the bundle', 'data/assets.ndjson', 'row-unproven', () =>
    resigned(
      report,
      log.signer,
      'data/assets.ndjson',
      lines(all => all.map(line => line.replace('"index":6', '"index":2'))),
    ),
  ),
  corruption('a row that is no JSON', 'data/assets.ndjson', 'row-malformed', () =>
    resigned(
      report,
      log.signer,
      'data/assets.ndjson',
      lines(all => [...all, 'not json']),
    ),
  ),
];
