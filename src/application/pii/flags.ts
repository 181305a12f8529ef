import type { PiiSpan } from '../../domain/events/pii-events.ts';
import type { AnyEnvelope } from '../../domain/events/envelope.ts';
import { LIMITS } from '../../domain/limits.ts';
import type { Finding } from '../../domain/pii/detect/finding.ts';
import type { FoundText } from './texts.ts';

const SOURCE = 'lethe/pii-detector';

/** What was found in one text. */
export interface TextFindings {
  readonly text: FoundText;
  readonly findings: readonly Finding[];
}

interface FoundSpan {
  readonly detector: string;
  readonly version: string;
  readonly span: PiiSpan;
}

/**
 * The flags for one event's content, as CloudEvents: one a detector. Their ids follow from the event and from who detected, at
 * which version, so that looking again after a crash says the same under the same identity, and the log has it once.
 */
export function flagsFor(envelope: AnyEnvelope, found: readonly TextFindings[]): object[] {
  const spans = found.flatMap(({ text, findings }) => findings.map(finding => spanOf(text, finding)));
  const byDetector = Map.groupBy(spans, ({ detector, version }) => `${detector}:${version}`);
  return [...byDetector].flatMap(([name, all]) => {
    const [first] = all;
    return first === undefined
      ? []
      : chunks(all).map((part, index) => flagOf(envelope, `${name}:${index}`, part, first));
  });
}

function spanOf({ field, text, isWhole }: FoundText, finding: Finding): FoundSpan {
  const { detector, version, category, confidence } = finding;
  const place = isWhole ? { start: finding.start, end: finding.end } : { start: 0, end: text.length };
  return { detector, version, span: { field, ...place, category, confidence } };
}

const chunks = (spans: readonly FoundSpan[]): FoundSpan[][] =>
  Array.from({ length: Math.ceil(spans.length / LIMITS.spans) }, (_, at) =>
    spans.slice(at * LIMITS.spans, (at + 1) * LIMITS.spans),
  );

const flagOf = (
  { id, asset }: AnyEnvelope,
  suffix: string,
  spans: readonly FoundSpan[],
  { detector, version }: FoundSpan,
): object => ({
  specversion: '1.0',
  type: 'pii.flagged',
  source: SOURCE,
  id: `${id}:${suffix}`,
  subject: asset,
  data: {
    source: 'detector',
    detector,
    detectorVersion: version,
    categories: [...new Set(spans.map(({ span }) => span.category))].sort(),
    spans: spans.map(({ span }) => span),
  },
});
