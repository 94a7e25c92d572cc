// Words of providers that can be shown and stored: notes and names of events reach logs and databases.

/** Replaces a text that is not a single word. */
const NO_WORD = "(not a word)";
/** Drivers report it for a delivery without an event. */
const NO_EVENT = "(no event)";

/** Words of statuses and events, in any case. Nine digits or more may be a telephone, card or account number. */
const WORD = /^(?!.*\d{9})[a-z\d][\w.:/-]{0,63}$/i;

/** The provider's word, or a placeholder for a text that may be a name or an address. */
export const shownWord = (text: string): string =>
  WORD.test(text) || text === NO_WORD || text === NO_EVENT ? text : NO_WORD;

const isAmount = (field: string, text: string): boolean =>
  field.endsWith("amount") && /^-?\d{1,16}(?:\.\d{1,8})?$/.test(text);

/** A note of a driver: the text after `=`, up to the driver's "with" or "without", is a provider's word. */
export const shownNote = (note: string): string =>
  note
    .replace(
      /([\w.]*)=([^]*?)(?= with(?:out)? |$)/g,
      (_all, field: string, text: string) => `${field}=${isAmount(field, text) ? text : shownWord(text)}`,
    )
    .replace(/[^\w .:=/()-]/g, "?")
    .slice(0, 80);
