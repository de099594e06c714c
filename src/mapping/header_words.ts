/**
 * What columns are called in the languages of Europe, letters plain: lower case, without marks, blanks and
 * punctuation. Languages stand in the order en, de, fr, es, it, pt, nl, pl, cs, sk, sl, hr, hu, ro, sv, da,
 * no, fi, et, lv, lt, el, bg, ru, uk, tr.
 *
 * @module
 */

/** Words separated by blanks. */
function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" "));
}

/** Headers of what most APIs know of people. */
export const HEADERS = {
  customerId: words(
    "customerid clientid userid memberid customernumber customerno clientnumber membernumber",
    "kundennummer kundennr kundenid mitgliedsnummer numeroclient nclient noclient idclient codeclient",
    "idcliente codigocliente numerocliente codicecliente numerodecliente klantnummer klantid",
    "idklienta numerklienta cislozakaznika idzakaznika cislozakaznika idstranke idkupca",
    "ugyfelazonosito ugyfelszam codclient kundnummer kundenummer kundeid asiakasnumero",
    "kliendinumber klientanumurs klientonumeris kodikospelati idklient idклиента кодклиента",
    "номерклиента idклієнта musterino id",
  ),
  email: words(
    "email emailaddress mail mailaddress emailadresse mailadresse epost epostadresse epostadress",
    "courriel adresseemail adressemail adresseelectronique correo correoelectronico correoe",
    "direccioncorreoelectronico postaelettronica indirizzoemail emailadres enderecoemail",
    "adresemail adrespocztyelektronicznej emailovaadresa elektronickaposta eposta epostanaslov",
    "emailcim emailadresa adresaemail sahkoposti sahkopostiosoite epasts elpastas",
    "ηλεκτρονικοταχυδρομειο имеил електроннапоща электроннаяпочта почта елпошта",
    "електроннапошта epostaadresi",
  ),
  firstName: words(
    "firstname forename givenname fname vorname prenom nombre nome primeironome voornaam imie",
    "jmeno krestnijmeno krstnemeno ime keresztnev utonev prenume fornamn fornavn etunimi",
    "eesnimi vards vardas onoma ονομα име собственоиме имя імя isim",
  ),
  lastName: words(
    "lastname surname familyname lname nachname familienname nom nomdefamille apellido apellidos",
    "cognome apelido sobrenome achternaam nazwisko prijmeni priezvisko priimek prezime",
    "vezeteknev csaladnev nume numedefamilie efternamn etternavn efternavn sukunimi",
    "perekonnanimi uzvards pavarde επωνυμο фамилия прізвище soyad soyadi",
  ),
  phone: words(
    "mobile mobilenumber mobilephone cellphone phone phonenumber telephone telephonenumber tel",
    "telefon telefonnummer handy handynummer mobil mobilnummer mobiltelefon rufnummer",
    "telephoneportable numerodetelephone mobiletelephone telefono telefonomovil movil cellulare",
    "numeroditelefono telefone telemovel celular telefoon telefoonnummer mobiel",
    "mobielnummer telefonkomorkowy komorka numertelefonu telefonnicislo telefonnecislo",
    "telefonszam mobilszam telefonmobil numartelefon mobiltelefonnummer puhelin puhelinnumero",
    "matkapuhelin telefoninumber talrunis telefonas τηλεφωνο κινητο телефон мобилен",
    "мобильныителефон номертелефона мобільниителефон ceptelefonu",
  ),
  postcode: words(
    "zip zipcode postcode postalcode plz postleitzahl codepostal cp codigopostal",
    "codicepostale codigopostal cep kodpocztowy psc smerovacicislo postnastevilka postanskibroj",
    "iranyitoszam codpostal postnummer postnr postinumero postiindeks pastaindekss pastokodas",
    "ταχυδρομικοσκωδικασ τκ пощенскикод индекс почтовыииндекс поштовииіндекс postakodu",
  ),
  city: words(
    "city town ort stadt wohnort ville ciudad localidad citta comune cidade localidade plaats stad",
    "woonplaats miasto miejscowosc mesto obec varos telepules oras localitate ort",
    "poststed postort kaupunki linn pilseta miestas πολη град город місто sehir",
  ),
  street: words(
    "address streetaddress street adresse strasse anschrift rue direccion calle domicilio",
    "indirizzo endereco morada rua adres straat ulica adresa ulice naslov cim utca strada",
    "gata gatuadress gade vej katuosoite osoite aadress tanav adrese iela adresas gatve",
    "διευθυνση οδοσ адрес улица адреса вулиця cadde sokak",
  ),
  country: words(
    "country land pays pais paese nazione kraj panstwo zeme krajina drzava orszag tara",
    "maa riik valsts salis χωρα държава страна краіна ulke",
  ),
  state: words(
    "state province region bundesland provincia regione provincie wojewodztwo megye judet",
    "fylke maakunta",
  ),
  gender: words(
    "gender sex geschlecht sexe genre sexo genero sesso genere geslacht plec pohlavi pohlavie",
    "spol gen kjonn sukupuoli sugu dzimums lytis φυλο пол стать cinsiyet",
  ),
  age: words(
    "age alter edad eta idade leeftijd wiek vek starost eletkor varsta alder ika vanus vecums",
    "amzius ηλικια възраст возраст вік yas",
  ),
} as const;

/** Letters that have no plain form of their own in Unicode. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  ł: "l",
  ø: "o",
  æ: "ae",
  œ: "oe",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ς: "σ",
};

/** A header without marks, blanks and punctuation, in lower case: `Großer Ort ` → `grosserort`. */
export function plainHeader(header: string): string {
  return plainText(header).replace(/[^\p{L}\p{N}]/gu, "");
}

/** A text in lower case with plain letters: `Straße` → `strasse`. */
function plainText(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[ßłøæœđðþıς]/g, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

/** A header in snake_case: `Straße & Ort` becomes `strasse_ort`. */
export function snakeCase(header: string): string {
  return (plainText(header).match(/[\p{L}\p{N}]+/gu) ?? ["field"]).join("_");
}
