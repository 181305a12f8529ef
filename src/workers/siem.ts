import { toOcsf } from '../domain/ocsf/to-ocsf.ts';
import type { SiemSink } from '../domain/ports/siem-sink.ts';
import { decodeEvent } from '../projections/runner/decode.ts';
import { createDelivery, type DeliveryDeps } from './delivery.ts';
import type { Worker } from './loop.ts';

export interface SiemSenderDeps extends Omit<DeliveryDeps, 'sink' | 'read' | 'aheadCode'> {
  readonly sink: SiemSink;
}

/** Sends every event of the log to a SIEM, in order, as OCSF: each with the same `metadata.uid`, however often it is sent. */
export const createSiemSender = ({ sink, ...deps }: SiemSenderDeps): Worker =>
  createDelivery({
    ...deps,
    sink: {
      ...sink,
      send: (events, signal) =>
        sink.send(
          events.map(event => toOcsf(decodeEvent(event))),
          signal,
        ),
    },
    read: { withoutSealed: true },
    aheadCode: 'siem-ahead',
  });
