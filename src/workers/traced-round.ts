import { SpanStatusCode, trace } from '@opentelemetry/api';

/**
 * Runs a round of a worker within a span of its own. A round that found nothing leaves none: its span never ends, and only
 * those that end are told.
 */
export const tracedRound = (worker: string, round: () => Promise<boolean>): Promise<boolean> =>
  // A root: what is active here is the moment in which the worker was started.
  trace
    .getTracer('lethe')
    .startActiveSpan(
      `worker ${worker}`,
      { root: true, attributes: { 'lethe.worker': worker } },
      async span => {
        try {
          const worked = await round();
          if (worked) span.end();
          return worked;
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR }).end();
          throw error;
        }
      },
    );
