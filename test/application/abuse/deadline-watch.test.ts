import { expect, it } from 'vitest';
import type { UrgentSignal } from '../../../src/application/abuse/case-opener.ts';
import { createDeadlineWatch } from '../../../src/application/abuse/deadline-watch.ts';
import { DEFAULTS } from '../../../src/application/abuse/rule-sets.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import { ruleSetSchema } from '../../../src/domain/rules/rule-set.ts';
import { tellingAttempts } from '../../support/attempts.ts';

const NOW = new Date('2026-03-03T12:00:00Z');
const HOUR_MS = 3_600_000;
const signal = (id: string): UrgentSignal => ({
  signal: { signal: id, subject: `subject-of-${id}`, rule: 'velocity', severity: 'medium', assets: ['a'] },
  eraseAt: NOW,
});

it('opens cases by the lead that is in force now, and of one tenant even where it fails for another', async () => {
  const opened: string[] = [];
  const { attempts, failed } = tellingAttempts();
  const asked: [tenant: string, hours: number, limit: number][] = [];
  const watch = createDeadlineWatch({
    index: {
      tenants: () => Promise.resolve(['failing', 'patient', 'usual']),
      due: (tenant, until, limit) => {
        asked.push([tenant, (until.getTime() - NOW.getTime()) / HOUR_MS, limit]);
        return Promise.resolve([signal(`${tenant}-1`), signal(`${tenant}-2`)]);
      },
    },
    adoptions: tenant => {
      const leads = tenant === 'patient' ? ['PT1H', 'PT6H'] : [];
      return Promise.resolve(
        leads.map((caseLead, index) => ({
          ...DEFAULTS,
          ...{ version: index + 1, rules: ruleSetSchema.parse({ caseLead }) },
        })),
      );
    },
    caseOpener: {
      openFor: (tenant, { signal: { signal: id } }) => {
        if (tenant === 'failing') return Promise.reject(new LetheError('log-conflict', 'not now'));
        opened.push(id);
        return Promise.resolve({ case: id });
      },
    },
    clock: { now: () => NOW },
    attempts,
  });
  expect(await watch(7)).toBe(4);
  expect(opened).toEqual(['patient-1', 'patient-2', 'usual-1', 'usual-2']);
  expect(failed).toEqual([['failing', 'log-conflict']]);
  expect(asked).toEqual([
    ['failing', 24, 7],
    ['patient', 6, 7],
    ['usual', 24, 7],
  ]);
});
