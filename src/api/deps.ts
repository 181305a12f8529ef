import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { Denial } from './access.ts';
import type { AuthenticatorDeps } from './auth.ts';

/** One answered request, as metrics count it. */
export interface ObservedRequest {
  readonly method: string;
  /** Pattern of the route, not its URL. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface ApiMetrics {
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
  observeRequest(request: ObservedRequest): void;
}

/** Rejects while a part of the service cannot do its work. */
export type HealthCheck = () => Promise<unknown>;

/** What the frame of the API needs; the routes' services stand beside it in `ApiDeps`. */
export interface FrameDeps extends AuthenticatorDeps {
  /** Its serializers must log no body, query, URL, address or header: src/platform/logging.ts. */
  readonly logger: FastifyBaseLogger;
  readonly metrics: ApiMetrics;
  /** By name: readiness asks them all. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly views: {
    /** Resolves when the views have applied everything up to the position; rejects with `view-behind` after the time. */
    reached(position: number, timeoutMs: number): Promise<void>;
  };
  /** Requests a second that one credential may make; 0 means no limit. */
  readonly rateLimit: number;
  /** Whether an error says that a store does not answer: it answers as `log-unavailable`, whatever was asked for. */
  readonly isStoreAway?: (error: unknown) => boolean;
  /** Told of every refused attempt inside the caller's own tenant. */
  readonly onDenied?: (denial: Denial) => void;
}
