import type { Persona } from '../../../src/cli/simulate/month/cast.ts';
import type { Cast } from '../../../src/cli/simulate/month/month.ts';
import type { Cell } from '../../../src/cli/terminal/table.ts';
import { RULES, type RuleName } from '../../../src/domain/rules/rule-names.ts';

export interface Scoreboard {
  readonly head: readonly string[];
  readonly planted: readonly (readonly Cell[])[];
  readonly honest: readonly (readonly Cell[])[];
  /** Share of the planted people of whom an account was signalled. */
  readonly found: number;
  /** Share of the honest people who were signalled. */
  readonly mistaken: number;
}

/** An account that was signalled, by the tenant's own id where the cast has it, and by which rule. */
export interface Signalled {
  readonly subject: string;
  readonly rule: RuleName;
}

/** Who was found, and who was signalled without cause, by kind of people and by rule. */
export function scoreboard(cast: Cast, found: readonly Signalled[]): Scoreboard {
  const subjects = new Set(found.map(({ subject }) => subject));
  const byRule = RULES.map(
    rule => new Set(found.filter(one => one.rule === rule).map(({ subject }) => subject)),
  );
  const known = new Set(
    [...cast.planted, ...cast.honest].flatMap(({ accounts }) => accounts.map(({ id }) => id)),
  );
  const crowd = [...subjects].filter(subject => !known.has(subject));
  const hits = (people: readonly Persona[], among: ReadonlySet<string>): number =>
    people.filter(({ accounts }) => accounts.some(({ id }) => among.has(id))).length;

  const row = (kind: string, people: number, signalled: number, rules: readonly number[]): Cell[] => [
    ...[kind, people, signalled, (100 * signalled) / people],
    ...rules,
  ];
  const rowOf = (kind: string, people: readonly Persona[]): Cell[] =>
    row(
      kind,
      people.length,
      hits(people, subjects),
      byRule.map(among => hits(people, among)),
    );
  const rowsOf = (people: readonly Persona[]): Cell[][] =>
    [...Map.groupBy(people, ({ kind }) => kind)].map(([kind, same]) => rowOf(kind, same));

  const ofCrowd = byRule.map(among => crowd.filter(subject => among.has(subject)).length);
  const honestPeople = cast.crowd + cast.honest.length;
  const honestHits = hits(cast.honest, subjects) + crowd.length;
  const allHonest = byRule.map((among, index) => hits(cast.honest, among) + (ofCrowd[index] ?? 0));
  return {
    head: ['people', 'number', 'signalled', '%', ...RULES],
    planted: [...rowsOf(cast.planted), rowOf('all planted', cast.planted)],
    honest: [
      ...rowsOf(cast.honest),
      row('crowd', cast.crowd, crowd.length, ofCrowd),
      row('all honest', honestPeople, honestHits, allHonest),
    ],
    found: hits(cast.planted, subjects) / cast.planted.length,
    mistaken: honestHits / honestPeople,
  };
}
