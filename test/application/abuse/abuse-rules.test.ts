import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createAbuseRules,
  type AbuseRules,
  type AbuseRulesDeps,
} from '../../../src/application/abuse/abuse-rules.ts';
import type { Found } from '../../../src/application/abuse/rule-run.ts';
import { createRuleAccounts } from '../../../src/application/abuse/accounts.ts';
import { adoptedAlways } from '../../../src/application/abuse/rule-sets.ts';
import { replayRules, type ReplayOptions } from '../../../src/application/abuse/replay.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import { evolve, newAccount } from '../../../src/domain/rules/account-state.ts';
import { ruleSetSchema } from '../../../src/domain/rules/rule-set.ts';
import { createPostgresRuleSnapshots } from '../../../src/platform/postgres/rule-snapshots.ts';
import { event, OTHER_TENANT, SUBJECT, TENANT, upload } from '../../projections/support/events.ts';
import { openLedger, type Ledger } from '../../projections/support/ledger.ts';

const START = Date.UTC(2026, 2, 3, 12);
const nobody = { of: () => Promise.resolve([]) };

let ledger: Ledger;
let raised: Found[];
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());
beforeEach(() => {
  raised = [];
});

/** The rules as a process has them that has just started. */
const rules = (more: Partial<AbuseRulesDeps> = {}): AbuseRules =>
  createAbuseRules({
    log: ledger.log,
    snapshots: createPostgresRuleSnapshots({ writer: ledger.writer }),
    neighbours: nobody,
    known: () => ledger.log.head(),
    signals: {
      raise: found => {
        raised.push(...found);
        return Promise.resolve();
      },
    },
    ...more,
  });

let made = 0;
const uploads = (count: number, subject: string) =>
  Array.from({ length: count }, (_, index) =>
    // An asset's stream begins with its creation, or the rules would not count it.
    upload(`asset-${++made}`, { subject, time: new Date(START + index * 1_000).toISOString() }),
  );
