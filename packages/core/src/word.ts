// A provider's word as it may be shown and stored: notes and names of events reach logs and databases.

/** Stands in the place of a text that is more than a word. */
const NO_WORD = "(not a word)";
/** What drivers say of a delivery that names no event. */
const NO_EVENT = "(no event)";

/** Words of statuses and events, in any case; nine digits and more are a telephone, card or account number. */
const WORD = /^(?!.*\d{9})[a-z\d][\w.:/-]{0,63}$/i;

/** A provider's word as it is. A text that can be more than a word, such as a name or an address, is not shown. */
export const shownWord = (text: string): string =>
  WORD.test(text) || text === NO_WORD || text === NO_EVENT ? text : NO_WORD;

/** An amount is a number of any length. */
const isAmount = (field: string, text: string): boolean =>
  field.endsWith("amount") && /^-?\d{1,16}(?:\.\d{1,8})?$/.test(text);

/** A note of a driver's: what stands behind `=`, up to the driver's own "with" or "without", is a provider's word. */
export const shownNote = (note: string): string =>
  note
    .replace(
      /([\w.]*)=([^]*?)(?= with(?:out)? |$)/g,
      (_all, field: string, text: string) => `${field}=${isAmount(field, text) ? text : shownWord(text)}`,
    )
    .replace(/[^\w .:=/()-]/g, "?")
    .slice(0, 80);
