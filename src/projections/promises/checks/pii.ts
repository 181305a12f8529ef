import { PII_ACTIONS, type PiiAction } from '../../../domain/events/pii-events.ts';
import { finding, type Check } from '../finding.ts';

/** 7. Each answer that the caller called personalized was flagged by Lethe itself. */
export const personalized: Check = async ({ tallies }) => {
  const book = await tallies();
  const [answers, flagged] = [book.count('personalized'), book.count('pii-flag-of-personalized')];
  const unflagged = Math.max(0, answers - flagged);
  return finding({
    seen: answers,
    violations: unflagged,
    numbers: {
      ...{ personalized: answers, unflagged },
      ...{ byCaller: book.count('pii-flag', 'caller'), byDetector: book.count('pii-flag', 'detector') },
      byStaff: book.count('pii-flag', 'staff'),
    },
    says: `Of ${answers} personalized answers ${unflagged} were not flagged as containing PII.`,
  });
};

const isAction = (text: string): text is PiiAction => PII_ACTIONS.some(action => action === text);

/** 8. Each finding was followed by the action that the policy of the time names, or a stricter one. */
export const piiActions: Check = async ({ tallies, versions }) => {
  const [book, policies] = [await tallies(), await versions()];
  const totals: Record<string, number> = Object.fromEntries(PII_ACTIONS.map(action => [action, 0]));
  let weaker = 0;
  for (const [key, { n }] of book.of('pii-action')) {
    const [version = '', action = ''] = key.split(':');
    const chosen = policies.find(found => String(found.version) === version)?.policy.piiAction;
    if (!isAction(action)) continue;
    totals[action] = (totals[action] ?? 0) + n;
    if (chosen === undefined || PII_ACTIONS.indexOf(action) < PII_ACTIONS.indexOf(chosen)) weaker += n;
  }
  const [flags, actions] = [book.count('pii-flag'), book.count('pii-action')];
  const unanswered = Math.max(0, flags - actions);
  return finding({
    seen: flags + actions,
    violations: weaker + unanswered,
    numbers: { flags, ...totals, weakerThanChosen: weaker, withoutAction: unanswered },
    says: `${flags} findings of PII led to ${actions} actions, ${weaker} of them milder than the customer chose.`,
  });
};
