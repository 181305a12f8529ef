import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROBLEMS } from '../../src/api/problems/codes.ts';
import { definitionOf, EVENT_TYPES, isEventType } from '../../src/domain/events/catalogue.ts';
import { reportableData } from '../../src/domain/events/incoming.ts';
import { LIMITS } from '../../src/domain/limits.ts';
import { PACKS } from '../../src/domain/policy/policy.ts';
import { ROLES } from '../../src/domain/ports/credentials.ts';

const guide = readFileSync('docs/integrating.md', 'utf8');
const code = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
const rows = guide
  .split('\n')
  .filter(line => line.startsWith('| '))
  .map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );

describe('the guide for integrators', () => {
  it('lists exactly the events that a platform may report', () => {
    const listed = rows.flatMap(([type = '']) => code(type)).filter(isEventType);
    expect(listed).toEqual(EVENT_TYPES.filter(type => reportableData.has(type)));
  });

  it.each([...reportableData.keys()].filter(isEventType))(
    'lists the fields of %s, the required in bold',
    type => {
      const [, , clear = '', content = ''] = rows.find(([first]) => first === `\`${type}\``) ?? [];
      const data = reportableData.get(type);
      const shape = data instanceof z.ZodObject ? Object.keys(data.shape) : [];
      const { network, content: sealed } = definitionOf(type);
      expect(code(content)).toEqual(Object.keys(sealed));
      const inClear = shape.filter(name => name !== 'subject' && !(name in network) && !(name in sealed));
      expect(code(clear)).toEqual(inClear);
      const bold = [...clear.matchAll(/\*\*`([^`]+)`\*\*/g)].map(([, name]) => name);
      expect(bold).toEqual(
        inClear.filter(name => definitionOf(type).clear[name]?.safeParse(undefined).success === false),
      );
    },
  );

  it('gives every code that it names the status that the service gives it', () => {
    const named = rows.filter(([, status = '']) => /^\d{3}$/.test(status));
    expect(named.length).toBeGreaterThan(5);
    const problems: Readonly<Record<string, { readonly status: number }>> = PROBLEMS;
    for (const [codes = '', status] of named) {
      for (const name of code(codes))
        expect(`${name} ${problems[name]?.status ?? 'unknown'}`).toBe(`${name} ${status}`);
    }
  });

  it('states the limits, packs and roles in force', () => {
    const numbers = [LIMITS.batchEvents, LIMITS.contentLength, LIMITS.identifierLength, LIMITS.subjectLength];
    for (const number of [...numbers, LIMITS.parents, LIMITS.spans, LIMITS.pageMaximum, LIMITS.pageDefault]) {
      expect(guide).toContain(number.toLocaleString('en-GB'));
    }
    expect(guide).toContain(`${LIMITS.bodyBytes / 2 ** 20} MiB`);
    expect(guide).toContain(`${LIMITS.futureSkewMs / 60_000} minutes`);
    for (const name of [...PACKS, ...ROLES]) expect(guide).toContain(`\`${name}\``);
  });
});
