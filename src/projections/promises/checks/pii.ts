import { PII_ACTIONS, type PiiAction } from '../../../domain/events/pii-events.ts';
import { finding, type Check } from '../finding.ts';

/** 7. Each answer that the caller called personalized was flagged by Lethe itself. */
export const personalized: Check = async ({ pii, tallies }) => {
  const [{ personalized: answers, unflagged }, book] = [await pii(), await tallies()];
  return finding({
    seen: answers,
    violations: unflagged,
    numbers: {
      ...{ personalized: answers, unflagged },
      ...{ byCaller: book.count('pii-flag', 'caller'), byDetector: book.count('pii-flag', 'detector') },
      byStaff: book.count('pii-flag', 'staff'),
    },
    says: `${answers - unflagged} of ${answers} personalized answers were flagged as containing PII.`,
  });
};

const isAction = (text: string): text is PiiAction => PII_ACTIONS.some(action => action === text);

/** 8. Each finding was followed by the action that the policy of the time names, or a stricter one. */
export const piiActions: Check = async ({ pii, tallies, versions }) => {
  const [{ flags, unanswered }, book] = [await pii(), await tallies()];
  const totals: Record<string, number> = Object.fromEntries(PII_ACTIONS.map(action => [action, 0]));
  let weaker = 0;
  for (const [action, { n, policy }] of book.of('pii-action')) {
    const chosen = versions.find(({ version }) => version === policy)?.policy.piiAction;
    if (!isAction(action)) continue;
    totals[action] = (totals[action] ?? 0) + n;
    if (chosen === undefined || PII_ACTIONS.indexOf(action) < PII_ACTIONS.indexOf(chosen)) weaker += n;
  }
  const actions = book.count('pii-action');
  return finding({
    seen: flags + actions,
    violations: weaker + unanswered,
    numbers: { flags, ...totals, weakerThanChosen: weaker, withoutAction: unanswered },
    says: `${flags} findings of PII led to ${actions} actions, ${weaker} of them milder than the customer chose; ${unanswered} findings led to none.`,
  });
};
