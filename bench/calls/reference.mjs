/** The reference of a link in a request. Each caller has its own, because creates of one reference may take turns. */
export const REFERENCE = /bench-\d{8}/;

/** All have one length, so that a recorded reply keeps its length with another reference. */
export const referenceOf = (number) => `bench-${String(number).padStart(8, "0")}`;

/** A random slug: the reply to a create repeats it. */
export const SLUG = /\b[0-9a-f]{32}\b/;
