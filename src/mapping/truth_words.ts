/**
 * Yes and no in the languages of Europe.
 *
 * @module
 */

/** The words of one language for true and false, in lower case. */
export interface TruthWords {
  readonly trueWords: readonly string[];
  readonly falseWords: readonly string[];
}

/** Words of a language, separated by blanks. */
function words(trueWords: string, falseWords: string): TruthWords {
  return { trueWords: trueWords.split(" "), falseWords: falseWords.split(" ") };
}

/** A `boolean` column's own words, but for the numbers, which may be amounts. */
export const ENGLISH: TruthWords = words("true yes y", "false no n");

/** Further languages; where words stand in several, the first is as good as the others. */
export const FURTHER_LANGUAGES: readonly TruthWords[] = [
  words("t yes on", "f no off"), // databases
  words("ja j wahr", "nein n falsch"), // German
  words("oui o vrai", "non n faux"), // French
  words("sí si s verdadero", "no n falso"), // Spanish
  words("sì si s vero", "no n falso"), // Italian
  words("sim s verdadeiro", "não nao n falso"), // Portuguese
  words("ja j waar", "nee n onwaar"), // Dutch
  words("tak t prawda", "nie n fałsz"), // Polish
  words("ano a pravda", "ne n nepravda"), // Czech
  words("áno ano a pravda", "nie n nepravda"), // Slovak
  words("da d", "ne n"), // Slovene, Croatian, Serbian
  words("да д", "не н"), // Bulgarian, Serbian
  words("igen i igaz", "nem n hamis"), // Hungarian
  words("da d adevărat", "nu n fals"), // Romanian
  words("ja j sant sand", "nej n falskt falsk"), // Swedish, Danish
  words("ja j sann", "nei n usann"), // Norwegian
  words("já j", "nei n"), // Icelandic
  words("kyllä k tosi", "ei e epätosi"), // Finnish
  words("jah jaa j", "ei e"), // Estonian
  words("jā j", "nē n"), // Latvian
  words("taip t", "ne n"), // Lithuanian
  words("ναι ν", "όχι οχι ο"), // Greek
  words("да д", "нет н"), // Russian
  words("так т", "ні н"), // Ukrainian
  words("evet e doğru", "hayır h yanlış"), // Turkish
  words("bai", "ez"), // Basque
  words("sí si", "no"), // Catalan, Galician
  words("po", "jo"), // Albanian
  words("iva", "le"), // Maltese
];
