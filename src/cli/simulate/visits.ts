import { lettersOf } from '../letters.ts';
import type { CloudEvent } from './cloud-event.ts';
import { requestGeneration, upload } from './making.ts';
import { deleteAll, deleteOne, look, share } from './library.ts';
import { BUSIEST, rhythmAt } from './rhythm.ts';
import type { Act } from './tenants.ts';
import { createUser, documentationAddress, type User } from './user.ts';
import { record, type Visit, type World } from './world.ts';

/** Zipf's exponent of how often each user comes: a tenth of 2,000 users then make about six tenths of the visits. */
const SKEW = 0.85;
const ACTS_A_VISIT = 4;
/** What a visit is taken to bring until enough of them have been counted. */
const EXPECTED = { visits: 50, events: 6 * 50 };

type Outcome = CloudEvent | undefined;

/** Perhaps somebody comes; the next one is drawn from a Poisson process that breathes with the day (thinning). */
export function arrive(world: World, at: number): Outcome {
  const { random, schedule, profile } = world;
  const eventsAVisit = (EXPECTED.events + world.events) / (EXPECTED.visits + world.visits);
  schedule.put(at + random.exponential(eventsAVisit / world.pace / BUSIEST), { kind: 'arrive' });
  if (!random.chance(rhythmAt(at, profile.peakHour) / BUSIEST)) return undefined;
  world.visits++;
  const number = random.rank(world.userCount, SKEW);
  const known = world.users.get(number);
  const user = known ?? createUser(world.run, number);
  schedule.put(at + random.integer(2_000, 60_000), { kind: 'act', visit: begin(world, user) });
  if (known !== undefined) return undefined;
  world.users.set(number, user);
  return register(world, at, user);
}

function register(world: World, at: number, user: User): CloudEvent {
  const { plan, name, email } = user;
  return record(world, at, 'account.registered', user, undefined, {
    plan,
    attestation: 'adult',
    name,
    email,
  });
}

function begin({ random, visits, run }: World, user: User): Visit {
  const away = random.chance(0.15);
  return {
    user,
    network: {
      ip: away ? documentationAddress(random.next()) : user.home,
      device: random.pick(user.devices),
      session: `${run}-session-${lettersOf(visits)}`,
    },
    apiClient: random.weighted({ web: 55, mobile: 30, sdk: 15 }),
    left: 1 + Math.floor(random.exponential(ACTS_A_VISIT - 0.5)),
  };
}

const ACTS: Readonly<Record<Act, (world: World, at: number, visit: Visit) => Outcome>> = {
  upload,
  generate: requestGeneration,
  look,
  share,
  delete: deleteOne,
  burst: deleteAll,
};

/** The visitor does one thing; the next follows after a pause for thought. */
export function act(world: World, at: number, visit: Visit): Outcome {
  const { random, schedule, profile } = world;
  visit.left--;
  if (visit.left > 0) schedule.put(at + 3_000 + random.exponential(45_000), { kind: 'act', visit });
  const chosen = random.weighted(profile.acts);
  return ACTS[chosen](world, at, visit) ?? requestGeneration(world, at, visit);
}
