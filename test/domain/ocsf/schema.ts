/**
 * What OCSF 1.6.0 requires and allows, as far as Lethe's classes go, written down from the published schema
 * (schema.ocsf.io): required attributes, at-least-one constraints and the ids that an enumeration has.
 */
interface Shape {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly atLeastOne?: readonly string[];
  /** Allowed numbers by attribute. */
  readonly ids?: Readonly<Record<string, readonly number[]>>;
  /** Shapes of the attributes that are objects, or lists of them. */
  readonly objects?: Readonly<Record<string, Shape>>;
}

const upTo = (last: number, first = 0): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const named: Shape = {
  required: [],
  optional: ['name', 'uid', 'type', 'version'],
  atLeastOne: ['name', 'uid'],
};
const user: Shape = {
  ...{ required: [], optional: ['uid', 'name', 'type', 'type_id', 'groups'] },
  ...{ atLeastOne: ['account', 'name', 'uid'], ids: { type_id: [...upTo(4), 99] } },
  objects: { groups: named },
};
const actor: Shape = { required: [], optional: ['user'], atLeastOne: ['user', 'process'], objects: { user } };
const endpoint: Shape = {
  ...{ required: [], optional: ['svc_name', 'uid', 'name'] },
  atLeastOne: ['ip', 'uid', 'name', 'svc_name'],
};
const file: Shape = {
  required: ['name', 'type_id'],
  ...{ optional: ['uid', 'type', 'mime_type', 'size'], ids: { type_id: [...upTo(8), 99] } },
};
const resource = named;
const analytic: Shape = {
  ...{ required: ['type_id'], optional: ['name', 'type', 'version', 'uid'] },
  ...{ atLeastOne: ['name', 'uid'], ids: { type_id: [...upTo(6), 99] } },
};
const findingInfo: Shape = { required: ['uid'], optional: ['title', 'analytic'], objects: { analytic } };
const dataSecurity: Shape = {
  ...{ required: [], optional: ['category_id', 'category', 'policy'] },
  atLeastOne: ['data_lifecycle_state_id', 'detection_pattern', 'detection_system_id', 'policy'],
  ids: { category_id: [...upTo(6), 99] },
  objects: { policy: { ...named, atLeastOne: ['name', 'type', 'uid'] } },
};

const BASE: Shape = {
  required: ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'],
  optional: ['activity_name', 'class_name', 'severity', 'status', 'status_id', 'status_detail', 'unmapped'],
  ids: { severity_id: [...upTo(6), 99], status_id: [...upTo(2), 99] },
  objects: {
    metadata: {
      required: ['product', 'version'],
      optional: [
        ...['uid', 'tenant_uid', 'event_code', 'log_name', 'logged_time', 'original_time', 'sequence'],
      ],
      objects: { product: { ...named, optional: [...named.optional, 'vendor_name'] } },
    },
  },
};

const classShape = (uid: number, activities: readonly number[], own: Shape): Shape => ({
  required: [...BASE.required, ...own.required],
  optional: [...BASE.optional, ...own.optional],
  ...(own.atLeastOne === undefined ? {} : { atLeastOne: own.atLeastOne }),
  ids: {
    ...BASE.ids,
    ...own.ids,
    ...{ activity_id: [0, ...activities, 99], class_uid: [uid], category_uid: [Math.floor(uid / 1_000)] },
  },
  objects: { ...BASE.objects, ...own.objects },
});

const caused = { actor, src_endpoint: endpoint };
const ofFinding = { status_id: [...upTo(6), 99] };

/** By class uid. */
export const CLASS_SHAPES: ReadonlyMap<number, Shape> = new Map([
  [
    6006,
    classShape(6006, upTo(17, 1), {
      ...{ required: ['actor', 'file', 'src_endpoint'], optional: [], objects: { ...caused, file } },
    }),
  ],
  [
    6003,
    classShape(6003, upTo(4, 1), {
      ...{ required: ['actor', 'api', 'src_endpoint'], optional: ['resources'] },
      objects: {
        ...caused,
        resources: resource,
        api: { required: ['operation'], optional: ['service'], objects: { service: named } },
      },
    }),
  ],
  [
    6005,
    classShape(6005, upTo(10, 1), {
      ...{ required: ['actor', 'src_endpoint'], optional: ['database', 'type', 'type_id'] },
      ...{ atLeastOne: ['database', 'databucket', 'table'], ids: { type_id: [...upTo(3), 99] } },
      objects: {
        ...caused,
        database: {
          ...{ required: ['type_id'], optional: ['name', 'uid', 'type'], atLeastOne: ['name', 'uid'] },
          ids: { type_id: [...upTo(6), 99] },
        },
      },
    }),
  ],
  [
    2006,
    classShape(2006, upTo(4, 1), {
      required: ['finding_info'],
      optional: ['actor', 'src_endpoint', 'data_security', 'file', 'resources'],
      ids: ofFinding,
      objects: {
        ...caused,
        finding_info: findingInfo,
        data_security: dataSecurity,
        file,
        resources: resource,
      },
    }),
  ],
  [
    2004,
    classShape(2004, upTo(3, 1), {
      ...{ required: ['finding_info'], optional: ['is_alert', 'resources'], ids: ofFinding },
      objects: { finding_info: findingInfo, resources: resource },
    }),
  ],
  [
    3004,
    classShape(3004, upTo(13, 1), {
      ...{ required: ['entity'], optional: ['actor', 'src_endpoint'] },
      objects: {
        ...caused,
        entity: {
          ...{ required: [], optional: ['name', 'uid', 'type', 'type_id'] },
          ...{ atLeastOne: ['name', 'uid', 'device', 'group', 'org', 'policy', 'user'] },
          ids: { type_id: [...upTo(7), 99] },
        },
      },
    }),
  ],
]);

/** What does not fit, by path; empty where everything does. */
export function misfits(value: unknown, shape: Shape, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: no object`];
  if (Array.isArray(value)) return value.flatMap((item, index) => misfits(item, shape, `${path}[${index}]`));
  const fields = new Map<string, unknown>(Object.entries(value));
  const known = new Set([...shape.required, ...shape.optional]);
  const missing = shape.required.filter(name => fields.get(name) === undefined);
  const unknown = [...fields.keys()].filter(name => !known.has(name));
  const { atLeastOne = [] } = shape;
  const none = atLeastOne.length > 0 && atLeastOne.every(name => !fields.has(name));
  const wrong = Object.entries(shape.ids ?? {}).filter(
    ([name, allowed]) => fields.has(name) && !allowed.some(id => id === fields.get(name)),
  );
  const inner = Object.entries(shape.objects ?? {}).flatMap(([name, object]) =>
    fields.has(name) ? misfits(fields.get(name), object, `${path}${name}.`) : [],
  );
  return [
    ...missing.map(name => `${path}${name}: missing`),
    ...unknown.map(name => `${path}${name}: not of the schema`),
    ...(none ? [`${path}: none of ${atLeastOne.join(', ')}`] : []),
    ...wrong.map(([name]) => `${path}${name}: no such id`),
    ...inner,
  ];
}
