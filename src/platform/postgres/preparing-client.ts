import { createHash } from 'node:crypto';
import pg from 'pg';

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    names.set(text, name);
  }
  return name;
}

interface Statement {
  readonly text: string;
  readonly values?: unknown[];
  readonly name?: string;
}

/**
 * Prepares every statement that has parameters, once a connection: planning costs more than most of them take to run.
 * Texts come from the code alone, so their number is bounded.
 */
export class PreparingClient extends pg.Client {
  // The overloads of pg are kept; what passes through is a text or a statement, with values or without.
  override query = ((first: unknown, values?: unknown, ...rest: unknown[]): unknown => {
    const run = super.query.bind(this) as (...args: unknown[]) => unknown;
    if (typeof first === 'string' && Array.isArray(values) && values.length > 0) {
      return run({ name: nameOf(first), text: first, values }, ...rest);
    }
    if (isUnnamed(first)) return run({ ...first, name: nameOf(first.text) }, values, ...rest);
    return run(first, values, ...rest);
  }) as pg.Client['query'];
}

/** A plain statement, not a stream or another object that pg runs by itself. */
function isUnnamed(first: unknown): first is Statement & { readonly values: unknown[] } {
  if (typeof first !== 'object' || first === null || 'submit' in first) return false;
  const { text, values, name } = first as Partial<Statement>;
  return typeof text === 'string' && Array.isArray(values) && values.length > 0 && name === undefined;
}
