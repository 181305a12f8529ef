import { z } from 'zod';

/** One entry a variable of the environment; the SDK reads OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER by itself. */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'an http(s):// URL' }).optional(),
};

/** Undefined: no traces. */
export type TracingConfig =
  | {
      /** Address of an OpenTelemetry collector, without the path of a signal. */
      readonly endpoint: string;
    }
  | undefined;

type Variables = z.infer<z.ZodObject<typeof tracingVariables>>;

export const tracingConfig = ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Variables): TracingConfig =>
  endpoint === undefined ? undefined : { endpoint };
