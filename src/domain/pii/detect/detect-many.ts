import { CONFIDENT, type Finding, type PiiDetector, type PiiModel } from './finding.ts';
import { detectPii, moved, signed, withoutOverlaps } from './detect-pii.ts';
import { piecesOf } from './pieces.ts';

/** Findings of each text, in the order of the texts. Rejects when a model does. */
export type DetectMany = (texts: readonly string[]) => Promise<readonly (readonly Finding[])[]>;

export interface DetectManyOptions {
  readonly detectors: readonly PiiDetector[];
  readonly models: readonly PiiModel[];
  readonly minConfidence?: number;
  /** Called between the pieces of long texts, so that whoever else runs in the process has a turn. */
  readonly pause: () => Promise<void>;
}

/** Detectors and models together; what a model finds counts like what a detector does. See `detectPii`. */
export const createDetectMany =
  ({ detectors, models, minConfidence = CONFIDENT, pause }: DetectManyOptions): DetectMany =>
  async texts => {
    const answers = await Promise.all(models.map(model => ask(model, texts)));
    const all: Finding[][] = [];
    for (const [at, text] of texts.entries()) {
      const found = answers.flatMap(answer => within(text, answer[at] ?? []));
      for (const piece of piecesOf(text)) {
        found.push(...moved(detectPii(piece.text, { detectors }), piece.from));
        await pause();
      }
      all.push(withoutOverlaps(found).filter(({ confidence }) => confidence >= minConfidence));
    }
    return all;
  };

async function ask(model: PiiModel, texts: readonly string[]): Promise<Finding[][]> {
  const answers = await model.detect(texts);
  return answers.map(candidates => signed(model, candidates));
}

/** A model may be wrong about places: what lies outside the text is none. */
const within = (text: string, findings: readonly Finding[]): Finding[] =>
  findings.filter(
    ({ start, end }) =>
      Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= text.length,
  );
