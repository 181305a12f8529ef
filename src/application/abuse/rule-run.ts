import type { AnyEnvelope } from '../../domain/events/envelope.ts';
import { judgeCompanies } from '../../domain/rules/company.ts';
import { factOf, TELLING, type Fact } from '../../domain/rules/fact.ts';
import type { Finding } from '../../domain/rules/finding.ts';
import { judge } from '../../domain/rules/judge.ts';
import type { AccountName } from '../../domain/ports/rule-snapshots.ts';
import { inTurns } from '../in-turns.ts';
import type { RuleAccounts } from './accounts.ts';
import type { Neighbours } from './neighbours.ts';
import { inForce, type Adoption, type Adoptions, type AdoptedRules } from './rule-sets.ts';

/** An event and its place in the log. */
export interface PlacedEvent {
  readonly event: AnyEnvelope;
  readonly position: number;
  /** In its stream. */
  readonly revision: number;
}

/** What was found, and by which of the tenant's thresholds. */
export interface Found {
  readonly tenant: string;
  readonly version: number;
  readonly rules: AdoptedRules['rules'];
  readonly finding: Finding;
}

/** The rules at work on the log, in order, from where its accounts' states stand. */
export interface RuleRun {
  /** Goes on over the next events; answers with what the rules found, in order. */
  take(events: readonly PlacedEvent[]): Promise<Found[]>;
  /** Forgets what is in memory, as when another process has gone on meanwhile. */
  drop(): void;
}

export interface RuleRunDeps {
  readonly accounts: RuleAccounts;
  readonly adoptions: Adoptions;
  readonly neighbours: Neighbours;
}

/** On the one thread that also answers requests: a few milliseconds. */
const JUDGED_AT_ONCE = 1_000;
/** What is no conduct of an account, and changes what the rules know all the same. */
const ABOUT_TENANT: ReadonlySet<string> = new Set(['rules.adopted', 'tenant.erased']);

/** Whether the event says anything to the rules; what does not need not be decoded. */
export const isForRules = (type: string): boolean => TELLING.has(type) || ABOUT_TENANT.has(type);

interface Telling extends AccountName {
  readonly fact: Fact;
  readonly position: number;
}

export function createRuleRun(deps: RuleRunDeps): RuleRun {
  const { accounts } = deps;
  const known = new Map<string, readonly Adoption[]>();

  const learn = async (events: readonly PlacedEvent[]): Promise<void> => {
    for (const { event } of events) {
      if (event.type !== 'rules.adopted' && known.has(event.tenant)) continue;
      known.set(event.tenant, await deps.adoptions(event.tenant));
    }
  };

  const step = (one: Telling, force: Adoption, found: Found[]): boolean => {
    if (one.fact.kind === 'account-erased') {
      accounts.erase(one);
      return false;
    }
    const { findings, isToCompare } = judge(accounts.change(one), one.subject, one.fact, force.rules);
    for (const finding of findings) found.push(foundIn(one.tenant, force, finding));
    return isToCompare;
  };

  return {
    take: async events => {
      await learn(events);
      const telling = events.flatMap(tellingOf);
      await accounts.load(telling);
      const found: Found[] = [];
      for await (const some of inTurns(telling, JUDGED_AT_ONCE)) {
        for (const one of some) {
          const force = inForce(known.get(one.tenant) ?? [], one.position);
          if (step(one, force, found)) found.push(...(await compare(deps, one, force)));
        }
      }
      for (const { event } of events) if (event.type === 'tenant.erased') accounts.end(event.tenant);
      return found;
    },
    drop: () => {
      known.clear();
      accounts.drop();
    },
  };
}

function tellingOf({ event, position, revision }: PlacedEvent): Telling[] {
  const { tenant, subject } = event;
  const fact = subject === undefined ? undefined : factOf(event, revision);
  return subject === undefined || fact === undefined ? [] : [{ tenant, subject, fact, position }];
}

const foundIn = (tenant: string, { version, rules }: AdoptedRules, finding: Finding): Found => ({
  ...{ tenant, version, rules, finding },
});

/** Looks at an account together with those that share a device or a payment with it. */
async function compare(
  { accounts, neighbours }: RuleRunDeps,
  { tenant, subject, fact }: Telling,
  force: Adoption,
): Promise<Found[]> {
  if (!('at' in fact)) return [];
  const seen = { until: new Date(fact.at), most: force.rules.ring.most };
  const companies = await neighbours.of({ tenant, subject }, seen);
  const subjects = [...new Set([subject, ...companies.flat()])];
  await accounts.load(subjects.map(each => ({ tenant, subject: each })));
  const members = new Map(
    subjects.map(each => [each, { subject: each, state: accounts.change({ tenant, subject: each }) }]),
  );
  const one = members.get(subject);
  if (one === undefined) return [];
  const known = companies.map(company => company.flatMap(each => members.get(each) ?? []));
  return judgeCompanies(one, known, fact.at, force.rules).map(finding => foundIn(tenant, force, finding));
}
