import { allLocales } from '@faker-js/faker';

/** Word lists, folded: without case and without marks. */
export interface Lexicon {
  readonly firstNames: ReadonlySet<string>;
  readonly lastNames: ReadonlySet<string>;
  /** Countries by their names, and towns. */
  readonly countries: ReadonlySet<string>;
  readonly towns: ReadonlySet<string>;
  /** Peoples and languages in English, and faiths. */
  readonly peoples: ReadonlySet<string>;
}

const ASCII = /^[ -~]*$/;

export const fold = (text: string): string =>
  (ASCII.test(text) ? text : text.normalize('NFD').replace(/\p{M}/gu, '')).toLowerCase();

const NAME = /^\p{L}[\p{L}\p{M}'’-]+$/u;

/** Every string in a tree of lists. */
function* leaves(tree: unknown): Generator<string> {
  if (typeof tree === 'string') yield tree;
  else if (typeof tree === 'object' && tree !== null)
    for (const part of Object.values(tree)) yield* leaves(part);
}

const setOf = (values: Iterable<string>): ReadonlySet<string> =>
  new Set([...values].filter(value => NAME.test(value.replaceAll(' ', ''))).map(fold));

const FAITHS = [
  'christian',
  'catholic',
  'protestant',
  'orthodox',
  'muslim',
  'jewish',
  'hindu',
  'buddhist',
  'sikh',
];
/** What the runtime's list of languages does not say, or says otherwise. */
const MORE_PEOPLES = [
  ...[
    'american',
    'british',
    'canadian',
    'australian',
    'mexican',
    'brazilian',
    'argentinian',
    'chilean',
    'african',
  ],
  ...[
    'european',
    'asian',
    'austrian',
    'swiss',
    'belgian',
    'egyptian',
    'iraqi',
    'pakistani',
    'israeli',
    'filipino',
  ],
  ...[
    'scottish',
    'arab',
    'roma',
    'greenlander',
    'kurd',
    'peruvian',
    'moroccan',
    'palestinian',
    'new zealander',
  ],
];
/** Languages whose names are words of everyday English too. */
const NO_PEOPLES = new Set([
  'polish sign language',
  'ho',
  'even',
  'fang',
  'mende',
  'male',
  'mon',
  'tiv',
  'vai',
  'unknown language',
]);

const REGIONS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv', 'pl'];

/** Codes of two or three letters of which the runtime knows a name. */
function* named(type: 'region' | 'language', language: string): Generator<string> {
  const names = new Intl.DisplayNames([language], { type, fallback: 'none' });
  for (const one of REGIONS) {
    for (const other of REGIONS) {
      const name = names.of(type === 'region' ? one + other : (one + other).toLowerCase());
      if (name !== undefined) yield name;
    }
  }
}

/** The adjective of a country, by the commonest endings: Tunisia, Tunisian; Belize, Belizean, Belizian. */
function adjectives(country: string): string[] {
  if (country.includes(' ')) return [];
  const stem = country.replace(/[aeiouy]$/, '');
  return [...new Set([country, stem])].flatMap(base =>
    ['n', 'an', 'ian', 'ean', 'ese', 'i'].map(end => base + end),
  );
}

/** Some tens of thousands of names of some seventy languages: a tenth of a second and some megabytes. */
export function loadLexicon(): Lexicon {
  const locales = Object.values(allLocales);
  const countries = setOf(LANGUAGES.flatMap(language => [...named('region', language)]));
  const english = [...setOf(named('region', 'en'))];
  const languages = [...setOf(named('language', 'en'))].filter(
    name => !NO_PEOPLES.has(name) && name.length > 3,
  );
  const peoples = [...languages, ...english.flatMap(adjectives), ...FAITHS, ...MORE_PEOPLES];
  return {
    firstNames: setOf(locales.flatMap(({ person }) => [...leaves(person?.first_name)])),
    lastNames: setOf(locales.flatMap(({ person }) => [...leaves(person?.last_name)])),
    countries: new Set([
      ...countries,
      'usa',
      'uk',
      'america',
      'england',
      'scotland',
      'wales',
      'czech republic',
      'holland',
      'burma',
      'turkey',
      'macedonia',
    ]),
    towns: setOf(
      locales.flatMap(({ location }) => [...leaves(location?.city_name), ...leaves(location?.state)]),
    ),
    peoples: new Set(peoples.filter(name => !countries.has(name))),
  };
}
