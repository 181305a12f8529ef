import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = 'infra/postgres/migrations';
/** Up to here no version was in use that could stand beside a newer one. */
const FREE_UNTIL = 20;

/** A file that takes something away says so, and that no version in use needs it any more. */
const CONTRACT = /^-- contract: \S+/m;

const BREAKING: readonly (readonly [string, RegExp])[] = [
  ['drop', /\bdrop\b/],
  ['rename', /\brename\b/],
  ['another type', /\balter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b/],
  ['not null for an old column', /\bset\s+not\s+null\b/],
  ['not null without a default', /\badd\s+column\b(?![^,;]*\bdefault\b)[^,;]*\bnot\s+null\b/],
  ['fewer rights', /\brevoke\b(?![^;]*\bfrom\s+public\b)/],
];

/** What a version that was written before the file could stumble over; bodies of functions and comments aside. */
function breakagesOf(sql: string): string[] {
  if (CONTRACT.test(sql)) return [];
  const statements = sql
    .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, '')
    .replaceAll(/--.*$/gm, '')
    .toLowerCase();
  return BREAKING.filter(([, pattern]) => pattern.test(statements)).map(([name]) => name);
}

describe('a migration', () => {
  it('only adds, so that the version before goes on beside the new one, or says why it may take away', async () => {
    const files = (await readdir(FOLDER)).filter(name => Number(name.slice(0, 4)) > FREE_UNTIL);
    expect(files.length).toBeGreaterThan(0);
    const faults = await Promise.all(
      files.map(async name =>
        breakagesOf(await readFile(join(FOLDER, name), 'utf8')).map(what => `${name}: ${what}`),
      ),
    );
    expect(faults.flat()).toEqual([]);
  });

  it.each([
    ['drop', 'drop table a.b;'],
    ['drop', 'ALTER TABLE a.b\n  DROP COLUMN c;'],
    ['rename', 'alter table a.b rename column c to d;'],
    ['another type', 'alter table a.b alter column c type bigint;'],
    ['another type', 'alter table a.b alter c set data type bigint;'],
    ['not null for an old column', 'alter table a.b alter column c set not null;'],
    [
      'not null without a default',
      'alter table a.b add column c text not null, add column d text default 1;',
    ],
    ['fewer rights', 'revoke insert on a.b from lethe_writer;'],
  ])('that breaks a version before it is found: %s', (what, sql) => {
    expect(breakagesOf(sql)).toEqual([what]);
    expect(breakagesOf(`-- contract: unused since 0.9\n${sql}`)).toEqual([]);
  });

  it.each([
    'alter table a.b add column c text, add column d integer not null default 0;',
    'create table a.b (c text not null);',
    '-- drop table a.b;\ncreate index on a.b (c);',
    'create function a.f() returns void language sql as $$ drop table x $$; revoke execute on function a.f from public;',
  ])('that only adds is let through: %s', sql => {
    expect(breakagesOf(sql)).toEqual([]);
  });
});
