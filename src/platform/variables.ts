import { z } from 'zod';
import { LetheError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { duration, millisecondsOf } from '../domain/time/duration.ts';

/** A variable that holds a duration, in milliseconds. */
export const milliseconds = duration.transform(millisecondsOf);

/** A variable that must not be printed. */
export const asSecret = (text: string): Secret => new Secret(Buffer.from(text, 'utf8'));

/** A variable that holds JSON, parsed; what it has to be is for a schema behind it to say. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.issues.push({ code: 'custom', message: 'not JSON', input: text });
    return z.NEVER;
  }
});

/** The refusal of a variable that cannot be used with the others. The message must not hold its value. */
export function configInvalid(field: string, message: string): LetheError {
  const fault = { field, code: 'config-invalid', message };
  return new LetheError('config-invalid', `environment: ${field}: ${message}`, { faults: [fault] });
}
