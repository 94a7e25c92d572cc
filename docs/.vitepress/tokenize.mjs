/**
 * The words of a text for the search: identifiers and options as a whole, such as `invalid_request` and `--expires-in`, and all parts.
 * The browser gets the source of this function, so it uses nothing from outside.
 */
export const tokenize = (text) => [
  ...text.split(/[\n\r\p{Z}\p{P}]+/u),
  ...(text.match(/--[\w-]+|[A-Za-z]\w*_\w+/g) ?? []),
];
