/** A fault that a test brings about, and a row of the table in docs/reliability.md. */
export interface Row {
  readonly fault: string;
  /** The test file, from the project's root. */
  readonly file: string;
  /** Part of the full name of the tests that are meant; every one of them has to pass. */
  readonly tests: string;
  /** What is true afterwards, beside what holds for all. */
  readonly then: string;
  /** When all is served again, counted from when what had failed is there again. */
  readonly within: string;
}

const CLUSTER = 'test/faults/engines/cluster.test.ts';
const KAFKA = 'test/faults/kafka.test.ts';
const KMS = 'test/faults/aws-kms.test.ts';
const PROCESSES = 'test/faults/processes.test.ts';
const EVENTSTORE = 'test/platform/eventstore/failures.test.ts';
const INTAKE = 'test/acceptance/kafka/intake.test.ts';
const ERASURE = 'test/faults/kill-erasure.test.ts';
const BREAK_GLASS = 'test/faults/break-glass.test.ts';

const onCluster = (name: string, fault: string, then: string): Row => ({
  ...{ fault, file: CLUSTER, tests: `come through: ${name}`, then, within: '30 s' },
});

/** By topic, in the order of the table. */
export const CATALOGUE: Readonly<Record<string, readonly Row[]>> = {
  'Processes and their database': [
    onCluster('api-killed', 'kill -9 of an API process', 'the other one goes on'),
    onCluster('worker-killed', 'kill -9 of a worker process', 'the other one takes its leases'),
    onCluster('postgres-killed', 'kill -9 of PostgreSQL', 'it recovers from its own log; 503 until then'),
    onCluster(
      'api-frozen',
      'an API process stands still, and goes on',
      'it shows nothing that was deleted meanwhile',
    ),
    onCluster('worker-frozen', 'a worker process stands still, and goes on', 'nothing is done twice'),
    onCluster(
      'database-connections-cut',
      'every connection to the database is reset',
      'what was under way is asked again',
    ),
    onCluster(
      'database-answers-cut',
      'every connection to the database is reset in the middle of an answer',
      'what nobody knows the outcome of counts once',
    ),
    onCluster(
      'client-answers-cut',
      'every connection of a client is reset in the middle of an answer',
      'the same event, sent again, counts once',
    ),
    onCluster('disk-full', 'the disk of the log is full', '503 as long as it is'),
    onCluster(
      'faults by chance',
      'all of these but the full disk, by chance, one after the other',
      'all of this',
    ),
    {
      ...{ fault: 'kill -9 twenty times, every fourth with the database, under 100 writers' },
      ...{ file: 'test/faults/kill.test.ts', tests: 'loses nothing', within: 'its start' },
      then: 'three readers see every position once, in order',
    },
    {
      ...{ fault: 'kill -9 between a key and its append', file: 'test/faults/kill-before-append.test.ts' },
      ...{ tests: 'leaves a key that is removed', within: 'its start' },
      then: 'the key is removed, and the event can be sent again',
    },
  ],
  'Work in the middle of which somebody dies': [
    {
      ...{ fault: 'kill -9 at each step of an erasure, with and without the database', file: ERASURE },
      ...{ tests: 'an erasure', then: 'erased once, certified once', within: 'its start' },
    },
    {
      ...{ fault: 'kill -9 at each step of the deletion of an account', file: ERASURE },
      ...{ tests: 'the deletion of an account', then: 'finished once', within: 'its start' },
    },
    {
      ...{ fault: 'one tenant’s erasures fail again and again', within: '30 s' },
      ...{ file: 'test/faults/tenant-failures.test.ts', tests: '' },
      then: 'all others’ go on; its own are done once they can be',
    },
    {
      ...{ fault: 'kill -9 between a deletion and what it takes along', within: 'its start' },
      ...{ file: 'test/faults/kill-deletion.test.ts', tests: '' },
      then: 'taken along before the erasure, by the policy of the deletion’s day',
    },
    {
      ...{ fault: 'kill -9 at each step of an offboarding', file: 'test/faults/kill-offboarding.test.ts' },
      ...{ tests: 'that dies before', then: 'finished once', within: 'its start' },
    },
    {
      ...{ fault: 'kill -9 at each step of an epoch roll', file: 'test/faults/kill-roll.test.ts' },
      ...{ tests: '', then: 'no survivor lost, nothing erased revived', within: 'its start' },
    },
    {
      ...{
        fault: 'kill -9 twenty times during rolls, by chance',
        file: 'test/faults/kill-roll-by-chance.test.ts',
      },
      ...{ tests: 'rolls that are killed', then: 'the same', within: 'its start' },
    },
    {
      ...{ fault: 'kill -9 of the PII detector', file: 'test/faults/kill-pii-detection.test.ts' },
      ...{ tests: '', then: 'everything flagged, nothing twice', within: 'its start' },
    },
    {
      ...{ fault: 'kill -9 of whoever has a lease, at its work', file: PROCESSES },
      ...{
        tests: 'is killed as',
        then: 'another takes over; no second certificate or signature',
        within: '10 s',
      },
    },
    {
      ...{ fault: 'whoever has a lease is frozen at its work, and wakes', file: PROCESSES },
      ...{ tests: 'is frozen as', then: 'another takes over; who wakes does nothing twice', within: '10 s' },
    },
    {
      ...{ fault: 'kill -9 again and again while a SIEM is fed', file: 'test/faults/siem.test.ts' },
      ...{ tests: '', then: 'every event reaches it, nothing personal does', within: 'its start' },
    },
    {
      ...{ fault: 'an investigator’s connection is cut, or the record refused', file: BREAK_GLASS },
      ...{
        tests: '',
        then: 'what left is on record; what cannot be recorded does not leave',
        within: 'at once',
      },
    },
  ],
  Kafka: [
    {
      ...{ fault: 'kill -9 of the broker', file: KAFKA, tests: 'a killed broker' },
      ...{ then: 'what the broker acknowledged is in the log once', within: '60 s' },
    },
    {
      ...{ fault: 'kill -9 of a consumer', file: KAFKA, tests: 'a killed consumer' },
      ...{ then: 'another has its partitions', within: '60 s' },
    },
    {
      ...{
        fault: 'a consumer is paused for longer than its session',
        file: KAFKA,
        tests: 'a consumer that was frozen',
      },
      ...{ then: 'another has its partitions, and nothing is doubled', within: '60 s' },
    },
    {
      ...{ fault: 'duplicate delivery', file: INTAKE, tests: 'counts once, however often' },
      ...{ then: 'the event is in the log once', within: 'at once' },
    },
    {
      ...{ fault: 'delivery out of order', file: INTAKE, tests: 'may come before the event' },
      ...{ then: 'it waits for what it is about', within: 'at once' },
    },
    {
      ...{ fault: 'the log is away while events come', file: INTAKE, tests: 'waits while the log is away' },
      ...{ then: 'they are taken afterwards, and none is a dead letter', within: '60 s' },
    },
  ],
  KMS: [
    {
      fault: 'it throttles',
      file: KMS,
      tests: 'that throttles everything',
      then: 'what is cached goes on, then 503',
      within: '30 s',
    },
    { fault: 'it hangs', file: KMS, tests: 'that hangs', then: 'the same', within: '30 s' },
    { fault: 'it denies', file: KMS, tests: 'that denies', then: 'the same', within: '30 s' },
    { fault: 'it is slow', file: KMS, tests: 'that is slow', then: 'nothing is refused', within: 'at once' },
    {
      ...{ fault: 'kill -9 of it, in the middle of epoch rolls', file: KMS, tests: 'that is killed' },
      ...{ then: 'rolls go on; nothing is called destroyed that is not', within: '30 s' },
    },
  ],
  EventStoreDB: [
    {
      ...{
        fault: 'faults of every kind at an append',
        file: EVENTSTORE,
        tests: 'an append that meets a fault',
      },
      ...{ then: 'stored once or not at all, and told so', within: 'at once' },
    },
    {
      ...{ fault: 'it is away, its connections are cut', file: EVENTSTORE, tests: 'a store that is away' },
      ...{ then: 'no gap and no repeat for those who follow it', within: '30 s' },
    },
  ],
};

export const ROWS: readonly Row[] = Object.values(CATALOGUE).flat();
