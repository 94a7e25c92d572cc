// Whether a record names a link or a payment: its whole reference or id, not a part of a longer one.

export type Names = ReadonlySet<string>;

/** As a segment of a path, or in a query or a form. */
const isInPath = (path: string, names: Names): boolean =>
  path.split(/[/?&=]/).some((segment) => names.has(decoded(segment)));

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment.replaceAll("+", " "));
  } catch {
    return segment;
  }
};

// A text that never ends goes to the end of the body, so that no part of the body is read twice.
const JSON_TEXTS = /"([^"\\]*(?:\\.[^"\\]*)*)("|\\?$)/gs;

/** As one of the texts in JSON, or in a form. JSON is read as text, since chaos may have cut it. */
export const isInBody = (body: string, names: Names): boolean => {
  if (!/^\s*[[{"]/.test(body)) return isInPath(body, names);
  for (const [, text = "", end] of body.matchAll(JSON_TEXTS)) {
    if (end === '"' && names.has(text.includes("\\") ? unescaped(text) : text)) return true;
  }
  return false;
};

const unescaped = (text: string): string => {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
};

/** In the request or in its answer. */
export const isInCall = (
  { path, body, answer = "" }: { readonly path: string; readonly body: string; readonly answer?: string | undefined },
  names: Names,
): boolean => isInPath(path, names) || isInBody(body, names) || isInBody(answer, names);
