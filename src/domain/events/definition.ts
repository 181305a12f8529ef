import type { z } from 'zod';

export type Shape = Readonly<Record<string, z.ZodType>>;

/** Whom an event is about, and so whose data key seals it. */
export type About = 'asset' | 'subject' | 'tenant';

/**
 * Who may report the event. platform: through POST /events. lethe: only the service itself writes it.
 */
export type Origin = 'platform' | 'lethe';

export interface EventDefinition<
  Type extends string = string,
  Clear extends Shape = Shape,
  Content extends Shape = Shape,
  Network extends Shape = Shape,
> {
  readonly type: Type;
  /** Version of the data's shape; a stored event of a lower version is upcast on read. */
  readonly version: number;
  readonly about: About;
  readonly origin: Origin;
  /** The first such event of an asset brings it into being and starts its retention window. */
  readonly creates: boolean;
  /** Kept in clear in the envelope: nothing personal. */
  readonly clear: Clear;
  /** Sealed; opens with the serving or the safety key. */
  readonly content: Content;
  /** Sealed; opens with the safety key only. */
  readonly network: Network;
}

/** An event with no sealed fields of a kind. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it says just that
type Nothing = {};

export function defineEvent<
  const Type extends string,
  Clear extends Shape,
  Content extends Shape = Nothing,
  Network extends Shape = Nothing,
>(definition: {
  readonly type: Type;
  readonly about: About;
  readonly origin: Origin;
  readonly clear: Clear;
  readonly content?: Content;
  readonly network?: Network;
  readonly version?: number;
  readonly creates?: boolean;
}): EventDefinition<Type, Clear, Content, Network> {
  return {
    version: 1,
    creates: false,
    content: {} as Content,
    network: {} as Network,
    ...definition,
  };
}

/** The clear data of an event as stored. */
export type ClearOf<D extends EventDefinition> = z.infer<z.ZodObject<D['clear'], z.core.$strict>>;
/** What a definition's sealed content holds once opened. */
export type ContentOf<D extends EventDefinition> = z.infer<z.ZodObject<D['content'], z.core.$strict>>;
