import type { Actor } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { ruleSetSchema, type RuleSet, type RuleSetRequest } from '../../domain/rules/rule-set.ts';
import type { Surroundings } from '../context.ts';
import type { Recorder } from '../recorder.ts';
import { RULES_STREAM } from '../streams.ts';
import { stampOf, type Tenants } from '../tenants.ts';
import { adoptionsIn, DEFAULTS, type AdoptedRules } from './rule-sets.ts';

export interface RuleReceipt extends AdoptedRules {
  readonly position: number;
}

/** The thresholds of a tenant: versions that never change. */
export interface RuleSettings {
  /** In force now, and every version, oldest first, the defaults left out. Throws `tenant-not-found`. */
  get(tenant: string): Promise<AdoptedRules & { readonly versions: readonly AdoptedRules[] }>;
  /**
   * In force from the next event on; what is left out stands at its default. The same again makes no new version.
   * Throws `tenant-not-found`, `log-conflict`.
   */
  adopt(tenant: string, request: RuleSetRequest, actor: Actor): Promise<RuleReceipt>;
}

interface Deps extends Surroundings {
  readonly log: Pick<EventLog, 'readStream'>;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
}

export function createRuleSettings({ log, recorder, tenants, clock }: Deps): RuleSettings {
  const adoptions = adoptionsIn(log);
  const of = async (tenant: string) => ({
    info: await tenants.get(tenant),
    adopted: await adoptions(tenant),
  });

  return {
    get: async tenant => {
      const { adopted } = await of(tenant);
      return { ...(adopted.at(-1) ?? DEFAULTS), versions: adopted };
    },
    adopt: async (tenant, request, actor) => {
      const rules = ruleSetSchema.parse(request);
      const { info, adopted } = await of(tenant);
      const current = adopted.at(-1) ?? DEFAULTS;
      if (isSame(rules, current.rules)) return current;
      const version = adopted.length + 1;
      const [event] = recorder.prepare(stampOf(info), [
        { type: 'rules.adopted', data: { version, rules }, actor, time: clock.now() },
      ]);
      const expected = { tenant, stream: RULES_STREAM, revision: adopted.length - 1 };
      const result = await recorder.append(event === undefined ? [] : [event], [expected]);
      if (result.status !== 'appended') {
        throw new LetheError('log-conflict', 'the rules changed meanwhile; try again');
      }
      return { version, rules, position: result.positions.at(-1) ?? 0 };
    },
  };
}

/** Both come from the schema, which puts the fields in one order. */
const isSame = (one: RuleSet, other: RuleSet): boolean => JSON.stringify(one) === JSON.stringify(other);
