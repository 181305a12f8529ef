import type { ClauseResult } from '../../../domain/policy/clause-result.ts';
import { clausesOf } from '../../../domain/policy/clauses.ts';
import { clauseDataset, clauseTable, countOf, measuredClauses } from '../clauses.ts';
import type { PlanReport } from '../plan.ts';
import { measured } from '../number-words.ts';
import { number, plural } from '../words.ts';

/** Promise 43: statements of measured facts, each with its query, number and period; none is made for want of data. */
export const planConfirmation: PlanReport = async context => {
  const { tenant } = context;
  const clauses = await measuredClauses(context);
  const queries = new Map(clausesOf(tenant.policy.pack).map(clause => [clause.number, clause]));
  const held = countOf(clauses, 'holds');
  const broken = countOf(clauses, 'broken');
  return {
    summary: {
      text: `We confirm what the log shows, and nothing else: of ${plural(clauses.length, 'promise')} under policy version ${tenant.version}, ${plural(held, 'holds', 'hold')}, ${plural(broken, 'is', 'are')} broken, and on ${number(clauses.length - held - broken)} there is no evidence yet.`,
      facts: [
        { name: 'Holds', value: number(held) },
        { name: 'Broken', value: number(broken) },
        { name: 'No evidence yet', value: number(countOf(clauses, 'no-evidence')) },
      ],
    },
    sections: [
      { title: 'Statements', blocks: [clauseTable(clauses)] },
      {
        title: 'What each statement rests on',
        blocks: [
          {
            kind: 'table',
            columns: [
              { title: 'Clause', weight: 0.6 },
              { title: 'Recorded by', weight: 1.6 },
              { title: 'Enforced by', weight: 2 },
              { title: 'Numbers', weight: 2.4 },
            ],
            rows: clauses.map(clause => [
              clause.id,
              queries.get(clause.number)?.recordedBy.join(', ') ?? '',
              queries.get(clause.number)?.enforcedBy ?? '',
              numbersOf(clause),
            ]),
            empty: 'The policy makes no promise.',
          },
        ],
      },
    ],
    datasets: [clauseDataset(clauses)],
  };
};

const numbersOf = ({ numbers }: ClauseResult): string =>
  Object.entries(numbers)
    .map(([name, value]) => measured(name, value))
    .join('; ');
