const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(word => word !== ''));

/** Words for a street that follow its name, in lower case and without their dot. */
export const STREET_WORDS = words(`
  street st avenue ave road rd drive dr lane ln court ct place pl square sq terrace boulevard blvd parkway pkwy highway
  hwy circle crescent close way trail row walk mews plaza loop alley grove hill hills gardens park view ridge crossing
  junction turnpike gateway route pass bridge islands island mount springs square squares streets heights green greens
  union point manor meadows port ports station vista fort forge extension estates corners course cove creek divide
  dale ferry field fields flats ford glen harbor haven hollow inlet isle key knoll lakes landing lodge mall mills
  mission motorway neck orchard oval overpass passage path pike pine plains prairie ramp ranch rapid rest river shoal
  shore skyway spur stream summit throughway trace track trafficway tunnel underpass valley viaduct village ville well
  utca út u tér ulice ulica katu tie gata gatan väg vägen vej gade gate veg vei plads plass plein straat laan weg
  strasse straße gasse platz allee tee tänav puiestee maantee`);

/** Words for a street that come before its name. */
export const STREET_PREFIXES = words(`
  rue avenue av boulevard bd chemin allée impasse place route quai cours via viale vicolo corso piazza piazzale strada
  largo calle avenida avda plaza paseo carrera camino rúa rua travessa praça alameda estrada rodovia carrer ul ulica
  ulice ulitsa al aleja plac trg jl jalan λεωφόρος οδός`);

/** Endings that make one word a street. */
export const STREET_SUFFIX =
  /(?:stra(?:ss|ß)e|strasse|gasse|weg|platz|allee|straat|laan|plein|dijk|kade|gatan|gata|vägen|väg|gränd|vej|gade|vejen|gate|veien|veg|vegen|vei|katu|tie|kuja|polku|gatnamót|vegur|braut|stræti|straeti|gata)$/;

/** Parts of a building, and boxes. */
export const UNIT_WORDS = words(`
  apt apartment suite ste unit flat floor room box psc bldg building appt wohnung`);

/** Small words inside the names of streets and towns. */
export const ADDRESS_CONNECTORS = words(`
  de la le les du des del della delle dei degli di da do dos das e et y en van der den ten ter von zu zum zur am an im
  ob u v nad pod na sur sous sainte saint s nan ∆`);

/** Those of the words for a street that are little else, for texts without capitals. */
export const PLAIN_STREET_WORDS = words(`
  street avenue road drive lane court square terrace boulevard parkway highway crescent rue via calle rua avenida
  chemin strasse straße utca`);

/** What is no name where capitals do not tell. */
export const PLAIN_WORDS = words(`
  a an the this that these those it its he she they we you i my your his her their our and or but if so as at by for
  from in into of off on onto out over to up with is are was were be been am do does did has have had will would can
  could should may please because who whom which what when where why how not no yes just last next after before me him
  them us there here great new`);
