/** The reference of a link in a request. Each caller has its own, because creates of one reference may take turns. */
export const REFERENCE = /bench-\d\d/;

export const referenceOf = (caller) => `bench-${String(caller).padStart(2, "0")}`;

/** A random slug: the reply to a create repeats it. */
export const SLUG = /\b[0-9a-f]{32}\b/;
