import type { Buffer } from 'node:buffer';

/**
 * Where sealed reports lie. Guarantees:
 * - `write` is durable when it resolves, replaces what stood there, and is all or nothing: a half-written file is never
 *   read, and the next write or `remove` of the same report takes it away.
 * - `remove` is durable when it resolves, and idempotent.
 */
export interface ReportFiles {
  write(tenant: string, report: string, bytes: AsyncIterable<Buffer>): Promise<void>;
  /** The bytes in pieces; undefined where there is no such file. */
  read(tenant: string, report: string): Promise<AsyncIterable<Buffer> | undefined>;
  remove(tenant: string, report: string): Promise<void>;
}
