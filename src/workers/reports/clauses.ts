import { z } from 'zod';
import type { Block } from '../../documents/report-document.ts';
import type { ClauseResult } from '../../domain/policy/clause-result.ts';
import { evaluatePromises } from '../../projections/promises/evaluate.ts';
import type { Dataset, ReportContext } from './plan.ts';

const clauseRow = z.object({
  id: z.string(),
  number: z.int(),
  promise: z.string(),
  status: z.enum(['holds', 'broken', 'no-evidence']),
  evidence: z.string(),
  numbers: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  position: z.int(),
  at: z.iso.datetime(),
});

/** The promises of the policy, measured on the same state of the views as everything else in the report. */
export const measuredClauses = ({ db, tenant, asOf }: ReportContext): Promise<ClauseResult[]> =>
  evaluatePromises(db, tenant.tenant, { now: asOf.at, position: asOf.position });

/** Every clause of the policy with its numbers, the log position and the time. */
export const clauseDataset = (clauses: readonly ClauseResult[]): Dataset => ({
  name: 'promises',
  row: clauseRow,
  rows: () => [clauses],
});

const SAID = { holds: 'holds', broken: 'BROKEN', 'no-evidence': 'no evidence yet' } as const;

export const clauseTable = (clauses: readonly ClauseResult[]): Block => ({
  kind: 'table',
  columns: [
    { title: 'Clause', weight: 0.6 },
    { title: 'Promise', weight: 2.4 },
    { title: 'Status', weight: 0.9 },
    { title: 'Evidence', weight: 3 },
  ],
  rows: clauses.map(({ id, promise, status, evidence }) => [id, promise, SAID[status], evidence]),
  empty: 'The policy makes no promise.',
});

export const countOf = (clauses: readonly ClauseResult[], status: ClauseResult['status']): number =>
  clauses.filter(clause => clause.status === status).length;
