import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { Clock } from '../domain/ports/clock.ts';
import type { CredentialStore } from '../domain/ports/credentials.ts';
import type { Denial } from './access.ts';

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
export interface FrameDeps {
  /** Its serializers must log no body, query, URL, address or header: src/platform/logging.ts. */
  readonly logger: FastifyBaseLogger;
  readonly clock: Clock;
  /** Milliseconds of a clock that never jumps; by default the process's own. */
  readonly elapsed?: () => number;
  readonly credentials: Pick<CredentialStore, 'find'>;
  readonly metrics: ApiMetrics;
  /** By name: readiness asks them all. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly views: {
    /** Resolves when the views have applied everything up to the position; rejects with `view-behind` after the time. */
    reached(position: number, timeoutMs: number): Promise<void>;
  };
  /** Requests a second that one credential may make; 0 means no limit. */
  readonly rateLimit: number;
  /** Told of every refused attempt inside the caller's own tenant. */
  readonly onDenied?: (denial: Denial) => void;
}
