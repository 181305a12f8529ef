import type { Answer } from '../support/service-http.ts';
import type { ProblemAnswer } from '../support/service-answers.ts';

/** One refusal: what is sent, the code that it gets, and what of the problem else is fixed. */
export interface Refusal {
  readonly title: string;
  readonly send: () => Promise<Answer>;
  readonly status: number;
  readonly code: string;
  readonly errors?: readonly Partial<NonNullable<ProblemAnswer['errors']>[number]>[];
}

/** Stands in every value that a problem must not repeat. */
export const SECRET = 'Geheimnis';

export const refusal = (
  title: string,
  [status, code]: readonly [number, string],
  send: () => Promise<Answer>,
  errors?: Refusal['errors'],
): Refusal => ({ title, status, code, send, ...(errors === undefined ? {} : { errors }) });
