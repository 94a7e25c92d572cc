// RFC 4180: cells in quotes where needed, quotes doubled, lines that end with CRLF.

const NEEDS_QUOTES = /[",\r\n]/;
/** Spreadsheets take a cell that begins so for a formula, and run it. The last four are the wide forms of the first. */
const BEGINS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A number is none, although it may begin with a minus. */
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** A cell. A text that a spreadsheet would run as a formula gets an apostrophe in front, so that it is shown as text. */
export const csvCell = (text: string): string => {
  const safe = BEGINS_FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A line with its end. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;
