const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(word => word !== ''));

export const HONORIFICS = words('mr mrs ms miss mx dr prof sir madam herr frau mme señor senora sig');

/** Small words inside names. */
export const CONNECTORS = words(
  'de la le du des del della di da do dos das van der den ten ter von zu bin ben al el y e',
);

/** Capitalised in English, and no names. */
export const NEVER_NAMES = words(`
  yesterday today tomorrow tonight day
  i i'm i'll i've i'd monday tuesday wednesday thursday friday saturday sunday january february march april june july
  august september october november december ok yes no hi hello dear hey thanks thank please tv dvd cd usa atm ssn iban
  pin faq pdf url http https www email e-mail phone address name date website user bot customer agent answer question
  act title chapter section table figure part north south east west northern southern eastern western street avenue
  road apt suite god devil lord bible christmas easter internet company producer`);

/** Parts of the names of organisations. */
export const ORGANISATION_WORDS = words(`
  inc llc llp ltd limited corp corporation co company gmbh ag sa sarl bv nv plc group holdings partners associates
  solutions software systems technologies technology labs lab laboratories bank insurance university college school
  institute foundation orchestra hospital clinic ministry department agency studios media networks network services
  international global capital ventures consulting industries enterprises energy health bioscience sciences research
  data analytics logistics motors airlines airways hotels investments finance financial trust society union council
  committee association museum club church press times post magazine weekly journal movers cycle sons bros`);

/** Parts of the names of places. */
export const PLACE_WORDS = words(`
  lake mount mountain river island islands tower bridge park city county province valley beach bay harbour harbor castle
  palace square republic kingdom states saint`);

/** Directly before a person's name. */
export const BEFORE_PERSON =
  /(?:\bnames? (?:is|was|are)|\b(?:named|called)(?: (?:him|her|them|me))?|\bname:|\buser:|\b(?:i'm|i am|this is|it's|it is|meet|ask|tell|told|with|by|hi|hello|hey|dear|not by|said to|says?|said|for|to|him|her|signed|regards|sincerely|correct it to|mother|father|brother|sister|wife|husband|son|daughter|friend|colleague|boss|guardian|producer|author|singer|actor|commenter|president|director|manager|doctor|patient|client|employee|assistant to|between (?:him|her) and|but|add|last name\?|maiden name is|who(?:'s| is| was)|know|about|did|does))[\s:,"“(]*$/i;
/** Directly after a person's name. */
export const AFTER_PERSON =
  /^(?:['’]s? (?:\w+ )?(?:address|phone|email|e-mail|daughter|son|kids?|children|wife|husband|mother|father|brother|sister|killers?|name|birthday|passport|account|card|house|home|job|boss|friend|team|family)\b|,? (?:says?|said|explained|told|wrote|writes|asked|replied|added|thinks?|believes?|began|spent|listed|points? out|lives?|lived|works?|worked|was born|is very|just|has|had|grew|flew|called|married|died|were|and i\b|concert)\b|, (?:can|could|please|i|you|my|we)\b|[:,]? ?["“]|:)/i;
/** Directly before a place. */
export const BEFORE_PLACE =
  /\b(?:in|near|from|around|outside|across|through|visit(?:ed|ing)?|leav(?:e|ing)|live[sd]? in|city(?: of)?|town of|village of|capital of|based in|grew up in|flew to|moved? to|travel(?:l?ed|l?ing)? to|returned to|trip to|com(?:e|ing) to|university of|where:)[\s:,"“(]*$/i;
/** Weaker: where and to whom alike. */
export const MAYBE_BEFORE_PLACE = /\b(?:to|at|of|that|the)\s*$/i;
/** Directly before an organisation. */
export const BEFORE_ORGANISATION =
  /\b(?:at|join(?:ed|ing)?|support|works? (?:at|for)|worked (?:at|for)|employed by|hired by|customer of|owned by|year at|became|is from|address of)\s*$/i;
/** Directly after an organisation. */
export const AFTER_ORGANISATION =
  /^,? (?:offices?|headquarters|employees|ceo|is an? [\w() ]{0,30}(?:company|bank|agency|firm|organi[sz]ation|startup|charity|501)|is an? \p{Lu}?\w+ (?:multinational|bank|company)|announced|acquired|orchestra|in its mission|is (?:located|based|hiring))/iu;
