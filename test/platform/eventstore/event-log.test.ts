import { eventLogContract } from '../../contract/event-log.contract.ts';
import { openTwo } from './opened.ts';

eventLogContract('EventStoreDB', openTwo);
