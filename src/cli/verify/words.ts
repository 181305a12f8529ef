import type { CheckName, Finding } from '../../domain/bundle/findings.ts';
import type { Check, Subject, Verification } from '../../domain/bundle/verification.ts';

const TITLES: Readonly<Record<CheckName, string>> = {
  files: 'Files',
  signature: 'Signature',
  checkpoint: 'Checkpoint',
  witnesses: 'Witnesses',
  events: 'Events',
  'older-checkpoints': 'Older checkpoints',
  document: 'Certificate',
  rows: 'Rows of data',
};
const OUTCOMES: Readonly<Record<Check['outcome'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not-checked': 'not checked',
};

/** The outcome for a person: what it is, each check in a line, what is wrong and where, the verdict last. */
export function inWords(file: string, { verdict, subject, checks, findings }: Verification): string {
  const about = subject === undefined ? [] : [...aboutLines(subject), ''];
  const wrong = findings.length === 0 ? [] : ['', 'What is wrong:', ...findings.map(findingLine)];
  const closing =
    verdict === 'ok'
      ? 'OK: everything that was checked holds. docs/verifying.md says what that proves, and what it does not.'
      : 'FAILED: do not rely on it.';
  return [file, ...about, ...checks.map(checkLine), ...wrong, '', closing, ''].join('\n');
}

function aboutLines({ kind, tenant, report, asOf, log, events }: Subject): string[] {
  const facts: [string, string | undefined][] = [
    ['kind', kind],
    ['tenant', tenant],
    ['report', report],
    ['as of', asOf],
    ['log', log && `${log.origin}, ${log.size} events, root ${log.root}`],
    ['holds', `${events} events`],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(8)}${plain(value)}`],
  );
}

const checkLine = ({ name, outcome, says }: Check): string =>
  `  ${OUTCOMES[outcome].padEnd(13)}${TITLES[name].padEnd(20)}${says}`;

const findingLine = ({ part, code, message, line, leaf }: Finding): string => {
  const places = [line === undefined ? [] : `line ${line}`, leaf === undefined ? [] : `leaf ${leaf}`].flat();
  const where = places.length === 0 ? '' : ` (${places.join(', ')})`;
  return `  ${plain(part)}${where}: ${plain(message)} [${code}]`;
};

/** What comes from an unproven file must not steer the terminal. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, '?');
