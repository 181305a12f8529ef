import { isKind, type Anomaly, type Append, type Fact, type History } from './operations.ts';

/** The events that the clients report; everything else in the log is the service's own. */
export const REPORTED = 'upload.received';

/** Whether the log holds what was acknowledged where it was, once, nothing else, and in an order that time allows. */
export function checkLog({ operations, log }: History): Anomaly[] {
  const appends = new Map(operations.filter(isKind('append')).map(append => [append.id, append]));
  const reported = log.filter(({ type }) => type === REPORTED);
  return [
    ...gaps(log),
    ...lost(appends, reported),
    ...doubled(reported),
    ...unsent(appends, reported),
    ...reordered(appends, reported),
  ];
}

/** Positions are 1, 2, 3 …: a gap is an event that was there, or a reader who overtook a writer. */
function gaps(log: readonly Fact[]): Anomaly[] {
  return log.flatMap(({ position }, index): Anomaly[] => {
    const before = log[index - 1]?.position ?? 0;
    if (position === before + 1) return [];
    const kind = position <= before ? 'reordered' : 'lost';
    return [{ kind, of: `position ${position}`, why: `follows position ${before}` }];
  });
}

function lost(appends: ReadonlyMap<string, Append>, reported: readonly Fact[]): Anomaly[] {
  const at = new Map(reported.map(({ id, position }) => [id, position]));
  return [...appends.values()].flatMap(({ id, position }): Anomaly[] => {
    if (position === undefined || at.get(id) === position) return [];
    return [{ kind: 'lost', of: id, why: `acknowledged at ${position}, found at ${at.get(id) ?? 'none'}` }];
  });
}

function doubled(reported: readonly Fact[]): Anomaly[] {
  return [...Map.groupBy(reported, ({ id }) => id)].flatMap(([id, facts]): Anomaly[] => {
    if (facts.length === 1) return [];
    return [{ kind: 'doubled', of: id, why: `at ${facts.map(({ position }) => position).join(', ')}` }];
  });
}

function unsent(appends: ReadonlyMap<string, Append>, reported: readonly Fact[]): Anomaly[] {
  return reported
    .filter(({ id }) => !appends.has(id))
    .map(({ id, position }) => ({ kind: 'phantom', of: id, why: `at ${position}, and nobody sent it` }));
}

/** What was acknowledged before something else was sent stands before it. One pass: the latest begin so far decides. */
function reordered(appends: ReadonlyMap<string, Append>, reported: readonly Fact[]): Anomaly[] {
  let latest: Append | undefined;
  const anomalies: Anomaly[] = [];
  for (const { id } of reported) {
    const append = appends.get(id);
    if (append === undefined) continue;
    if (latest !== undefined && append.ended < latest.begun) {
      const why = `stands after ${latest.id}, which was sent after its acknowledgement`;
      anomalies.push({ kind: 'reordered', of: id, why });
    }
    if (latest === undefined || append.begun > latest.begun) latest = append;
  }
  return anomalies;
}

/** Whoever follows the log is shown all of it from its beginning up to some point, each event once and in order. */
export function checkFollowers({ log, followers }: History): Anomaly[] {
  return followers.flatMap((seen, number) => {
    const wrong = seen.findIndex((fact, index) => !isSame(fact, log[index]));
    const fact = seen[wrong];
    return fact === undefined ? [] : [inFollower(number, fact, log[wrong], log)];
  });
}

const isSame = (one: Fact, other: Fact | undefined): boolean =>
  one.position === other?.position && one.id === other.id && one.type === other.type;

function inFollower(number: number, fact: Fact, expected: Fact | undefined, log: readonly Fact[]): Anomaly {
  const of = `follower ${number} at position ${fact.position}`;
  const why = `was shown ${fact.type} ${fact.id} for ${expected?.type ?? 'nothing'} ${expected?.id ?? ''}`;
  if (!log.some(other => isSame(fact, other))) return { kind: 'phantom', of, why };
  const isLater = expected !== undefined && fact.position > expected.position;
  return { kind: isLater ? 'lost' : 'reordered', of, why };
}
