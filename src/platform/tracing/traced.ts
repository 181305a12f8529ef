import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { LetheError } from '../../domain/errors.ts';

/** Runs something within a span of that name; what it throws is told by its code. A no-op where nobody takes traces. */
export const traced = <T>(name: string, attributes: Attributes, run: () => Promise<T>): Promise<T> =>
  trace.getTracer('lethe').startActiveSpan(name, { attributes }, async span => {
    try {
      return await run();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof LetheError ? error.code : 'unexpected');
      throw error;
    } finally {
      span.end();
    }
  });
