import { escapeLiteral, type Pool } from 'pg';
import { inTransaction } from './transaction.ts';
import type { Db } from './view.ts';

/** As `withTenant`, with every query on the same state of the views, however long the work takes. */
export const withSnapshot = <T>(reader: Pool, tenant: string, work: (db: Db) => Promise<T>): Promise<T> =>
  inTransaction(
    reader,
    work,
    `begin isolation level repeatable read read only; set local lethe.tenant = ${escapeLiteral(tenant)}`,
  );