const subjectNumbered = (n: number): string => `5b000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Rounds until there is nothing more. */
async function catchUp(run: AbuseRules, limit = 50): Promise<void> {
  while ((await run.round(limit)).isFull);
}

describe('the rules over the log', () => {
  it('go on after a restart in the state that they were in', async () => {
    const subject = subjectNumbered(101);
    await ledger.append(...uploads(200, subject));
    await catchUp(rules());
    expect(raised).toEqual([]);
    await ledger.append(...uploads(40, subject));
    await catchUp(rules());
    expect(raised).toMatchObject([{ finding: { subject, rule: 'velocity', score: 1 } }]);
  });

  it('find the same again, with the same identity, after a crash before the snapshot', async () => {
    const subject = subjectNumbered(102);
    await ledger.append(...uploads(240, subject));
    const away = new LetheError('log-unavailable', 'no answer');
    const dying = rules({ signals: { raise: () => Promise.reject(away) } });
    await expect(catchUp(dying)).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(raised).toEqual([]);
    await catchUp(rules());
    expect(raised).toMatchObject([{ finding: { subject, reasons: { madeInHour: 240 } } }]);
    await catchUp(rules());
    expect(raised).toHaveLength(1);
  });

  it('refuse a snapshot of a process that another has overtaken, and go on from the newer one', async () => {
    const subject = subjectNumbered(103);
    const slow = rules();
    await catchUp(slow);
    await ledger.append(...uploads(120, subject));
    await catchUp(rules());
    await expect(slow.round(1_000)).rejects.toMatchObject({ code: 'rules-moved' });
    expect(raised).toEqual([]);
    await ledger.append(...uploads(120, subject));
    await catchUp(slow);
    expect(raised).toMatchObject([{ finding: { subject, reasons: { madeInHour: 240 } } }]);
  });

  it('go no further than the views, and read nothing of the log meanwhile', async () => {
    await catchUp(rules());
    const before = await ledger.log.head();
    let known = before;
    const reads: number[] = [];
    const log: Pick<EventLog, 'readAll' | 'readStream' | 'head'> = {
      readAll: (after, limit, options) => {
        reads.push(limit);
        return ledger.log.readAll(after, limit, options);
      },
      readStream: (...args) => ledger.log.readStream(...args),
      head: () => ledger.log.head(),
    };
    const waiting = rules({ log, known: () => Promise.resolve(known) });
    const subject = subjectNumbered(108);
    await ledger.append(...uploads(300, subject));
    expect(await waiting.round(50)).toEqual({ isFull: false, signals: 0, lag: 300 });
    expect(reads).toEqual([]);
    known = before + 239;
    await catchUp(waiting);
    expect(raised).toEqual([]);
    known = before + 300;
    await catchUp(waiting);
    expect(raised).toMatchObject([{ finding: { subject, reasons: { madeInHour: 240 } } }]);
  });

  it('remember nothing of an account that is erased', async () => {
    const subject = subjectNumbered(104);
    await ledger.append(...uploads(200, subject));
    await catchUp(rules());
    const request = '4d000000-0000-4000-8000-000000000001';
    const erasedAt = new Date(START).toISOString();
    await ledger.append(
      event('account.erased', { request, keys: [], erasedAt, certificate: request }, { subject }),
    );
    await catchUp(rules());
    const { rows } = await ledger.owner.query('select from abuse.rule_accounts where subject = $1', [
      subject,
    ]);
    expect(rows).toEqual([]);
  });

  it('remember nothing of a tenant that is erased, and all of the others', async () => {
    const [subject, neighbour] = [subjectNumbered(106), subjectNumbered(107)];
    await ledger.append(upload('ended-before', { tenant: OTHER_TENANT, subject }), ...uploads(1, neighbour));
    await catchUp(rules());
    const erasedAt = new Date(START).toISOString();
    const end = { offboarding: subject, kmsKeys: [], erasedAt, certificate: subject };
    await ledger.append(
      upload('ended-now', { tenant: OTHER_TENANT, subject: SUBJECT }),
      event('tenant.erased', end, { tenant: OTHER_TENANT }),
    );
    await catchUp(rules(), 1_000);
    const { rows } = await ledger.owner.query<{ subject: string }>(
      'select subject from abuse.rule_accounts where tenant = $1 or subject = $2',
      [OTHER_TENANT, neighbour],
    );
    expect(rows).toEqual([{ subject: neighbour }]);
  });

  it('are compared by a replay, which raises nothing', async () => {
    const head = await ledger.log.head();
    const strict = ruleSetSchema.parse({ velocity: { perHour: 100 } });
    const replay = (range: Pick<ReplayOptions, 'from' | 'to'> = {}) =>
      replayRules(
        { log: ledger.log, neighbours: nobody, adoptions: adoptedAlways(strict) },
        { head, batchSize: 70, tenant: TENANT, onProgress: () => undefined, ...range },
      );
    const replayed = await replay();
    expect(replayed.events).toBe(head);
    expect(new Set(replayed.would.map(({ subject }) => subject))).toEqual(
      new Set([101, 102, 103, 104, 108].map(subjectNumbered)),
    );
    expect(replayed.was).toEqual([]);
    // The hundredth upload of each, a second after the other.
    const at = new Date(START + 99 * 1_000);
    expect((await replay({ from: at, to: at })).would).toEqual(replayed.would);
    expect((await replay({ from: new Date(at.getTime() + 1) })).would).toEqual([]);
    expect((await replay({ to: new Date(at.getTime() - 1) })).would).toEqual([]);
    expect(await ledger.log.head()).toBe(head);
  });

  it('start over from the log where an older version remembers in another shape, and give way to a newer one', async () => {
    await catchUp(rules());
    const memory = async () =>
      (
        await ledger.owner.query<{ state: unknown }>(
          'select tenant, subject, state from abuse.rule_accounts order by subject',
        )
      ).rows;
    const before = await memory();
    const setVersion = (change: string) =>
      ledger.owner.query(`update abuse.rule_cursor set version = version ${change}`);
    await ledger.owner.query(`update abuse.rule_accounts set state = '{"young":[]}'`);
    await setVersion('- 1');
    await catchUp(rules());
    expect(await memory()).toEqual(before);
    const running = rules();
    await catchUp(running);
    await setVersion('+ 1');
    await ledger.append(...uploads(10, subjectNumbered(101)));
    for (const overtaken of [running, rules()])
      await expect(overtaken.round(50)).rejects.toMatchObject({ code: 'rules-moved' });
    expect(await memory()).toEqual(before);
    await setVersion('- 1');
    await catchUp(running);
    expect(await memory()).not.toEqual(before);
  });
});

describe('accounts at work', () => {
  it('are read once, and saved only where they have changed', async () => {
    const loads: number[] = [];
    const accounts = createRuleAccounts({
      load: names => {
        loads.push(names.length);
        return Promise.resolve([]);
      },
    });
    const name = { tenant: TENANT, subject: SUBJECT };
    await accounts.load([name, name]);
    await accounts.load([name]);
    expect(loads).toEqual([1]);
    expect(accounts.changed).toBe(0);
    accounts.change(name);
    expect(accounts.changes().accounts).toMatchObject([name]);
    accounts.saved();
    expect(accounts.changed).toBe(0);
  });

  it('are named once, with what is recorded after an erasure, in what one statement is to save', async () => {
    const accounts = createRuleAccounts({ load: () => Promise.resolve([]) });
    const name = { tenant: TENANT, subject: SUBJECT };
    await accounts.load([name]);
    accounts.erase(name);
    expect(accounts.changes()).toMatchObject({ accounts: [], erased: [name] });
    accounts.change(name).bannedAt = START;
    expect(accounts.changes()).toMatchObject({
      accounts: [{ ...name, state: { bannedAt: START } }],
      erased: [],
    });
  });

  it('go once they are saved where they take too much memory, and say that it is time to', async () => {
    const busy = newAccount();
    for (let index = 0; index < 400; index++)
      evolve(busy, { kind: 'made', asset: `asset-${index}`, at: START + index });
    const loads: number[] = [];
    const accounts = createRuleAccounts({
      load: names => {
        loads.push(names.length);
        return Promise.resolve(names.map(name => ({ ...name, state: structuredClone(busy) })));
      },
    });
    const names = Array.from({ length: 10_000 }, (_, index) => ({
      tenant: TENANT,
      subject: subjectNumbered(index),
    }));
    const some = names.slice(0, 5_000);
    await accounts.load(some);
    for (const name of some) accounts.change(name);
    expect(accounts.isFull).toBe(false);
    accounts.saved();
    await accounts.load(names);
    expect(loads).toEqual([5_000, 5_000]);
    expect(accounts.isFull).toBe(true);
    expect(accounts.changed).toBe(0);
    accounts.saved();
    expect(accounts.isFull).toBe(false);
    await accounts.load(some);
    expect(loads).toEqual([5_000, 5_000, 5_000]);
  });
});
