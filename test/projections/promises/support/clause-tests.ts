import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClauseResult } from '../../../../src/domain/policy/clause-result.ts';
import type { NewEvent } from '../../../../src/domain/ports/event-log.ts';
import { dataRequests } from '../../../../src/projections/data-requests/view.ts';
import { disclosuresView } from '../../../../src/projections/disclosures/view.ts';
import { evidence } from '../../../../src/projections/evidence/view.ts';
import { evaluatePromises } from '../../../../src/projections/promises/evaluate.ts';
import type { ClauseNumber } from '../../../../src/projections/promises/registry.ts';
import { reports } from '../../../../src/projections/reports/view.ts';
import { openLedger, VIEWS, type Ledger } from '../../support/ledger.ts';
import { caughtUp } from '../../support/waiting.ts';
import { NOW, registered } from './stories.ts';

/** What is in the log of a tenant of its own. */
export type Story = (tenant: string) => NewEvent[];

export interface ClauseCase {
  readonly number: ClauseNumber;
  /** How the tenant comes to be; by default it is registered under pack neuralseek. */
  readonly setup?: Story;
  /** The tenant of which nothing is known yet, where that is another than `setup` makes. */
  readonly empty?: Story;
  readonly holds: Readonly<Record<string, Story>>;
  /** On top of the first story that holds, so that the violation alone makes the difference; with numbers, where they tell. */
  readonly breaks: Readonly<Record<string, Story | readonly [Story, ClauseResult['numbers']]>>;
  /** On top of the first story that holds: what the log cannot tell, so that the clause holds no more. */
  readonly unclear?: Readonly<Record<string, Story>>;
  /** By themselves no evidence, though something happened. */
  readonly noEvidence?: Readonly<Record<string, Story>>;
  /** Without the story that holds, where it would make up for the violation. */
  readonly breaksAlone?: Readonly<Record<string, Story>>;
  /** Numbers that the first story comes to. */
  readonly numbers: ClauseResult['numbers'];
}

interface Planned {
  readonly tenant: string;
  readonly clause: ClauseCase;
  readonly name: string;
  readonly status: ClauseResult['status'];
  readonly events: readonly NewEvent[];
  readonly numbers: ClauseResult['numbers'];
}

const plan = (clause: ClauseCase): Planned[] => {
  const { setup = registered, empty = setup, holds, breaks } = clause;
  const { breaksAlone = {}, unclear = {}, noEvidence = {} } = clause;
  const [first = () => []] = Object.values(holds);
  const one = (name: string, status: Planned['status'], ...stories: Story[]): Planned => {
    const tenant = randomUUID();
    const events = stories.flatMap(story => story(tenant));
    const numbers = stories[1] === first && stories.length === 2 ? clause.numbers : {};
    return { tenant, clause, name, status, events, numbers };
  };
  const broken = (name: string, how: ClauseCase['breaks'][string]): Planned => {
    if (typeof how === 'function') return one(name, 'broken', setup, first, how);
    const [story, numbers] = how;
    return { ...one(name, 'broken', setup, first, story), numbers };
  };
  return [
    one('nothing has happened', 'no-evidence', empty),
    ...Object.entries(holds).map(([name, story]) => one(name, 'holds', setup, story)),
    ...Object.entries(breaks).map(([name, how]) => broken(name, how)),
    ...Object.entries(unclear).map(([name, story]) => one(name, 'no-evidence', setup, first, story)),
    ...Object.entries(noEvidence).map(([name, story]) => one(name, 'no-evidence', setup, story)),
    ...Object.entries(breaksAlone).map(([name, story]) => one(name, 'broken', setup, story)),
  ];
};

export const ALL_VIEWS = [...VIEWS, disclosuresView, dataRequests, reports, evidence];

/** Appends straight to the log, past everything that would refuse it, and folds it into the views. */
export async function given(ledger: Ledger, events: readonly NewEvent[]): Promise<number> {
  const position = await ledger.append(...events);
  const failed = new AbortController();
  const projector = ledger.projector({ views: ALL_VIEWS, onError: ({ error }) => failed.abort(error) });
  await projector.start();
  await caughtUp(projector, position);
  failed.signal.throwIfAborted();
  await projector.stop();
  return position;
}

/** For each case: no evidence in an empty tenant, holds in the stories that keep it, broken by each that does not. */
export function clauseTests(cases: readonly ClauseCase[]): void {
  const plans = cases.flatMap(plan);
  let ledger: Ledger;
  let position: number;
  beforeAll(async () => {
    ledger = await openLedger();
    position = await given(
      ledger,
      plans.flatMap(({ events }) => events),
    );
  });
  afterAll(() => ledger.close());

  describe.each(cases.map(({ number }) => number))('clause %i', number => {
    const own = plans.filter(({ clause }) => clause.number === number);
    test.each(own)('$status: $name', async ({ tenant, status, numbers }) => {
      const results = await ledger.as(tenant, db =>
        evaluatePromises(db, tenant, { now: NOW, position, all: true }),
      );
      const result = results.find(found => found.number === number);
      expect(result, JSON.stringify(result)).toMatchObject({ status, position, at: NOW.toISOString() });
      expect(result?.numbers).toMatchObject(numbers);
    });
  });
}
