import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { lintChart } from '../../infra/lint/lint.ts';
import { BUILDS_WITHIN_MS, canLint } from '../support/lint.ts';

const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({}).optional(),
});
type Manifest = z.infer<typeof manifest>;

const container = z.looseObject({
  args: z.array(z.string()),
  image: z.string(),
  envFrom: z.unknown(),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  startupProbe: z.unknown(),
  livenessProbe: z.unknown(),
  readinessProbe: z.unknown(),
  securityContext: z.unknown(),
});
const deployment = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().optional(),
    strategy: z.unknown(),
    template: z.looseObject({
      spec: z.looseObject({
        securityContext: z.unknown(),
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([container]),
      }),
    }),
  }),
});

const REQUIRED = ['existingSecret=lethe-db', 'storage.dataClaim=data', 'storage.keystoreClaim=keystore'];

/** What the chart installs, by kind and name. */
async function rendered(...values: string[]): Promise<Map<string, Manifest>> {
  const documents = parseAllDocuments(await lintChart(...REQUIRED, ...values));
  const manifests = documents.flatMap(one => {
    const value: unknown = one.toJS();
    return value === null ? [] : [manifest.parse(value)];
  });
  return new Map(manifests.map(one => [`${one.kind} ${one.metadata.name}`, one]));
}

const podOf = (manifests: Map<string, Manifest>, part: string) =>
  deployment.parse(manifests.get(`Deployment lethe-${part}`)).spec;

describe.skipIf(!canLint())('the chart', () => {
  let manifests: Map<string, Manifest>;
  beforeAll(async () => {
    manifests = await rendered('serviceMonitor.enabled=true');
  }, BUILDS_WITHIN_MS);

  it('installs both parts with what belongs to them, and no Secret', () => {
    const each = ['Deployment', 'ServiceAccount', 'PodDisruptionBudget', 'NetworkPolicy', 'Service'];
    const both = each.flatMap(kind => [`${kind} lethe-api`, `${kind} lethe-worker`]);
    const expected = [...both, 'HorizontalPodAutoscaler lethe-api', 'ServiceMonitor lethe'];
    expect([...manifests.keys()].sort()).toEqual(expected.sort());
  });

  it.each([
    ['api', ['api']],
    ['worker', ['worker']],
  ])('runs `lethe %s` without rights on a read-only root, with probes and time to end', (part, args) => {
    const { spec } = podOf(manifests, part).template;
    const [only] = spec.containers;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(35);
    expect(only).toMatchObject({
      args,
      image: 'lethe:0.1.0',
      envFrom: [{ secretRef: { name: 'lethe-db' } }],
      startupProbe: { httpGet: { path: '/health/live' } },
      livenessProbe: { httpGet: { path: '/health/live' } },
      readinessProbe: { httpGet: { path: '/health/ready' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
  });

  it('leaves the number of API pods to the autoscaler, and to the values where there is none', async () => {
    expect(podOf(manifests, 'api').replicas).toBeUndefined();
    expect(podOf(manifests, 'worker').replicas).toBe(2);
    const fixed = await rendered('api.autoscaling.enabled=false', 'api.replicas=3');
    expect(podOf(fixed, 'api').replicas).toBe(3);
    expect(fixed.has('HorizontalPodAutoscaler lethe-api')).toBe(false);
  });

  it('replaces API pods one by one, and workers all at once: two versions would rebuild each other’s views', () => {
    expect(podOf(manifests, 'api').strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
    expect(podOf(manifests, 'worker').strategy).toEqual({ type: 'Recreate' });
  });

  it('takes an image by its digest, and workers by their names', async () => {
    const given = await rendered('image.digest=sha256:abc', 'worker.names={views,eraser}');
    const [only] = podOf(given, 'worker').template.spec.containers;
    expect(only).toMatchObject({ image: 'lethe@sha256:abc', args: ['worker', 'views', 'eraser'] });
  });

  it.each([
    ['no secret', ['existingSecret='], '/existingSecret'],
    ['no keystore', ['storage.keystoreClaim='], '/storage/keystoreClaim'],
    ['a password in clear', ['environment.DATABASE_URL=postgres://x'], 'DATABASE_URL'],
    ['the key of pseudonyms in clear', ['environment.LETHE_OIDC_ACTOR_KEY=x'], 'LETHE_OIDC_ACTOR_KEY'],
    ['a field of the pod that Kubernetes does not know', ['api.resources.planted=1'], 'planted'],
  ])('is refused with %s', async (_what, values, named) => {
    await expect(lintChart(...REQUIRED, ...values)).rejects.toThrow(named);
  });
});
