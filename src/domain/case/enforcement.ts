import type { LetheEvent } from '../events/catalogue.ts';
import type { KnownCase } from './case.ts';

/** A restriction of one account, as the decision of a case has it. */
export interface Restriction {
  readonly subject: string;
  readonly event: LetheEvent<'account.blocked'>;
}

/** What a decision does: to limit or to block falls on every user that the case links (promises 40, 41). */
export function enforcement(events: readonly LetheEvent[], state: KnownCase): Restriction[] {
  return events.flatMap(event => {
    if (event.type !== 'case.decided') return [];
    const { case: id, decision, ground, rule, automated } = event.data;
    if ((decision !== 'limit' && decision !== 'block') || ground === undefined) return [];
    const data = {
      restriction: decision,
      ground,
      automated,
      case: id,
      ...(rule === undefined ? {} : { rule }),
    };
    return [...state.subjects].map(
      subject => ({ subject, event: { type: 'account.blocked', data } }) as const,
    );
  });
}
